import { defer, startWith, type OperatorFunction } from 'rxjs';
import { asksPeople, isFailure, isInfrastructure, isTerminal } from '../../events/kinds';
import { UNKNOWN_ERROR } from '../../events/protocol';
import type { FailureEvent, RunEvent } from '../../events/RunEvent';
import { operator } from '../../operator';
import { Conclusion } from '../../operators/Conclusion';
import { requestsOf } from '../requests';
import type { Asking } from '../segment';
import { blocks } from './blocks';
import { calls } from './calls';
import { requests, type Decided, type ToldRequest } from './requests';
import type { FinishReason, UIMessageChunk } from './UIMessageChunk';

/** What the reader of a message has of it, and goes on behind. */
export interface Known {
  readonly calls: Iterable<string>;
  readonly requests: readonly ToldRequest[];
  /** The requests that its last segment ended with. What follows them is told. */
  readonly behind: readonly string[];
  /** What became of those that it says something to. */
  readonly decided: readonly { readonly request_id: string; readonly how: Decided }[];
  /** Whether it has something of the next segment, which is told again. */
  readonly isPartial: boolean;
}

/** Which message is told, and to whom. */
export interface ChunksOptions {
  readonly messageId: string;
  readonly run_id: number | undefined;
  /** Undefined where the message is told from its beginning. */
  readonly known?: Known | undefined;
}

const CUT = 'the run could not be streamed any further; reload to see the rest of it';
const MOVED = 'the run has moved on from what was answered here; reload to see it';

/** Why a turn ended, in the words of the AI SDK. */
const reasons: { readonly [stop_reason: string]: FinishReason } = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  refusal: 'content-filter',
};
const reasonOf = (stop_reason = 'end_turn'): FinishReason =>
  Object.hasOwn(reasons, stop_reason) ? reasons[stop_reason]! : 'other';

/** "A terminal failure without a text is told by its type, never as `Unknown error`." [wire §3] */
const textOf = (event: FailureEvent): string =>
  isTerminal(event) && (event.error === '' || event.error === UNKNOWN_ERROR)
    ? event.type
    : event.error || UNKNOWN_ERROR;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** A message as it is told, event by event. An event costs the same however long the message is. */
