import { frameLine } from '../../lib/testing/Line';
import type { Frame } from '../../lib/testing/Script';

describe('frameLine', () => {
  const written = (frame: Frame): string => Buffer.from(frameLine(frame).bytes).toString();

  it('writes JSON as Python does', () => {
    expect(written({ type: 'x', list: [1, 'a,b:c'], none: null, gone: undefined, o: {} })).toBe(
      'data: {"type": "x", "list": [1, "a,b:c"], "none": null, "o": {}}\n\n',
    );
  });

  it('keeps any Unicode and any key on one line', () => {
    const frame = JSON.parse(
      '{"type": "x", "__proto__": "\\u2028\\u0085\\n🎈", "then": 1}',
    ) as Frame;
    expect(JSON.parse(written(frame).slice(6))).toEqual(frame);
    expect(written(frame).trimEnd()).not.toContain('\n');
  });

  it('writes what nests too deep to recurse into', () => {
    const depth = 50_000;
    const deep = JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
    expect(written({ type: 'x', deep })).toContain('['.repeat(depth));
  });
});
