import * as fc from 'fast-check';
import { START } from '../../lib/log/follow';
import { durableRequest, offsetOf } from '../../lib/relay/durableRequest';

const asked = (query: string) => durableRequest(`https://relay.example/runs/7/log?${query}`);

describe('durableRequest', () => {
  const mark = { pos: 12, fingerprint: '0123456789abcdef' };
  const offset = offsetOf(mark);

  it.each([
    ['', START, undefined],
    ['offset=-1', START, undefined],
    ['offset=now', undefined, undefined],
    [`offset=${offset}`, mark, undefined],
    ['offset=-1&live=long-poll', START, 'long-poll'],
    [`offset=${offset}&live=sse&foo=bar`, mark, 'sse'],
    [`offset=${offsetOf(START)}`, START, undefined],
  ])('knows %j', (query, after, live) => {
    expect(asked(query)).toMatchObject({ after, live });
  });

  it.each([
    ...['offset=', 'offset=-2', 'offset=Now', 'offset=12', 'offset=12_0123456789abcdef'],
    ...[`offset=${offset}&offset=${offset}`, 'offset=-1&offset=now', `offset=${offset}%0a`],
    ...['live=sse', 'live=long-poll', 'offset=-1&live=', 'offset=-1&live=websocket'],
    ...[`offset=%20${offset}`, `offset=${offset},1`, `offset=-${offset}`],
  ])('knows no %j', (query) => {
    expect(asked(query)).toBe(undefined);
  });

  it('has offsets that sort as their positions do, and are read back', () => {
    const position = fc.oneof(fc.nat(300), fc.maxSafeNat());
    fc.assert(
      fc.property(position, position, (a, b) => {
        const [one, other] = [a, b].map((pos) => offsetOf({ pos, fingerprint: 'f-_0' }));
        expect(one! < other!).toBe(a < b);
        expect(asked(`offset=${one}`)?.after).toEqual({ pos: a, fingerprint: 'f-_0' });
        expect(one).not.toMatch(/[,&=?/\s%]/);
      }),
    );
  });

  it('has a cursor above the last one, which does not fall behind', () => {
    const cursor = (last: string | number) => Number(asked(`cursor=${last}`)?.cursor);
    const now = Number(asked('')?.cursor);
    expect(now).toBeGreaterThan(1_000_000);
    expect(cursor(0)).toBeGreaterThanOrEqual(now);
    const ahead = now + 1_000;
    expect(cursor(ahead)).toBe(ahead + 1);
    for (const odd of ['', '-5', '1e9', 'x', '9'.repeat(16), String(now) + '.5']) {
      expect([odd, cursor(odd) - now < 2]).toEqual([odd, true]);
    }
  });
});
