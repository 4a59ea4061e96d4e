import { ApiError } from '../../errors';
import { isFailure } from '../../events/kinds';
import { UNKNOWN_ERROR } from '../../events/protocol';
import type { RunEvent } from '../../events/RunEvent';
import { Conclusion } from '../../operators/Conclusion';
import type { LifecycleEvent, TokenUsage } from './events';

type Fields = { readonly [field: string]: unknown };

/** A count as the protocol takes it; anything else of a run's numbers would be the error of all of it. */
const count = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;

/**
 * Tokens as AG-UI counts them: what a cache had is part of the input. Whether that is so of these
 * numbers is told by their total; where it tells nothing, the cache is left out.
 */
const usageOf = (usage: Fields): TokenUsage | undefined => {
  const input = count(usage['input_tokens']);
  const output = count(usage['output_tokens']);
  if (input === undefined || output === undefined) return undefined;
  const read = count(usage['cache_read_tokens']) ?? 0;
  const written = count(usage['cache_creation_tokens']) ?? 0;
  const total = count(usage['total_tokens']);
  const isBeside = read + written > 0 && total === input + output + read + written;
  const inputTokens = isBeside ? input + read + written : input;
  return {
    ...{ inputTokens, outputTokens: output, totalTokens: inputTokens + output },
    ...(isBeside && { cachedInputTokens: read, cacheWriteInputTokens: written }),
  };
};

/** How a turn ends, as far as it has. */
export interface Ending {
  readonly add: (event: RunEvent) => void;
  /** What is said last, of a turn that was told to its end. */
  readonly ended: () => Ended;
}

/** How a run of AG-UI ends, without what it is called. */
export type Ended =
  | Extract<LifecycleEvent, { readonly type: 'RUN_ERROR' }>
  | Omit<Extract<LifecycleEvent, { readonly type: 'RUN_FINISHED' }>, 'threadId' | 'runId'>;

/** What the client is told of a turn that cannot be told to its end: it would take the cut for success. */
export const cut = (error?: unknown): Ended => ({
  type: 'RUN_ERROR',
  message: 'the run could not be told to its end; ask for it again',
  code: error instanceof ApiError ? error.kind : 'interrupted',
});

/** Puts together how a turn ends. A failure or a cancellation stands, though a `done` may follow. */
export const ending = (): Ending => {
  let conclusion = Conclusion.open;
  let failure: string | undefined;
  let usage: TokenUsage | undefined;
  let metrics: TokenUsage | undefined;

  return {
    add: (event) => {
      conclusion = Conclusion.after(conclusion, event);
      if (event.type === 'metadata' && event.payload.usage !== undefined) {
        usage = usageOf(event.payload.usage) ?? usage;
      } else if (event.type === 'run_metrics') {
        const { input_tokens_used: input_tokens, output_tokens_used: output_tokens } = event;
        metrics = usageOf({ input_tokens, output_tokens }) ?? metrics;
      } else if (isFailure(event)) {
        // "A terminal failure without a text is told by its type." [wire §3]
        const { type, error } = event;
        const isTold = error !== '' && (type === 'error' || error !== UNKNOWN_ERROR);
        failure = isTold ? error : type === 'error' ? UNKNOWN_ERROR : type;
      }
    },
    ended: () => {
      const { status, over, error_code, stop_reason, completion_state } = conclusion;
      if (!over) return cut();
      const took = usage ?? metrics;
      const told = took !== undefined && { usage: [took] };
      if (status === 'failed') {
        const code = error_code !== undefined && { code: error_code };
        return { type: 'RUN_ERROR', message: failure ?? UNKNOWN_ERROR, ...code, ...told };
      }
      const result = {
        ...(stop_reason !== undefined && { stop_reason }),
        ...(completion_state !== undefined && { completion_state }),
      };
      return {
        type: 'RUN_FINISHED',
        outcome: { type: status === 'cancelled' ? 'cancelled' : 'success' },
        ...(Object.keys(result).length > 0 && { result }),
        ...told,
      };
    },
  };
};
