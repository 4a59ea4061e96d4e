import type { RunEvent } from 'm8tes-rx';
import { timing, untimed, type Timing } from '../../lib/console/timing';

const said = (delta: string): RunEvent => ({ type: 'text-delta', delta });
const begun = (toolCallId = ''): RunEvent => ({
  type: 'tool-call-start',
  ...(toolCallId !== undefined && { toolCallId }),
  toolName: 'search',
});
const result = (toolCallId = ''): RunEvent => ({
  type: 'tool-result-end',
  ...(toolCallId !== undefined && { toolCallId }),
  result: 1,
});
const named: RunEvent = { type: 'metadata', payload: { run_id: 1 } };
const bill: RunEvent = { type: 'metadata', payload: { run_id: 1, usage: {} } };
const done: RunEvent = { type: 'done' };

const timed = (...events: readonly (readonly [at: number, event: RunEvent])[]): Timing =>
  events.reduce((state, [at, event]) => timing(state, event, at), untimed);

describe('timing', () => {
  it('knows when a run began, said its first word, and ended', () => {
    const state = timed([3, named], [400, said('')], [420, said('Hi')], [900, done]);
    expect(state).toMatchObject({ began: 3, firstToken: 420, ended: 900 });
    expect(timed([3, named])).toMatchObject({ firstToken: undefined, ended: undefined });
  });

  it('takes thinking for a first word, too', () => {
    expect(timed([5, { type: 'thinking-delta', delta: 'hm' }]).firstToken).toBe(5);
    expect(timed([5, { type: 'reasoning-delta', delta: 'hm' }]).firstToken).toBe(5);
    expect(timed([5, { type: 'plan-delta', delta: '1.' }]).firstToken).toBeUndefined();
  });

  it('begins again with the next turn, and with nothing else that follows an ending', () => {
    const over = timed([0, named], [10, said('a')], [20, done]);
    for (const event of [bill, done, result('a'), { type: 'run_metrics' } as const]) {
      expect(timing(over, event, 30)).toMatchObject({ began: 0, firstToken: 10, ended: 20 });
    }
    for (const event of [named, said('b'), begun('a'), { type: 'text-start' } as const]) {
      expect(timing(over, event, 30)).toMatchObject({ began: 30, ended: undefined });
    }
    expect(timing(over, { type: 'text-start' }, 30)).toMatchObject({ firstToken: undefined });
  });

  it('knows from when to when calls went, also where they overlap', () => {
    const state = timed([1, begun('a')], [2, begun('b')], [7, result('b')], [9, result('a')]);
    expect(state.calls).toEqual([
      { toolCallId: 'a', start: 1, end: 9 },
      { toolCallId: 'b', start: 2, end: 7 },
    ]);
  });

  it('counts a call that is begun anew from there, one that is begun twice from the first', () => {
    const twice = timed([1, begun('a')], [5, begun('a')]);
    expect(twice.calls).toEqual([{ toolCallId: 'a', start: 1 }]);
    const anew = timed([1, begun('a')], [5, result('a')], [8, begun('a')]);
    expect(anew.calls).toEqual([{ toolCallId: 'a', start: 8 }]);
  });

  it('takes calls without an id for one, and a result without a start for both', () => {
    const unnamed = timed([4, { type: 'tool-call-start' }], [6, { type: 'tool-result-end' }]);
    expect(unnamed.calls).toEqual([{ toolCallId: '', start: 4, end: 6 }]);
    expect(timed([4, result('__proto__')]).calls).toEqual([
      { toolCallId: '__proto__', start: 4, end: 4 },
    ]);
  });

  it('counts characters by the quarter of a second', () => {
    const state = timed([0, said('abc')], [249, said('d')], [500, said('ef')]);
    expect(state).toMatchObject({ written: [4, 0, 2], span: 250 });
    expect(timing(state, said('g'), 30_000)).toMatchObject({ span: 500 });
    expect(timing(state, said('g'), 30_000).written.slice(0, 2)).toEqual([4, 2]);
  });

  it('stays small, however long a run goes on, and loses no character', () => {
    let state = untimed;
    for (let at = 0; at < 7 * 24 * 3_600_000; at += 61_000) state = timing(state, said('abc'), at);
    expect(state.written.length).toBeLessThanOrEqual(120);
    expect(state.written.reduce((sum, count) => sum + count)).toBe(3 * Math.ceil(604_800 / 61));
    for (let i = 0; i < 3_000; i++) state = timing(state, begun(`call ${i}`), 1);
    expect(state.calls).toHaveLength(1_000);
    expect(JSON.stringify(state).length).toBeLessThan(60_000);
  });

  it('is the same state where an event tells nothing of time, and changes none that it was', () => {
    const state = timed([0, named], [1, begun('a')], [2, said('x')]);
    const before = JSON.stringify(state);
    expect(timing(state, { type: 'ping' }, 5)).toBe(state);
    expect(timing(state, { type: 'tool-call-delta', toolCallId: 'a', delta: '{' }, 5)).toBe(state);
    [said('more'), result('a'), begun('b'), done].forEach((event) => timing(state, event, 9));
    expect(JSON.stringify(state)).toBe(before);
    expect(JSON.parse(before)).toEqual(state);
  });
});
