import { isLeft } from 'fp-ts/Either';
import * as t from 'io-ts';
import { problems } from '../../lib/events/problems';
import { record } from '../../lib/events/record';

const of = (codec: t.Decoder<unknown, unknown>, value: unknown): readonly string[] => {
  const result = codec.decode(value);
  return isLeft(result) ? problems(result.left) : [];
};

describe('problems', () => {
  it('says where and what is expected', () => {
    expect(of(record({ delta: t.string }), { delta: 5 })).toEqual(['delta: expected string']);
  });

  it('joins the path with dots, through lists too', () => {
    const codec = record({ payload: record({ ids: t.array(t.number) }) });
    expect(of(codec, { payload: { ids: [1, 'x', 3, null] } })).toEqual([
      'payload.ids.1: expected number',
      'payload.ids.3: expected number',
    ]);
  });

  it('calls a value without a path the whole', () => {
    expect(of(t.string, 5)).toEqual(['the whole: expected string']);
    expect(of(record({}, 'Thing'), [])).toEqual(['the whole: expected Thing']);
  });

  it('never holds a value', () => {
    const secret = 'm8_secret';
    const codec = record({ a: t.number, b: t.array(t.number), c: record({ d: t.boolean }) });
    const values = [
      { a: secret, b: [secret], c: { d: secret } },
      { a: { [secret]: 1 }, b: { [secret]: 1 }, c: secret },
      secret,
    ];
    for (const value of values) {
      const said = of(codec, value);
      expect(said).not.toHaveLength(0);
      expect(said.join()).not.toContain(secret);
    }
  });

  it('has nothing to say of nothing', () => {
    expect(problems([])).toEqual([]);
  });
});
