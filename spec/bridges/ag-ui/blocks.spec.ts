import type { RunEvent } from 'm8tes-rx';
import { mapped, only, verified } from './mapping';

/** What is said, message by message, in the client's order. */
const messages = (...events: readonly RunEvent[]): readonly string[] => {
  const all = mapped([...events, { type: 'done' }]);
  verified(all);
  const said = new Map<string, string>();
  for (const { type, messageId, delta } of only(
    all,
    'TEXT_MESSAGE_CONTENT',
    'REASONING_MESSAGE_CONTENT',
  )) {
    const kind = type === 'TEXT_MESSAGE_CONTENT' ? 'text' : 'reasoning';
    said.set(messageId, (said.get(messageId) ?? `${kind}: `) + delta);
  }
  return [...said.values()];
};
const text = (delta: string, id?: string): RunEvent => ({
  type: 'text-delta',
  delta,
  ...(id !== undefined && { id }),
});
const thought = (delta: string): RunEvent => ({ type: 'thinking-delta', delta });

describe('blocks', () => {
  it.each<[what: string, events: RunEvent[], said: string[]]>([
    ['deltas alone', [text('a'), text('b')], ['text: ab']],
    ['an end between', [text('a'), { type: 'text-end' }, text('b')], ['text: a', 'text: b']],
    ['a start between', [text('a'), { type: 'text-start' }, text('b')], ['text: a', 'text: b']],
    ['another id', [text('a', '1'), text('b', '2')], ['text: a', 'text: b']],
    ['no id where there was one', [text('a', '1'), text('b')], ['text: ab']],
    [
      'a thought between',
      [text('a'), thought('?'), text('b')],
      ['text: a', 'reasoning: ?', 'text: b'],
    ],
    [
      'a message’s end between',
      [text('a'), { type: 'message-end' }, { type: 'message-start' }, text('b')],
      ['text: a', 'text: b'],
    ],
    [
      'reasoning under both of its names',
      [{ type: 'reasoning-delta', delta: 'x' }, thought('y')],
      ['reasoning: xy'],
    ],
    ['metadata between', [text('a'), { type: 'metadata', payload: {} }, text('b')], ['text: ab']],
    ['the end of another block', [text('a'), { type: 'thinking-end' }, text('b')], ['text: ab']],
    ['nothing said', [{ type: 'text-start' }, text(''), { type: 'text-end' }], []],
  ])('are told with %s', (_, events, said) => {
    expect(messages(...events)).toEqual(said);
  });

  it('are begun by what is said in them, and not before', () => {
    const all = mapped([{ type: 'text-start' }, { type: 'text-end' }, { type: 'done' }]);
    expect(all.map(({ type }) => type)).toEqual(['RUN_STARTED', 'RUN_FINISHED']);
  });
});
