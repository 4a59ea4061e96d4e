import type { Observable } from 'rxjs';
import { ConnectionError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import type { TransportResponse } from '../http/Transport';
import { decoded } from './decoded';
import { frames } from './frames';
import type { Notes } from './Tally';
import { untilEnding } from './untilEnding';
import { watchdog } from './watchdog';

/** How one connection is read. */
export interface EventsOptions {
  /** Milliseconds without a byte after which the socket is dead. Default 45,000: three missed keepalives. */
  readonly idleTimeout?: number | undefined;
  /** Milliseconds of silence after the ending before the connection is closed. Default 1,000. */
  readonly linger?: number | undefined;
  /** Characters in one frame, a line more counting as 32. Default 16 Mi. */
  readonly maxFrameLength?: number | undefined;
}

/** One connection, from its bytes to its events: the whole journey of a frame. */
export const connection = (
  { body }: Pick<TransportResponse, 'body'>,
  notes: Notes,
  { idleTimeout = 45_000, linger = 1_000, maxFrameLength }: EventsOptions = {},
  isOver?: () => Observable<boolean>,
  onId?: (event: RunEvent, id: string) => void,
): Observable<RunEvent> =>
  body.pipe(
    watchdog(idleTimeout, () => new ConnectionError(`not a byte for ${idleTimeout} ms`)),
    frames(maxFrameLength),
    decoded(onId),
    untilEnding(notes, linger, isOver),
  );
