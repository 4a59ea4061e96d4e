import fc from 'fast-check';
import { decodeEvent, frameOf } from '../../lib/events/decode';
import { decoder } from '../../lib/events/decoder';
import * as arbitrary from './arbitrary';

/** Of each frame what it says: as JSON, which has the order of the fields too. */
const told = (
  decode: (data: string) => ReturnType<typeof decodeEvent>,
  frames: readonly string[],
) => frames.map(decode).map((event) => JSON.stringify([event, frameOf(event)]));

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
    either(
      'delta',
      'id',
      'text',
      'plan',
      'type',
      'index',
      'toolCallId',
      '__proto__',
      'd\\u0065lta',
    ),
    either(': ', ':', ' : ', ':\t'),
    value,
  )
  .map(([key, colon, what]) => `"${key}"${colon}${what}`);

const comma = either(', ', ',', ' , ');
const members = fc
  .array(fc.tuple(comma, member), { minLength: 1, maxLength: 2 })
  .map((members) => members.flat().join(''));
const fewMembers = rarely(members).map((members) => members ?? '');

/** What stands before and after the inside of a text, which may be a delta and may be none. */
const around = fc.oneof(
  fc
    .tuple(
      either('text', 'thinking', 'reasoning', 'plan', 'tool-call', 'tool-result', 'weather'),
      either('delta', 'delta', 'delta', 'text', 'id', 'toolCallId'),
      fewMembers,
      fewMembers,
      either('}', '}', '}', '}', '}', ' }', '', '}}', ',}', '}\n'),
    )
    .map(([type, key, before, after, end]): readonly [string, string] => [
      `{"type": "${type}-delta"${before}, "${key}": "`,
      `"${after}${end}`,
    ]),
  fc
    .tuple(
      either(
        ['text_delta', 'text'],
        ['thinking_delta', 'thinking'],
        ['thinking_delta', 'text'],
        ['plan_delta', 'text'],
        ['input_json_delta', 'partial_json'],
        ['new_delta', 'text'],
      ),
      fewMembers,
      fewMembers,
    )
    .map(([[type, key], before, after]): readonly [string, string] => [
      `{"type":"content_block_delta"${before},"delta":{"type":"${type}","${key}":"`,
      `"}${after}}`,
    ]),
);

/** Frames of some spellings that take turns, with other texts, a character of one changed at times. */
const stream = fc
  .tuple(
    fc.array(around, { minLength: 1, maxLength: 3 }),
    fc.array(
      fc.tuple(fc.nat(), inside, rarely(fc.tuple(fc.nat(), either('"', '\\', '}', ',', ' ', 'x')))),
      { maxLength: 30 },
    ),
  )
  .map(([spellings, frames]) =>
    frames.map(([which, inside, change]) => {
      const [head, tail] = spellings[which % spellings.length]!;
      const frame = head + inside + tail;
      if (change === null) return frame;
      const at = change[0] % frame.length;
      return frame.slice(0, at) + change[1] + frame.slice(at + 1);
    }),
  );

/** How many of some frames were read by `JSON.parse`, whole, once those before them were read. */
const parsed = (before: readonly string[], frames: readonly string[]): number => {
  const decode = decoder();
  before.forEach(decode);
  const parse = jest.spyOn(JSON, 'parse');
  frames.forEach(decode);
  const whole = parse.mock.calls.filter(([text]) => frames.includes(text));
  parse.mockRestore();
  return whole.length;
};

const times = (count: number, frame: (n: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, n) => frame(n));

