import { of } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { bytesOf, joined, textOf } from './bytes';
import { decoding } from './decoding';
import { frameLine } from './Line';
import { askedFrames, requestOf } from './runs/gates';
import type { Ask, Frame, Script, Step } from './Script';
import * as say from './steps';

/** A run in the making. Every call gives another one, and leaves this as it is. */
export interface RunBuilder extends Iterable<RunEvent> {
  /** Says something, in these pieces. */
  readonly text: (...pieces: readonly string[]) => RunBuilder;
  readonly thinking: (...pieces: readonly string[]) => RunBuilder;
  readonly plan: (...pieces: readonly string[]) => RunBuilder;
  /** Calls a tool: its arguments come in pieces, then its result; with `error` it fails. */
  readonly tool: (use: say.ToolUse | say.FailingTool) => RunBuilder;
  /** Shows its list of things to do, as it is now. */
  readonly todo: (...todos: readonly { readonly [field: string]: unknown }[]) => RunBuilder;
  /** Asks people, and waits for them. */
  readonly ask: (ask: Asked) => RunBuilder;
  /** Something went wrong, and the run goes on. */
  readonly error: (error: string, error_code?: string) => RunBuilder;
  /** The run is over and failed. Another `type` for another way to die. */
  readonly failure: (error: string, type?: string, error_code?: string) => RunBuilder;
  /** More metadata than its id: `{ usage: { … } }`. */
  readonly metadata: (payload: { readonly [field: string]: unknown }) => RunBuilder;
  /** What it gives beside its words, in its record. */
  readonly output: (output_data: unknown) => RunBuilder;
  /** What it took. */
  readonly metrics: (input_tokens?: number, output_tokens?: number) => RunBuilder;
  /** Any other event. */
  readonly event: (frame: Frame) => RunBuilder;
  /** These bytes and no others. */
  readonly raw: (bytes: string | Uint8Array) => RunBuilder;
  /** Silence. Events know no time: it is there when the run is played by a server, or by `fakeFetch`. */
  readonly wait: (ms: number) => RunBuilder;
  /** The connection breaks off. What is built after it is there for who joins again. */
  readonly cut: (how?: 'reset' | 'end') => RunBuilder;
  /** The turn is over; with `marker`, `[DONE]` follows. */
  readonly done: (stop_reason?: string, options?: { readonly marker?: boolean }) => RunBuilder;
  readonly cancelled: () => RunBuilder;

  /** The events, up to the first cut; so are those of iterating. */
  readonly events: () => readonly RunEvent[];
  /** What a server sends of it, up to the first cut. */
  readonly sse: () => string;
  readonly bytes: () => Uint8Array<ArrayBuffer>;
  /** The run as a script. The server says its id, and ends it where it is not ended. */
  readonly script: Script;
}

/** What people are asked; only the tool's name has to be given. */
export type Asked = Omit<Ask, 'tool_input'> & Partial<Pick<Ask, 'tool_input'>>;

/** How the run is called. */
export interface RunOptions {
  /** Default 123, as in the documentation. */
  readonly run_id?: number | undefined;
}

/**
 * A run, built event by event: as the events themselves, as what is sent of them, or as a script.
 *
 * @example
 * ```ts
 * import { collectRun } from 'm8tes-rx';
 * import { run } from 'm8tes-rx/testing';
 * import { from } from 'rxjs';
 *
 * const answered = run()
 *   .thinking('First ', 'the mail.')
 *   .tool({ name: 'gmail_search', input: { query: 'is:unread' }, result: [] })
 *   .text('Nothing ', 'is open.')
 *   .done();
 * from(answered).pipe(collectRun()).subscribe(({ text }) => console.log(text)); // Nothing is open.
 * ```
 *
 * @see fakeRun for a run as marbles
 */
export const run = ({ run_id = 123 }: RunOptions = {}): RunBuilder =>
  built({ type: 'metadata', payload: { run_id } }, []);

const built = (head: Frame, steps: readonly Step[]): RunBuilder => {
  const and = (...more: readonly Step[]): RunBuilder => built(head, [...steps, ...more]);
  const count = (type: string): number =>
    steps.filter((step) => 'type' in step && step.type === type).length;

  const bytes = (): Uint8Array<ArrayBuffer> => joined([head, ...upToCut(steps)].flatMap(sent()));
  const events = (): readonly RunEvent[] => {
    const all: RunEvent[] = [];
    of(bytes())
      .pipe(decoding())
      .subscribe((event) => all.push(event));
    return all;
  };
  return {
    text: (...pieces) => and(...say.text(...pieces)),
    thinking: (...pieces) => and(...say.thinking(...pieces)),
    plan: (...pieces) => and(...say.block('plan', pieces)),
    tool: (use) => {
      const id = use.id ?? `tc_${count('tool-call-start') + 1}`;
      return and(...('error' in use ? say.failingTool({ ...use, id }) : say.tool({ ...use, id })));
    },
    todo: (...todos) => {
      const toolCallId = `todo_${count('todo-update') + 1}`;
      return and({ type: 'todo-update', toolCallId, todos });
    },
    ask: ({ tool_input = {}, ...ask }) => and({ step: 'ask', asks: [{ ...ask, tool_input }] }),
    error: (error, error_code) => and({ type: 'error', error, error_code }),
    failure: (...given) => and(...say.fail(...given)),
    metadata: (payload) => and({ type: 'metadata', payload }),
    output: (output_data) => and(...say.output(output_data)),
    metrics: (...given) => and(...say.metrics(...given)),
    event: (frame) => and(frame),
    raw: (given) => and(...say.raw(given)),
    wait: (ms) => and(...say.wait(ms)),
    cut: (how) => and(...say.cut(how)),
    done: (...given) => and(...say.done(...given)),
    cancelled: () => and({ type: 'cancelled' }),

    events,
    bytes,
    sse: () => textOf(bytes()),
    script: () => steps,
    [Symbol.iterator]: () => events()[Symbol.iterator](),
  };
};

const upToCut = (steps: readonly Step[]): readonly Step[] => {
  const at = steps.findIndex((step) => 'step' in step && step.step === 'cut');
  return at < 0 ? steps : steps.slice(0, at);
};

/** What is sent of each step. What is asked is numbered. */
const sent = (): ((step: Step) => readonly Uint8Array[]) => {
  let asked = 0;
  return (step) => {
    if ('type' in step) return [frameLine(step).bytes];
    if (step.step === 'raw') return [bytesOf(step.bytes)];
    if (step.step !== 'ask') return [];
    const requests = step.asks.map((ask) => {
      const number = ++asked;
      return requestOf(ask, { request_id: `req_${number}`, tool_use_id: `toolu_${number}` }, EPOCH);
    });
    return askedFrames(requests).map((frame) => frameLine(frame).bytes);
  };
};

/** When everything was that was built: the same each time. */
const EPOCH = '2026-01-01T00:00:00.000Z';
