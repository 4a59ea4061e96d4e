import fc from 'fast-check';
import { decode } from '../../lib/events/decode';
import { decoder } from '../../lib/events/decoder';
import * as textDelta from '../../lib/events/textDelta';
import * as arbitrary from './arbitrary';

const usual = '{"type": "text-delta", "delta": "a"}';
const other = '{"delta": "b", "type": "text-delta"}';

/** How many of some frames the shortcut was asked for, once those before them were read. */
const asked = (before: readonly string[], frames: readonly string[]): number => {
  const decode = decoder();
  before.forEach(decode);
  const shortcut = jest.spyOn(textDelta, 'textDelta');
  frames.forEach(decode);
  const calls = shortcut.mock.calls.length;
  shortcut.mockRestore();
  return calls;
};

const times = (count: number, data: string): readonly string[] =>
  Array.from({ length: count }, () => data);

describe('decoder', () => {
  it('says of each frame what `decode` says', () => {
    const data = fc.oneof(fc.constantFrom(usual, other, '[DONE]', '{', ''), arbitrary.anyData);
    fc.assert(
      fc.property(fc.array(data, { maxLength: 40 }), (frames) => {
        // As JSON: it has the order of the fields too, and `constructor` is but a name there.
        expect(JSON.stringify(frames.map(decoder()))).toBe(JSON.stringify(frames.map(decode)));
      }),
      { numRuns: 500 },
    );
  });

  it('tries the shortcut on each frame while it serves', () => {
    expect(asked([], times(100, usual))).toBe(100);
    expect(asked([], [...times(3, other), usual, ...times(3, other), usual])).toBe(8);
  });

  it('leaves it alone where it does not, but looks again now and then', () => {
    expect(asked(times(4, other), times(320, other))).toBe(10);
  });

  it('comes back to it once it serves again', () => {
    const untilSeen = times(32, usual);
    expect(asked([...times(100, other), ...untilSeen], times(50, usual))).toBe(50);
  });

  it('minds each stream for itself', () => {
    const first = decoder();
    times(100, other).forEach(first);
    expect(asked([], times(10, usual))).toBe(10);
  });
});
