import { ConnectionError, StreamInterruptedError } from '../errors';
import type { Tally } from './Tally';

/** How a stream came to its end before its ending. */
interface Break {
  readonly run_id: number | undefined;
  /** Why it could not be healed, where that was tried. */
  readonly unhealed?: string;
  readonly cause?: unknown;
  /** The run's record, where it could be read and did not settle what is missing. */
  readonly run?: unknown;
}

/** The error of a stream that broke off: what has been delivered is right, and where the rest is. */
export const interruption = (
  { events, characters }: Pick<Tally, 'events' | 'characters'>,
  { run_id, unhealed, cause, run }: Break,
): StreamInterruptedError => {
  const stream = `the stream of ${run_id === undefined ? 'the run' : `run ${run_id}`}`;
  const why = cause instanceof ConnectionError && cause.code !== 'CUT' ? `: ${cause.message}` : '';
  return new StreamInterruptedError(
    unhealed === undefined
      ? `${stream} broke off before its ending${why}; ` +
          'the run may be going on: join it with runs.join(), or read it with runs.get()'
      : `${stream} broke off and could not be healed (${unhealed}); ` +
          'what was delivered is right, but not all: read runs.get()',
    { run_id, delivered: { events, characters }, cause, run },
  );
};