describe('decoder', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);

  it(`says of each frame what decodeEvent says, to the order of the fields (seed ${seed})`, () => {
    let frames = 0;
    let long = 0;
    fc.assert(
      fc.property(fc.oneof(stream, fc.array(arbitrary.anyData)), (data) => {
        expect(told(decoder(), data)).toEqual(told(decodeEvent, data));
        frames += data.length;
        long += parsed([], data);
      }),
      { numRuns: 3_000, seed },
    );
    expect(frames - long).toBeGreaterThan(200); // the short way was taken often enough to tell
  });

  // Each with another text, in any spelling: the second is read by how the first was spelt.
  it.each([
    ['text', (text: string) => `{"type": "text-delta", "delta": ${text}}`],
    [
      'text with an id before it',
      (text: string) => `{"type":"text-delta","id":"a","delta":${text}}`,
    ],
    [
      'text with an id after it',
      (text: string) => `{"type":"text-delta","delta":${text},"id":"m"}`,
    ],
    ['thinking', (text: string) => `{"type":"thinking-delta","id":"a","delta":${text}}`],
    ['arguments', (text: string) => `{"type":"tool-call-delta","toolCallId":"t","delta":${text}}`],
    [
      'a field more',
      (text: string) => `{"type":"text-delta","delta":${text},"index":0,"last":null}`,
    ],
    [
      'another order and white space',
      (text: string) => `{ "delta":${text} , "type":"plan-delta" }`,
    ],
    [
      'native text',
      (text: string) =>
        `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":${text}}}`,
    ],
    [
      'native arguments, without an id',
      (text: string) =>
        `{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":${text}}}`,
    ],
    [
      'a delta that is given twice',
      (text: string) => `{"type":"text-delta","delta":"","delta":${text}}`,
    ],
    [
      'a text that stands elsewhere too',
      (text: string) => `{"type":"text-delta","id":"a","x":"type","delta":${text}}`,
    ],
  ])('learns how a channel spells: %s', (_, spelt) => {
    const texts = [
      '"a"',
      '"\\n\\"q\\": "',
      String.raw`"\\ud83d\\ude42"`,
      '"🙂"',
      '" "',
      '"type"',
      '"x"',
    ];
    const frames = texts.map(spelt);
    expect(told(decoder(), frames)).toEqual(told(decodeEvent, frames));
    expect(parsed([], frames)).toBe(1);
  });

  it.each([
    [
      'an empty text, which an older spelling may stand in for',
      '{"type":"thinking-delta","delta":"","text":"b"}',
    ],
    ['a text that is to be mended', '{"type":"text-delta","delta":7}'],
    ['a text that is none', '{"type":"text-delta","delta":{}}'],
    ['what must be escaped', '{"type":"text-delta","delta":"\t"}'],
    ['an escape that JSON does not have', '{"type":"text-delta","delta":"\\x"}'],
    ['two members where there was a text', '{"type":"text-delta","delta":"a","delta":"b"}'],
    ['a frame that is torn', '{"type":"text-delta","delta":"a"'],
    ['another id', '{"type":"text-delta","delta":"a","id":"b"}'],
    ['a long frame', `{"type":"text-delta","delta":"${'a'.repeat(300)}"}`],
  ])('leaves %s to JSON.parse', (_, data) => {
    const usual = '{"type":"text-delta","delta":"a"}';
    const older = '{"type":"thinking-delta","delta":"a","text":"b"}';
    expect(told(decoder(), [usual, older, data])).toEqual(told(decodeEvent, [usual, older, data]));
    expect(parsed([usual, older], [data])).toBe(1);
  });

  it.each([
    [
      'is told twice',
      '{"type":"thinking-delta","text":"a"}',
      '{"type":"thinking-delta","text":"b"}',
    ],
    [
      'has an object beside it',
      '{"type":"text-delta","delta":"a","o":{}}',
      '{"type":"text-delta","delta":"b","o":{}}',
    ],
    [
      'had to be mended',
      '{"type":"text-delta","delta":"a","id":7}',
      '{"type":"text-delta","delta":"b","id":7}',
    ],
    [
      'is of a type nobody knows',
      '{"type":"weather","delta":"a"}',
      '{"type":"weather","delta":"b"}',
    ],
    [
      'holds the probe',
      '{"type":"text-delta","delta":"a","id":"any text: 5f0c4e27"}',
      '{"type":"text-delta","delta":"b","id":"any text: 5f0c4e27"}',
    ],
  ])('learns nothing from a delta that %s', (_, one, other) => {
    expect(told(decoder(), [one, other])).toEqual(told(decodeEvent, [one, other]));
    expect(parsed([one], [other])).toBe(1);
  });

  const served = (n: number): string => `{"type": "text-delta", "delta": "text ${n}"}`;
  const varied = (n: number): string => `{"type": "text-delta", "n": ${n}, "delta": "a"}`;

  it('remembers the channels that take turns, eight of them', () => {
    const turns = (channels: number) =>
      times(
        320,
        (n) => `{"type":"tool-call-delta","toolCallId":"t${n % channels}","delta":"${n}"}`,
      );
    expect(parsed([], turns(8))).toBe(8);
    expect(parsed([], turns(9))).toBeGreaterThan(300);
  });

  it('stops to learn where no two deltas are spelt alike, and comes back once they are', () => {
    const reads = (frames: readonly string[]): number => {
      const parse = jest.spyOn(JSON, 'parse');
      frames.forEach(decoder());
      const { length } = parse.mock.calls;
      parse.mockRestore();
      return length;
    };
    expect(reads(times(320, varied))).toBeLessThan(320 + 100); // more often where it learns
    expect(parsed([...times(130, varied), ...times(64, served)], times(50, served))).toBe(0);
  });

  it('is not put off by frames that are no deltas', () => {
    const others = times(100, (n) => `{"type":"tool-call-end","toolCallId":"t${n}"}`);
    expect(parsed([served(-1), ...others], times(10, served))).toBe(0);
  });

  it('tells nothing of what somebody did to an event', () => {
    const frames = ['a', 'b', 'c'].map(
      (text) => `{"type":"text-delta","id":"m","delta":"${text}"}`,
    );
    const decode = decoder();
    const events = frames.map((data) => Object.assign(decode(data), { id: 'mine', more: true }));
    expect(events.map((event) => 'delta' in event && event.delta)).toEqual(['a', 'b', 'c']);
    expect(decode(frames[0]!)).toEqual({ type: 'text-delta', id: 'm', delta: 'a' });
  });

  it('minds each stream for itself', () => {
    times(100, varied).forEach(decoder());
    expect(parsed([served(-1)], times(10, served))).toBe(0);
  });
});
