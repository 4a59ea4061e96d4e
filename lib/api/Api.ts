import type { MonoTypeOperatorFunction } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import type { Send } from '../http/Request';
import type { Healing } from '../stream/Healing';
import type { LogEntry } from './ClientOptions';

/** What an answer may take. */
export interface Limits {
  /** Milliseconds for its headers, and again for its body; of a download, between two pieces of it. */
  readonly request: number;
  /** Bytes of its body, downloads aside. */
  readonly maxBodyLength: number;
}

/** What every route is made with. */
export interface Api {
  readonly send: Send;
  /** How streams are read, and healed. */
  readonly streams: Pick<Healing, 'events' | 'wait' | 'number' | 'onConnection'>;
  readonly limits: Limits;
  /** What every stream passes on its way out: the stall watchdog, and the log. */
  readonly watched: MonoTypeOperatorFunction<RunEvent>;
  readonly onUnsubscribe: 'detach' | 'cancel';
  readonly onLog: (entry: LogEntry) => void;
}
