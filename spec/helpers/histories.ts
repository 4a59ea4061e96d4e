import fc from 'fast-check';
import { decodeEvent } from '../../lib/events/decode';
import { deltaOf, withDelta } from '../../lib/events/kinds';
import { encodeEvent } from '../../lib/events/encode';
import type { RunEvent } from '../../lib/events/RunEvent';
import { random } from '../../lib/testing/random';

/** A turn as a server tells it: the data of each of its frames. */
export type History = readonly string[];

const letter = fc.constantFrom(...'abc .', 'é', '🎈', '日', '\u2028', '\u0085', '"', '\\', '\n');
const text = fc.string({ unit: letter, maxLength: 10 });
const texts = fc.array(text, { maxLength: 4 });
const id = fc.constantFrom(undefined, 'a', 'b');
const json = fc.constantFrom<unknown>(undefined, null, 0, false, '', 'ok', [], {}, { rows: [1] });

/** What is told of one thing: in order, but other things may come between. */
const block = fc
  .record({ kind: fc.constantFrom('text', 'thinking', 'reasoning', 'plan'), id, texts })
  .map(({ kind, id, texts }): object[] => [
    { type: `${kind}-start`, id },
    ...texts.map((delta) => ({ type: `${kind}-delta`, id, delta })),
    { type: `${kind}-end`, id },
  ]);

const words = texts.map((texts): object[] => texts.map((delta) => ({ type: 'text-delta', delta })));

const tool = fc
  .record({ n: fc.nat(2), args: texts, pieces: texts, result: json })
  .map(({ n, args, pieces, result }): object[] => {
    const toolCallId = `tc_${n}`;
    return [
      { type: 'tool-call-start', toolCallId, toolName: `tool_${n}` },
      ...args.map((delta) => ({ type: 'tool-call-delta', toolCallId, delta })),
      { type: 'tool-call-end', toolCallId },
      { type: 'tool-result-start', toolCallId },
      ...pieces.map((delta) => ({ type: 'tool-result-delta', toolCallId, delta })),
      { type: 'tool-result-end', toolCallId, result },
    ];
  });

const native = fc.record({ id, texts }).map(({ id, texts }): object[] => [
  { type: 'content_block_start', id, content_block: { type: 'text' } },
  ...texts.map((text) => ({
    type: 'content_block_delta',
    id,
    delta: { type: 'text_delta', text },
  })),
  { type: 'content_block_stop', id },
]);

const single = fc
  .constantFrom<object | string>(
    { type: 'ping' },
    { type: 'weather', of: 'tomorrow' },
    { type: 'weather', id: 'w1' },
    { type: 'weather-delta', delta: 'sunny ' },
    { type: 'weather-delta', delta: 'at last' },
    { type: 'todo-update', toolCallId: 'tc_0', todos: [{ content: 'read' }] },
    { type: 'source-url', url: 'https://example.com' },
    { type: 'error', error: 'a tool failed' },
    { type: 'mcp_error' },
    { type: 'run_metrics', execution_time_ms: 12 },
    { type: 'metadata', payload: { usage: { total_tokens: 3 } } },
    { type: 'text-delta', delta: 7 },
    'no JSON',
    '[]',
    '42',
  )
  .map((frame) => [frame]);

const ending = fc.constantFrom<readonly (object | string)[]>(
  [{ type: 'done', stop_reason: 'end_turn' }],
  [{ type: 'done' }, '[DONE]'],
  ['[DONE]'],
  [{ type: 'cancelled' }],
  [{ type: 'AGENT_RUNNER_DIED', error: 'out of memory' }],
);

/** Several tellings as one, each in its order. */
const interleaved = <T>(threads: readonly (readonly T[])[], seed: number): readonly T[] => {
  const chance = random(seed);
  const left = threads.map((thread) => [...thread]).filter(({ length }) => length > 0);
  const all: T[] = [];
  while (left.length > 0) {
    const at = Math.floor(chance() * left.length);
    all.push(left[at]!.shift()!);
    if (left[at]!.length === 0) left.splice(at, 1);
  }
  return all;
};

/** Any turn of run 7, from its first frame to its ending. */
export const turn: fc.Arbitrary<History> = fc
  .record({
    threads: fc.array(fc.oneof(block, words, tool, native, single), { maxLength: 6 }),
    ending,
    seed: fc.nat(),
  })
  .map(({ threads, ending, seed }) =>
    [
      { type: 'metadata', payload: { run_id: 7 } },
      ...interleaved<object | string>(threads, seed),
      ...ending,
    ].map((frame) => (typeof frame === 'string' ? frame : JSON.stringify(frame))),
  );

const others = (event: RunEvent): string => JSON.stringify(withDelta(event, ''));

const isText = (event: RunEvent): boolean => Boolean(deltaOf(event));

/** An event with more of its text. */
const longer = (event: RunEvent, more: RunEvent): RunEvent =>
  withDelta(event, `${deltaOf(event)}${deltaOf(more)}`);

/** Deltas that stand side by side, joined. */
export const joined = (events: readonly RunEvent[]): readonly RunEvent[] => {
  const all: RunEvent[] = [];
  for (const event of events) {
    const last = all.at(-1);
    if (isText(event) && last && isText(last) && others(last) === others(event)) {
      all[all.length - 1] = longer(last, event);
    } else {
      all.push(event);
    }
  }
  return all;
};

/** "The server replays the whole history, perhaps with deltas joined differently." */
export const retold = (history: History, seed: number): History => {
  const chance = random(seed);
  const told: string[] = [];
  let open: RunEvent | undefined;
  const split = (): void => {
    const left = Array.from((open && deltaOf(open)) ?? '');
    while (open !== undefined) {
      const delta = left.splice(0, 1 + Math.floor(chance() * 8)).join('');
      told.push(encodeEvent(withDelta(open, delta)));
      if (left.length === 0) open = undefined;
    }
  };
  for (const data of history) {
    const event = decodeEvent(data);
    if (isText(event) && open !== undefined && others(open) === others(event)) {
      open = longer(open, event);
      continue;
    }
    split();
    if (isText(event)) open = event;
    else told.push(data);
  }
  split();
  return told;
};
