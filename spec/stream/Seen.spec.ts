import { Fingerprint } from '../../lib/stream/Fingerprint';
import { decodeEvent } from '../../lib/events/decode';
import { Seen, type Channels } from '../../lib/stream/Seen';
import { sampleEvents } from '../helpers/wire';
import type { RunEvent } from '../../lib/events/RunEvent';

const after = (...events: readonly RunEvent[]): Seen => {
  const seen = Seen();
  events.forEach((event) => seen.note(event));
  return seen;
};

const printOf = (text: string): Fingerprint => {
  const print = Fingerprint.none();
  Fingerprint.extend(print, text);
  return print;
};

describe('Seen', () => {
  it('is nothing at first', () => {
    const { deltas, others, text, events, run_id } = Seen();
    expect([deltas.size, others.size, text.length, events, run_id]).toEqual([
      0,
      0,
      0,
      0,
      undefined,
    ]);
  });

  it('is how far each channel has come: its characters, or its occurrences', () => {
    const { deltas, others, text, events, run_id } = after(...(sampleEvents as RunEvent[]));
    expect([...deltas]).toEqual([['text-delta', printOf('Here are the open tickets...')]]);
    expect([...others].map(([channel, prints]) => [channel, prints.length])).toEqual([
      ['metadata', 1],
      ['tool-call-start tc_1', 1],
      ['tool-result-end tc_1', 1],
      ['done', 1],
    ]);
    expect(text).toEqual(printOf('Here are the open tickets...'));
    expect([events, run_id]).toEqual([6, 123]);
  });

  it('keeps the texts of different ids apart, and knows what they say together', () => {
    const { deltas, text } = after(
      { type: 'text-delta', id: '1', delta: 'a' },
      { type: 'thinking-delta', id: '1', delta: 'x' },
      { type: 'text-delta', id: '2', delta: 'b' },
      { type: 'text-delta', id: '1', delta: 'c' },
    );
    expect(Object.fromEntries(deltas)).toEqual({
      'text-delta 1': printOf('ac'),
      'text-delta 2': printOf('b'),
      'thinking-delta 1': printOf('x'),
    });
    expect(text).toEqual(printOf('abc'));
  });

  it('has the id of the first run that is named', () => {
    const named = (run_id?: number): RunEvent => ({
      type: 'metadata',
      payload: run_id === undefined ? {} : { run_id },
    });
    expect(after(named(), named(7), named(8)).run_id).toBe(7);
  });

  it('knows whether the latest turn has ended, and what it said', () => {
    const turn: readonly RunEvent[] = [{ type: 'text-delta', delta: 'ab' }, { type: 'done' }];
    const metrics: RunEvent = { type: 'run_metrics' };
    const next: RunEvent = { type: 'message-start' };
    const state = ({ ended, text, characters }: Seen) => [ended, text, characters];
    expect(state(after(...turn))).toEqual([true, printOf('ab'), 2]);
    expect(state(after(...turn, metrics))).toEqual([true, printOf('ab'), 2]);
    expect(state(after(...turn, metrics, next))).toEqual([false, printOf(''), 2]);
    expect(state(after(...turn, ...turn))).toEqual([true, printOf('ab'), 4]);
  });

  it('knows its first turn and its latest, once there are two', () => {
    const turn = (id: string, delta: string): readonly RunEvent[] => [
      { type: 'message-start', messageId: id },
      { type: 'text-delta', delta },
      { type: 'ping' },
      { type: 'done' },
      { type: 'run_metrics' },
    ];
    const [one, two, three] = [turn('1', 'a'), turn('2', 'bc'), turn('3', 'd')];
    const has = ({ deltas, others }: Channels) => [
      Object.fromEntries(deltas),
      [...others].map(([channel, prints]) => `${channel}: ${prints.length}`),
    ];
    const of = (id: string, text: string) => [
      { 'text-delta': printOf(text) },
      [`message-start ${id}: 1`, 'done: 1', 'run_metrics: 1'],
    ];
    expect(after(...one).turns).toBeUndefined();
    const second = after(...one, ...two);
    expect(has(second.turns!.first)).toEqual(of('1', 'a'));
    expect(has(second.turns!.latest)).toEqual(of('2', 'bc'));
    const { turns } = after(...one, ...two, ...three);
    expect(has(turns!.first)).toEqual(of('1', 'a'));
    expect(has(turns!.latest)).toEqual(of('3', 'd'));
    expect(turns!.latest).toMatchObject({ events: 5, ended: true, turns: undefined });
    expect([...turns!.latest.asides]).toEqual([['ping', 1]]);
    const begun = after(...one, { type: 'metadata', payload: { run_id: 7 } });
    expect(has(begun.turns!.latest)).toEqual([{}, ['metadata: 1']]);
  });
});

describe('Seen, of a run with very many things in it', () => {
  it('keeps as many channels as a run can have, and says when there are more', () => {
    const seen = Seen();
    const start = (n: number): RunEvent => ({ type: 'tool-call-start', toolCallId: `tc_${n}` });
    for (let n = 0; n < 100_000; n++) seen.note(start(n));
    expect([seen.others.size, seen.isTooMuch]).toEqual([100_000, false]);
    for (let n = 0; n < 5; n++) seen.note(start(n));
    expect(seen.isTooMuch).toBe(false);
    seen.note(start(100_000));
    expect([seen.others.size, seen.isTooMuch]).toEqual([100_000, true]);
  });

  it('counts housekeeping, type by type, and keeps nothing of it: it may come without end', () => {
    const seen = Seen();
    for (let n = 0; n < 10_000; n++) {
      seen.note(decodeEvent(`{"type":"ping","id":${n}}`));
      seen.note(decodeEvent(`{"type":"new ${n}","subtype":"init","id":${n}}`));
    }
    expect([...seen.asides]).toEqual([
      ['ping', 10_000],
      ['unknown', 10_000],
    ]);
    expect([seen.deltas.size, seen.others.size]).toEqual([0, 0]);
  });

  it('keeps a million other events, and says when there are more', () => {
    const seen = Seen();
    const source: RunEvent = { type: 'source-url' };
    for (let n = 0; n < 1_000_000; n++) seen.note(source);
    expect(seen.isTooMuch).toBe(false);
    seen.note(source);
    expect([seen.isTooMuch, seen.others.get('source-url')!.length]).toEqual([true, 1_000_000]);
  });

  it('knows that the last word was a question, housekeeping aside', () => {
    const asked: RunEvent = { type: 'permission_request' };
    const asking = (...events: readonly RunEvent[]) => after(...events).asking;
    expect(asking({ type: 'text-delta', delta: 'a' })).toBe(false);
    expect(asking(asked)).toBe(true);
    expect(asking(asked, { type: 'ping' })).toBe(true);
    expect(asking(asked, { type: 'permission_resolved' })).toBe(false);
    expect(asking(asked, { type: 'text-delta', delta: 'a' })).toBe(false);
  });
});
