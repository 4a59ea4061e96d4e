import { decodeEvent } from '../../lib/events/decode';
import type { RunEvent } from '../../lib/events/RunEvent';
import { reading } from '../../lib/stream/reading';
import { Seen } from '../../lib/stream/Seen';

const t = (delta: string, id?: string): RunEvent => ({
  type: 'text-delta',
  delta,
  ...(id !== undefined && { id }),
});
const todos = (content: string): RunEvent => ({ type: 'todo-update', todos: [{ content }] });
const call = (toolCallId: string): RunEvent => ({ type: 'tool-call-start', toolCallId });
const ping: RunEvent = { type: 'ping' };
const done: RunEvent = { type: 'done' };

/** What is new in a replay, after some events were delivered; and the verdict. */
const read = (delivered: readonly RunEvent[], replay: readonly RunEvent[]) => {
  const seen = Seen();
  delivered.forEach((event) => seen.note(event));
  const one = reading(seen);
  const fresh = replay.map((event) => one.read(event)).filter((event) => event !== undefined);
  return { fresh, verdict: one.verdict, isMet: one.isMet };
};

describe('reading', () => {
  it('of what was delivered, finds nothing new', () => {
    const events = [t('ab'), call('1'), t('cd'), ping, done];
    expect(read(events, events)).toMatchObject({ fresh: [], verdict: 'right' });
  });

  it('when nothing was delivered, finds all new', () => {
    const events = [t('ab'), call('1'), done];
    expect(read([], events)).toMatchObject({ fresh: events, verdict: 'right' });
  });

  it.each([
    ['joined', [t('abcd')], []],
    ['split', [t('a'), t('bc'), t('d')], []],
    ['joined with what is new', [t('abcdef')], [t('ef')]],
    ['split at what is new', [t('abc'), t('de'), t('f')], [t('e'), t('f')]],
    ['joined, of another id', [t('abcd'), t('x', '1')], [t('x', '1')]],
  ])('drops deltas by their characters: %s', (_, replay, fresh) => {
    expect(read([t('ab'), t('cd')], replay)).toMatchObject({ fresh, verdict: 'right' });
  });

  it('keeps what a straddling delta says beside its text', () => {
    const replay = (delta: string): RunEvent =>
      decodeEvent(JSON.stringify({ ...t(delta), later: 1 }));
    expect(read([t('ab')], [replay('abcd')]).fresh).toEqual([replay('cd')]);
  });

  it('reads each channel by itself, in whatever order they are told', () => {
    const delivered = [t('ab', '1'), t('xy', '2')];
    const replay = [t('xyz', '2'), t('abc', '1')];
    expect(read(delivered, replay)).toMatchObject({
      fresh: [t('z', '2'), t('c', '1')],
      verdict: 'right',
    });
  });

  it('drops other events by their occurrences', () => {
    const replay = [call('1'), ping, ping, call('2'), call('1')];
    expect(read([call('1'), ping], replay).fresh).toEqual([ping, call('2'), call('1')]);
  });

  it('does not miss what a replay leaves out', () => {
    expect(read([ping, ping, t('a')], [t('ab'), ping, call('1')]).fresh).toEqual([
      t('b'),
      call('1'),
    ]);
  });

  it('is open as long as some of the delivered text was not met', () => {
    expect(read([t('abcd')], [])).toMatchObject({ fresh: [], verdict: 'open' });
    expect(read([t('abcd')], [t('abc')])).toMatchObject({ fresh: [], verdict: 'open' });
    expect(read([t('a', '1'), t('b', '2')], [t('a', '1')])).toMatchObject({
      fresh: [],
      verdict: 'open',
    });
  });

  it.each([
    ['another text', [t('abXd')]],
    ['another text that goes on in the same way', [t('Xb'), t('cdef')]],
    ['its ending before its text', [t('abc'), done]],
  ])('is wrong at %s', (_, replay) => {
    expect(read([t('ab'), t('cd')], replay).verdict).toBe('wrong');
  });

  it('stays wrong', () => {
    expect(read([t('ab')], [t('xy'), t('ab'), call('1')]).verdict).toBe('wrong');
  });

  it('goes on over an ending that was delivered', () => {
    const replay = [t('ab'), done, t('cde'), done];
    expect(read([t('ab'), done, t('cd')], replay)).toMatchObject({
      fresh: [t('e'), done],
      verdict: 'right',
    });
  });

  it('drops pieces without text by their occurrences', () => {
    const replay = [t(''), t('ab'), t(''), t('c')];
    expect(read([t('')], [t('a'), done])).toMatchObject({
      fresh: [t('a'), done],
      verdict: 'right',
    });
    expect(read([t(''), t('ab')], replay)).toMatchObject({
      fresh: [t(''), t('c')],
      verdict: 'right',
    });
    expect(read([t(''), t('ab'), t('')], replay).fresh).toEqual([t('c')]);
  });

  describe('compares every event that it drops', () => {
    const result = (value: unknown): RunEvent => ({
      type: 'tool-result-end',
      toolCallId: '1',
      result: value,
    });
    const todos = (...todos: readonly object[]): RunEvent =>
      decodeEvent(JSON.stringify({ type: 'todo-update', toolCallId: '1', todos }));
    const [one, two, three] = [todos({ a: 1 }), todos({ a: 2 }), todos({ a: 3 })];

    it.each([
      ['a text', 'a', 'b'],
      ['a number', 1, 2],
      ['a type', 1, '1'],
      ['nothing', null, false],
      ['a field', { a: 1 }, { b: 1 }],
      ['a value inside', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }],
      ['an order', [1, 2], [2, 1]],
      ['fields that swap their values', { a: 1, b: 2 }, { a: 2, b: 1 }],
      ['the end of a long text', `${'x'.repeat(4_000)}a`, `${'x'.repeat(4_000)}b`],
      ['the length of a very long text', 'x'.repeat(100_000), 'x'.repeat(100_001)],
    ])('is wrong where %s differs', (_, before, after) => {
      expect(read([t('a'), result(before)], [t('a'), result(before)]).verdict).toBe('right');
      expect(read([t('a'), result(before)], [t('a'), result(after)]).verdict).toBe('wrong');
    });

    it('but for the order of fields', () => {
      const replay = result({ b: 2, a: 1 });
      expect(read([t('a'), result({ a: 1, b: 2 })], [t('a'), replay])).toMatchObject({
        fresh: [],
        verdict: 'right',
      });
    });

    it("and the housekeeping, which is the server's own", () => {
      const ping = (at: number): RunEvent => decodeEvent(`{"type":"ping","at":${at}}`);
      expect(read([ping(1)], [ping(2), ping(3)])).toMatchObject({
        fresh: [ping(3)],
        verdict: 'right',
      });
    });

    it('and what a client remarked, which a log has and the API has not', () => {
      const settled: RunEvent = { type: 'settled' };
      const delivered = [t('a'), settled, t('b'), done];
      expect(read(delivered, [t('a'), t('bc'), done])).toMatchObject({
        ...{ fresh: [t('c')], verdict: 'right', isMet: true },
      });
      expect(read(delivered, [...delivered, settled])).toMatchObject({
        ...{ fresh: [settled], verdict: 'right', isMet: true },
      });
    });

    it.each([
      ['its latest, as delivered', [three], []],
      ['an earlier one and the latest', [one, three], []],
      ['a later one', [todos({ a: 4 })], [todos({ a: 4 })]],
      ['the latest and a later one', [three, todos({ a: 4 })], [todos({ a: 4 })]],
    ])('takes a compacted history for right, where it tells of a state %s', (_, replay, fresh) => {
      expect(read([one, two, three], replay)).toMatchObject({ fresh, verdict: 'right' });
    });

    it('does not choke on a result that is nested a hundred thousand deep', () => {
      const deep = decodeEvent(
        `{"type":"tool-result-end","result":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      );
      expect(read([deep], [deep]).verdict).toBe('right');
    });
  });

  it('counts the text of a type nobody knows by its characters, as of every other', () => {
    const piece = (delta: string): RunEvent =>
      decodeEvent(`{"type":"brand-new-delta","delta":"${delta}"}`);
    expect(read([piece('ab')], [piece('abcd')])).toMatchObject({
      fresh: [piece('cd')],
      verdict: 'right',
    });
    expect(read([piece('ab')], [piece('xbcd')]).verdict).toBe('wrong');
  });

  it.each<[string, readonly RunEvent[], readonly RunEvent[], boolean]>([
    ['nothing', [], [], true],
    ['all of it', [t('ab'), call('1'), done], [t('ab'), call('1'), done, call('2')], true],
    ['a text, and not to its end', [t('ab')], [t('a')], false],
    ['a text, and no call', [t('ab'), call('1')], [t('ab')], false],
    ['another call', [call('1')], [call('2')], false],
    ['one of two', [call('1'), call('1')], [call('1')], false],
    ['no housekeeping', [t('ab'), ping], [t('ab')], true],
    ['no remark of a client', [t('ab'), { type: 'settled' }], [t('ab')], true],
    ['the latest of its states', [todos('one'), todos('two'), done], [todos('two'), done], true],
    ['a later state', [todos('one'), done], [todos('two'), done], true],
    ['another text', [t('ab')], [t('xy')], false],
  ])('knows whether all was met again: %s', (_, delivered, replay, isMet) => {
    expect(read(delivered, replay).isMet).toBe(isMet);
  });

  it('leaves what was seen as it is, for the next reading', () => {
    const seen = Seen();
    seen.note(t('ab'));
    const before = JSON.stringify([[...seen.deltas], [...seen.others]]);
    reading(seen).read(t('abcd'));
    reading(seen).read(done);
    expect(JSON.stringify([[...seen.deltas], [...seen.others]])).toBe(before);
  });
});
