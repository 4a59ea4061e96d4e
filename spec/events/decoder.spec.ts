import { isRight } from 'fp-ts/Either';
import fc from 'fast-check';
import { decodeEvent } from '../../lib/events/decode';
import { decoder, textDelta } from '../../lib/events/decoder';
import { RunEvent } from '../../lib/events/RunEvent';
import * as arbitrary from './arbitrary';

/** What the long way says: the event as text, so that the order of its fields counts too. */
const longWay = (data: string): string => {
  try {
    const decoded = RunEvent.decode(JSON.parse(data));
    return isRight(decoded) ? JSON.stringify(decoded.right) : 'malformed';
  } catch {
    return 'malformed';
  }
};

/** What the short way says of it; undefined where it leaves the frame to the long one. */
const shortWay = (data: string): string | undefined => {
  const event = textDelta(data);
  return event && JSON.stringify(event);
};

/** Something, now and then. */
const rarely = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A | null> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

const either = <A>(...values: readonly A[]): fc.Arbitrary<A> => fc.constantFrom(...values);

/** The inside of a JSON string, right and wrong: escapes of every kind, what must be escaped, any unit. */
const inside = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ maxLength: 6 }) },
      { weight: 2, arbitrary: either('\\n', '\\"', '\\\\', '\\/', '\\u00e9', '\\ud83d\\ude42') },
      { weight: 1, arbitrary: either('\\u2028', '\u2028', '\u0085', '\ud800', 'é', '🙂', '\x7f') },
      { weight: 1, arbitrary: either('"', '\\', '\\x', '\\u12', '\t', '\n', '\r', '\0', '\x1f') },
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));

const value = fc.oneof(
  { weight: 8, arbitrary: inside.map((text) => `"${text}"`) },
  { weight: 1, arbitrary: either('null', '5', 'true', '{}', '["a"]', '"a", "delta": "b"') },
);

/** A member, its colon spaced in some way. */
const member = fc
  .tuple(
    either('delta', 'delta', 'id', 'text', 'type', '__proto__', 'd\\u0065lta'),
    either(': ', ':', ' : ', ':\t'),
    value,
  )
  .map(([key, colon, what]) => `"${key}"${colon}${what}`);

/** A frame of members in any order and number, so that keys are missing or given twice. */
const spelt = fc
  .tuple(
    either('{"type": "text-delta"', '{"type":"text-delta"', '{ "type": "text-delta"', '{'),
    fc.array(fc.tuple(either(', ', ',', ' , '), member), { maxLength: 4 }),
    either('}', '}', '}', ' }', '', '}}', ',}', '}\n'),
  )
  .map(([head, members, tail]) => head + members.flat().join('') + tail);

/** The usual spelling, with a character of it changed at times. */
const usual = fc
  .tuple(
    either(' ', ''),
    rarely(inside),
    inside,
    rarely(inside),
    rarely(fc.tuple(fc.nat(), either('"', '\\', '}', ',', ' ', 'x'))),
  )
  .map(([space, before, delta, after, change]) => {
    const members = [
      ['type', 'text-delta'],
      ...(before === null ? [] : [['id', before]]),
      ['delta', delta],
      ...(after === null ? [] : [['id', after]]),
    ];
    const text = members.map(([key, is]) => `"${key}":${space}"${is}"`).join(`,${space}`);
    const frame = `{${text}}`;
    if (change === null) return frame;
    const at = change[0] % frame.length;
    return frame.slice(0, at) + change[1] + frame.slice(at + 1);
  });

