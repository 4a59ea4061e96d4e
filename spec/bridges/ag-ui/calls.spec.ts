import fc from 'fast-check';
import { from, lastValueFrom } from 'rxjs';
import { collectRun, type RunEvent } from 'm8tes-rx';
import type { AgUiEvent } from '../../../lib/bridges/ag-ui/events';
import { mapped, only, verified } from './mapping';

const start = (
  toolCallId: string,
  more: { toolName?: string; input?: unknown } = {},
): RunEvent => ({
  ...{ type: 'tool-call-start', toolCallId, ...more },
});
const args = (toolCallId: string, delta: string): RunEvent => ({
  ...{ type: 'tool-call-delta', toolCallId, delta },
});
const ended = (toolCallId: string): RunEvent => ({ type: 'tool-call-end', toolCallId });
const piece = (toolCallId: string, delta: string): RunEvent => ({
  ...{ type: 'tool-result-delta', toolCallId, delta },
});
const result = (toolCallId: string, its?: unknown): RunEvent => ({
  ...{ type: 'tool-result-end', toolCallId, result: its },
});

/** What a client makes of tool calls: it writes on at one that it knows. */
const kept = (events: readonly AgUiEvent[]) => {
  const calls = new Map<string, { name: string; args: string; results: string[] }>();
  for (const event of events) {
    if (event.type === 'TOOL_CALL_START') {
      const call = calls.get(event.toolCallId) ?? { name: '', args: '', results: [] };
      calls.set(event.toolCallId, { ...call, name: event.toolCallName });
    }
    if (event.type === 'TOOL_CALL_ARGS') calls.get(event.toolCallId)!.args += event.delta;
    if (event.type === 'TOOL_CALL_RESULT') calls.get(event.toolCallId)!.results.push(event.content);
  }
  return [...calls.entries()].map(([id, call]) => ({ id, ...call }));
};

const told = (...events: readonly RunEvent[]) => {
  const all = mapped([...events, { type: 'done' }]);
  verified(all);
  return kept(all);
};

describe('tool calls', () => {
  it('are known by an id that no other turn has', () => {
    expect(told(start('a', { toolName: 'search' }), args('a', '{"q":'), args('a', '1}'))).toEqual([
      { id: '7.1.1.a', name: 'search', args: '{"q":1}', results: [] },
    ]);
  });

  it('overlap', () => {
    expect(
      told(
        start('a'),
        start('b'),
        args('b', '2'),
        args('a', '1'),
        result('b', 'B'),
        result('a', 'A'),
      ),
    ).toEqual([
      { id: '7.1.1.a', name: '', args: '1', results: ['A'] },
      { id: '7.1.2.b', name: '', args: '2', results: ['B'] },
    ]);
  });

  it.each([
    ['whole', [start('a', { input: { q: [1] } })], '{"q":[1]}'],
    [
      'announced, and then spelt',
      [start('a', { input: {} }), args('a', '{"q"'), args('a', ':1}')],
      '{"q":1}',
    ],
    ['announced, and none', [start('a', { input: {} }), ended('a')], '{}'],
    ['after a start without any', [start('a'), start('a', { input: 0 })], '0'],
    ['after they had ended', [start('a'), ended('a'), start('a', { input: 1 })], '1'],
    ['late', [start('a'), ended('a'), args('a', '1')], '1'],
    ['never started', [args('a', '1')], '1'],
  ])('have arguments that come %s', (_, events, expected) => {
    expect(told(...events)).toEqual([expect.objectContaining({ args: expected })]);
  });

  it.each([
    ['a text', [result('a', 'text')], ['text']],
    ['JSON', [result('a', { b: [null] })], ['{"b":[null]}']],
    ['zero', [result('a', 0)], ['0']],
    ['false', [result('a', false)], ['false']],
    ['an empty text', [result('a', '')], ['']],
    ['its deltas', [piece('a', 'x'), piece('a', 'y'), result('a')], ['xy']],
    ['null, which is its deltas', [piece('a', 'x'), result('a', null)], ['x']],
    ['nothing that may be told', [result('a')], ['']],
    ['told twice', [result('a', 'x'), result('a', 'y')], ['x']],
    ['told once it is there', [result('a'), result('a', 'x'), result('a')], ['', 'x']],
  ])('have a result that is %s', (_, events, results) => {
    expect(told(...events)).toEqual([expect.objectContaining({ results })]);
  });

  it('begin anew under the same id, as another call', () => {
    const twice = [start('a', { toolName: 'one' }), args('a', '1'), result('a', 'A')];
    expect(
      told(...twice, start('a', { toolName: 'two' }), args('a', '2'), result('a', 'B')),
    ).toEqual([
      { id: '7.1.1.a', name: 'one', args: '1', results: ['A'] },
      { id: '7.1.3.a', name: 'two', args: '2', results: ['B'] },
    ]);
  });

  it('are told of what has no id, as of one', () => {
    expect(
      told({ type: 'tool-call-start', toolName: 'odd' }, { type: 'tool-result-end', result: 1 }),
    ).toEqual([{ id: '7.1.1', name: 'odd', args: '', results: ['1'] }]);
  });

  it('come to what a run amounts to, in any order', async () => {
    const id = fc.constantFrom('a', 'b', '__proto__');
    const text = fc.constantFrom('', 'x', '{"y":', 'é\u{1f600}');
    const any = fc.oneof(
      fc
        .tuple(id, fc.constantFrom('one', 'two'))
        .map(([its, toolName]) => start(its, { toolName })),
      fc.tuple(id, text).map(([its, delta]) => args(its, delta)),
      fc.tuple(id, text).map(([its, delta]) => piece(its, delta)),
      id.map(ended),
      id.map((its) => result(its)),
      fc.tuple(id, text).map(([its, value]) => result(its, value || { z: 1 })),
      id.map((toolCallId): RunEvent => ({ type: 'tool-result-start', toolCallId })),
      fc.constant<RunEvent>({ type: 'text-delta', delta: 't' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(any, { maxLength: 30 }), async (events) => {
        const { toolCalls } = await lastValueFrom(from(events).pipe(collectRun()));
        const calls = told(...events);
        for (const { toolCallId, args, completed, result } of toolCalls) {
          const its = calls.findLast((call) => call.id.endsWith(`.${toolCallId}`))!;
          expect(its.args).toBe(args);
          expect(its.results.length > 0).toBe(completed);
          const said = typeof result === 'string' ? result : JSON.stringify(result ?? '');
          if (completed && its.results.length === 1 && !isRepeated(events, toolCallId))
            expect(its.results).toEqual([result === undefined ? '' : said]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Whether a result was told more than once: then the client has the first. */
const isRepeated = (events: readonly RunEvent[], id: string): boolean =>
  events.filter((event) => event.type === 'tool-result-end' && event.toolCallId === id).length > 1;

describe('tool calls of a turn', () => {
  it('are ended with it, and stand where they were made', () => {
    const all = mapped([
      { type: 'text-delta', delta: 'before' },
      start('a', { toolName: 'one' }),
      { type: 'text-delta', delta: 'after' },
      { type: 'done' },
    ]);
    verified(all);
    expect(only(all, 'TEXT_MESSAGE_CONTENT', 'TOOL_CALL_START')).toEqual([
      { type: 'TEXT_MESSAGE_CONTENT', messageId: '7.1.1', delta: 'before' },
      { type: 'TOOL_CALL_START', toolCallId: '7.1.2.a', toolCallName: 'one' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: '7.1.3', delta: 'after' },
    ]);
  });
});
