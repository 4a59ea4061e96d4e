import { Fingerprint } from '../../lib/stream/Fingerprint';
import { Seen } from '../../lib/stream/Seen';
import { sampleEvents } from '../helpers/wire';
import type { RunEvent } from '../../lib/events/RunEvent';

const after = (...events: readonly RunEvent[]): Seen => {
  const seen = Seen();
  events.forEach(seen.note);
  return seen;
};

const printOf = (text: string): Fingerprint => {
  const print = Fingerprint.none();
  Fingerprint.extend(print, text);
  return print;
};

describe('Seen', () => {
  it('is nothing at first', () => {
    const { deltas, counts, text, events, run_id } = Seen();
    expect([deltas.size, counts.size, text.length, events, run_id]).toEqual([
      0,
      0,
      0,
      0,
      undefined,
    ]);
  });

  it('is how far each channel has come: its characters, or its occurrences', () => {
    const { deltas, counts, text, events, run_id } = after(...(sampleEvents as RunEvent[]));
    expect([...deltas]).toEqual([['text-delta', printOf('Here are the open tickets...')]]);
    expect([...counts]).toEqual([
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
});