const telling = ({ messageId, run_id, known }: ChunksOptions) => {
  const written = blocks();
  const called = calls();
  const asked = requests(called);
  const before = new Set(known?.behind); // requests that are still to come, before anything is told
  let conclusion = Conclusion.open;
  let failure: string | undefined;
  let count = 0; // of what has no id of its own
  let isOver = false;

  const keep = (name: string, data: unknown, id = name): UIMessageChunk => ({
    ...{ type: `data-${name}`, id, data },
  });
  const pass = (name: string, data: unknown): UIMessageChunk => ({
    ...{ type: `data-${name}`, data, transient: true },
  });

  /** Where a part begins beside it, a block ends: what goes on behind that is another one. */
  const beside = (chunks: readonly UIMessageChunk[]): readonly UIMessageChunk[] =>
    chunks.some(({ type }) => type === 'tool-input-start' || type === 'tool-input-available')
      ? [...written.close(), ...chunks]
      : chunks;

  /** What an event says that has a page of its own, or else what is kept of it. */
  const told = (event: RunEvent): readonly UIMessageChunk[] => {
    const { type, ...data } = event;
    switch (event.type) {
      case 'text-start':
      case 'text-delta':
      case 'text-end':
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end':
      case 'thinking-start':
      case 'thinking-delta':
      case 'thinking-end':
      case 'plan-start':
      case 'plan-delta':
      case 'plan-end':
        return written.add(event);
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
      case 'tool-result-start':
      case 'tool-result-delta':
      case 'tool-result-end':
        return beside(called.add(event));
      case 'todo-update':
        return [keep('todo', { todos: event.todos })];
      case 'metadata': {
        const { usage } = event.payload;
        return usage === undefined ? [] : [keep('usage', usage)];
      }
      case 'run_metrics':
        return [keep('metrics', data)];
      case 'sandbox_metrics':
        return [keep('sandbox-metrics', data)];
      case 'sandbox-connecting':
      case 'sandbox-connected':
        return [pass('sandbox', { state: type.slice('sandbox-'.length), ...data })];
      case 'source-url': {
        const { url, title } = data as { readonly url?: unknown; readonly title?: unknown };
        const address = text(url);
        if (address === undefined) return [];
        const named = text(title) === undefined ? {} : { title: title as string };
        return [{ type, sourceId: `source-${++count}`, url: address, ...named } as UIMessageChunk];
      }
      case 'permission_resolved':
        return beside(asked.resolved(event));
      case 'error':
        return [keep('error', { ...data, error: textOf(event) }, `error-${++count}`)];
      case 'permission_request':
        asked.note(event);
        return [];
      case 'awaiting_approval':
      case 'message-start':
      case 'message-delta':
      case 'message-end':
        return [];
      default:
        return isTerminal(event) || isInfrastructure(event) ? [] : [pass('notice', event)];
    }
  };

  const end = (...last: readonly UIMessageChunk[]): readonly UIMessageChunk[] => {
    isOver = true;
    return [...written.close(), ...last];
  };
  const fail = (errorText: string): readonly UIMessageChunk[] =>
    end(
      { type: 'finish-step' },
      { type: 'error', errorText },
      { type: 'finish', finishReason: 'error' },
    );

  /** The reader is where it had been: what comes is another step of the same message. */
  const goOn = ({ calls, requests, decided }: Known): readonly UIMessageChunk[] => {
    written.close();
    called.nextStep(calls);
    asked.know(requests);
    return decided.flatMap(({ request_id, how }) => asked.decided(request_id, how));
  };

  return {
    begin: (): readonly UIMessageChunk[] => [
      { type: 'start', messageId, messageMetadata: run_id === undefined ? {} : { run_id } },
      { type: known?.isPartial === true ? 'reset-step' : 'start-step' },
    ],
    add: (event: RunEvent | Asking): readonly UIMessageChunk[] => {
      if (isOver) return [];
      if (event.type === 'asking') {
        if (before.size > 0) return fail(MOVED);
        const chunks = [...written.close(), ...asked.tell(event.requests)];
        const finish = { type: 'finish', finishReason: 'tool-calls' } as const;
        return [...chunks, ...end({ type: 'finish-step' }, finish)];
      }
      conclusion = Conclusion.after(conclusion, event);
      if (isFailure(event)) failure = textOf(event);
      const chunks = told(event);
      if (before.size === 0) return chunks;
      if (asksPeople(event)) for (const id of requestsOf(event)) before.delete(id);
      if (before.size > 0) return [];
      return goOn(known!);
    },
    complete: (): readonly UIMessageChunk[] => {
      if (isOver) return [];
      if (before.size > 0) return fail(MOVED);
      if (!conclusion.over) return fail(CUT);
      const { status, stop_reason } = conclusion;
      if (status === 'failed') return fail(failure ?? UNKNOWN_ERROR);
      if (status === 'cancelled') {
        return end({ type: 'finish-step' }, { type: 'abort', reason: 'the run was cancelled' });
      }
      const finish = { type: 'finish', finishReason: reasonOf(stop_reason) } as const;
      return end(...called.settle(), ...asked.end(), { type: 'finish-step' }, finish);
    },
    error: (): readonly UIMessageChunk[] => (isOver ? [] : fail(CUT)),
  };
};

/**
 * A turn as one message of the AI SDK, or a segment of it: up to its end, or to where it waits for
 * people. A stream that does not say so would be taken for whole: a turn that breaks off ends with an
 * error.
 */
export const chunks = (
  options: ChunksOptions,
): OperatorFunction<RunEvent | Asking, UIMessageChunk> => {
  return (source) =>
    defer(() => {
      const { begin, add, complete, error } = telling(options);
      return source.pipe(
        operator<RunEvent | Asking, UIMessageChunk>((subscriber) => {
          const tell = (all: readonly UIMessageChunk[]): void => {
            for (const one of all) subscriber.next(one);
          };
          return {
            next: (event) => tell(add(event)),
            error: () => {
              tell(error());
              subscriber.complete();
            },
            complete: () => {
              tell(complete());
              subscriber.complete();
            },
          };
        }),
        startWith(...begin()),
      );
    });
};
