import fc from 'fast-check';
import { decodeEvent } from '../../lib/events/decode';
import { deltaOf, withDelta } from '../../lib/events/kinds';
import type { RunEvent } from '../../lib/events/RunEvent';
import { fingerprints } from '../../lib/log/fingerprints';
import { retold, turn } from '../helpers/histories';

/** The fingerprint after each event. */
const each = (events: readonly RunEvent[]) => {
  const { add } = fingerprints();
  return events.map(add);
};
const of = (...events: readonly RunEvent[]) => each(events).at(-1);
const text = (delta: string, id?: string): RunEvent =>
  id === undefined ? { type: 'text-delta', delta } : { type: 'text-delta', delta, id };

describe('fingerprints', () => {
  it('are the same of the same, and are 16 hexadecimal digits', () => {
    expect(of(text('ab'), { type: 'done' })).toBe(of(text('ab'), { type: 'done' }));
    expect(of(text('ab'))).toMatch(/^[\da-f]{16}$/);
  });

  it('do not depend on where deltas were cut', () => {
    const all = [of(text('abc')), of(text('a'), text('bc')), of(text('ab'), text('c'))];
    expect(new Set(all).size).toBe(1);
  });

  it('do not depend on it in any history', () => {
    fc.assert(
      fc.property(turn, fc.nat(), (history, seed) => {
        const told = (data: readonly string[]) => of(...data.map(decodeEvent));
        expect(told(retold(history, seed))).toBe(told(history));
      }),
    );
  });

  it('do not count housekeeping, which a replay may leave out', () => {
    const ping: RunEvent = { type: 'ping' };
    expect(of(ping, text('a'), ping, text('b'), ping)).toBe(of(text('ab')));
  });

  it('do not count what a client remarked, which a log that is built again may lack', () => {
    expect(of(text('a'), { type: 'settled' }, text('b'))).toBe(of(text('ab')));
  });

  it.each<[string, readonly RunEvent[], readonly RunEvent[]]>([
    ['another text', [text('ab')], [text('ba')]],
    ['more text', [text('ab')], [text('abc')]],
    ['another channel', [text('ab')], [text('ab', 't1')]],
    ['two channels in turn', [text('a', 't1'), text('b', 't2')], [text('ab', 't1')]],
    ['what came first', [text('a', '1'), text('b', '2')], [text('b', '2'), text('a', '1')]],
    ['an event between', [text('a'), { type: 'message-end' }, text('b')], [text('ab')]],
    ['an event twice', [{ type: 'done' }], [{ type: 'done' }, { type: 'done' }]],
    [
      'what an event holds',
      [{ type: 'done', stop_reason: 'end_turn' }],
      [{ type: 'done', stop_reason: 'stop' }],
    ],
    ['what nobody can read', [decodeEvent('{')], [decodeEvent('}')]],
    ['a text that looks like an event', [text('a'), text('done')], [text('a'), { type: 'done' }]],
  ])('tell apart %s', (_, one, other) => {
    expect(of(...one)).not.toBe(of(...other));
  });

  it('are all different in a long run of little steps', () => {
    const steps = each(Array.from({ length: 200_000 }, (_, n) => text(n % 7 ? 'a' : 'b')));
    expect(new Set(steps).size).toBe(steps.length);
  });

  describe('within', () => {
    const whole: readonly RunEvent[] = [text('one '), text('two three'), { type: 'done' }];

    it('finds the place in a delta, from its first character to its last', () => {
      const wanted = each([...'two three'].map((letter) => text(letter, 'x')));
      const { within, add } = fingerprints();
      wanted.forEach((fingerprint, index) =>
        expect(within(text('two three', 'x'), fingerprint)).toBe(index + 1),
      );
      add(text('two three', 'x'));
      expect(within(text(' four', 'x'), wanted[0]!)).toBe(undefined);
    });

    it('looks without adding, and finds nothing where there is nothing to find', () => {
      const { within, add } = fingerprints();
      const [one, two, done] = each(whole);
      expect(within(whole[0]!, two!)).toBe(undefined);
      expect(add(whole[0]!)).toBe(one);
      expect(within(whole[1]!, two!)).toBe('two three'.length);
      expect(within(whole[1]!, one!)).toBe(undefined);
      expect(within(whole[2]!, done!)).toBe(undefined);
      expect(within(whole[1]!, '')).toBe(undefined);
      expect(add(whole[1]!)).toBe(two);
    });

    it('finds what was told up to any character in any other cut', () => {
      fc.assert(
        fc.property(turn, fc.nat(), fc.nat(), (history, seed, at) => {
          const events = history.map(decodeEvent);
          const place = at % events.length;
          const delta = deltaOf(events[place]!) ?? '';
          const cut = seed % (delta.length + 1);
          const told = [...events.slice(0, place)];
          if (cut > 0) told.push(withDelta(events[place]!, delta.slice(0, cut)));
          const wanted = of(...told);
          if (wanted === undefined) return;

          const { add, within } = fingerprints();
          const found = retold(history, seed).some((data) => {
            const event = decodeEvent(data);
            return within(event, wanted) !== undefined || add(event) === wanted;
          });
          expect(found).toBe(true);
        }),
      );
    });
  });
});