describe('textDelta', () => {
  it.each([
    ['{"type": "text-delta", "delta": "Here are "}', '{"type":"text-delta","delta":"Here are "}'],
    ['{"type":"text-delta","delta":""}', '{"type":"text-delta","delta":""}'],
    ['{"type":"text-delta","id":"a","delta":"b"}', '{"type":"text-delta","id":"a","delta":"b"}'],
    ['{"type":"text-delta","delta":"b","id":"a"}', '{"type":"text-delta","delta":"b","id":"a"}'],
    [
      '{"type":"text-delta","id":"a","delta":"b","id":"c"}',
      '{"type":"text-delta","id":"c","delta":"b"}',
    ],
    ['{"type":"text-delta","delta":"\\u00e9\\n"}', '{"type":"text-delta","delta":"é\\n"}'],
    // Escapes of every kind, and what only looks like one.
    [
      String.raw`{"type":"text-delta","delta":"\"\\\/\b\f\n\r\t"}`,
      String.raw`{"type":"text-delta","delta":"\"\\/\b\f\n\r\t"}`,
    ],
    [
      String.raw`{"type":"text-delta","delta":"\\n\\u0041\ud83d\ude42"}`,
      String.raw`{"type":"text-delta","delta":"\\n\\u0041🙂"}`,
    ],
  ])('reads %s', (data, event) => {
    expect(shortWay(data)).toBe(event);
  });

  it.each([
    ['another type', '{"type":"plan-delta","delta":"a"}'],
    ['a key twice', '{"type":"text-delta","delta":"a","delta":"b"}'],
    ['a field it does not know', '{"type":"text-delta","delta":"a","index":0}'],
    ['another order', '{"delta":"a","type":"text-delta"}'],
    ['other white space', '{"type":"text-delta",  "delta":"a"}'],
    ['a text that is null', '{"type":"text-delta","delta":null}'],
    ['a text that is to be mended', '{"type":"text-delta","delta":7}'],
    ['a text that is none', '{"type":"text-delta","delta":{}}'],
    ['an id that is to be mended', '{"type":"text-delta","delta":"a","id":7}'],
    ['what must be escaped', '{"type":"text-delta","delta":"\t"}'],
    ['an escape that JSON does not have', '{"type":"text-delta","delta":"\\x"}'],
    ['an id with an escape', '{"type":"text-delta","id":"\\n","delta":"a"}'],
    ['a frame that is torn', '{"type":"text-delta","delta":"a"'],
    ['a long frame', `{"type":"text-delta","delta":"${'a'.repeat(300)}"}`],
  ])('leaves %s to JSON.parse', (_, data) => {
    expect(shortWay(data)).toBeUndefined();
  });

  const seed = Math.floor(Math.random() * 2 ** 31);
  it(`says what JSON.parse and the codec say, to the order of the fields (seed ${seed})`, () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(spelt, usual), (data) => {
        const long = longWay(data);
        const way = shortWay(data);
        if (way !== undefined) {
          expect(way).toBe(long);
          taken++;
        }
        const event = decodeEvent(data);
        expect(event.type === 'malformed' ? event.type : JSON.stringify(event)).toBe(long);
      }),
      { numRuns: 20_000, seed },
    );
    expect(taken).toBeGreaterThan(1_000); // often enough to tell
  });
});

describe('decoder', () => {
  const served = '{"type": "text-delta", "delta": "a"}';
  const other = '{"delta": "b", "type": "text-delta"}';
  const times = (count: number, data: string): readonly string[] =>
    Array.from({ length: count }, () => data);

  /** How many of some frames the shortcut did not read, once those before them were read. */
  const parsed = (before: readonly string[], frames: readonly string[]): number => {
    const decode = decoder();
    before.forEach(decode);
    const parse = jest.spyOn(JSON, 'parse');
    frames.forEach(decode);
    const calls = parse.mock.calls.length;
    parse.mockRestore();
    return calls;
  };

  it('says of each frame what `decodeEvent` says', () => {
    const data = fc.oneof(
      fc.constantFrom(served, other, '[DONE]', '{', ''),
      fc.constantFrom('{"type":"text-delta","delta":7}', '{"type":"text-delta","delta":{}}'),
      usual,
      arbitrary.anyData,
    );
    fc.assert(
      fc.property(fc.array(data, { maxLength: 40 }), (frames) => {
        // As JSON: it has the order of the fields too, and `constructor` is but a name there.
        expect(JSON.stringify(frames.map(decoder()))).toBe(JSON.stringify(frames.map(decodeEvent)));
      }),
      { numRuns: 500 },
    );
  });

  it('takes the shortcut while it serves, and a few misses do not put it off', () => {
    expect(parsed([], times(100, served))).toBe(0);
    expect(parsed([], [...times(3, other), ...times(10, served)])).toBe(3);
  });

  it('leaves it alone where it does not serve, and comes back once it does', () => {
    expect(parsed(times(100, other), times(5, served))).toBe(5);
    expect(parsed([...times(130, other), ...times(32, served)], times(50, served))).toBe(0);
  });

  it('minds each stream for itself', () => {
    times(100, other).forEach(decoder());
    expect(parsed([], times(10, served))).toBe(0);
  });
});
