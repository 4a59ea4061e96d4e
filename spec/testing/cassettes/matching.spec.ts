import type { Act } from '../../../lib/testing/cassettes/acts';
import { match, nearestTo } from '../../../lib/testing/cassettes/matching';

const act = (path: string, body?: unknown, method = 'POST'): Act => ({
  ...{ method, path, headers: {}, chunks: [], ending: 'end', after: 0 },
  ...(body === undefined ? {} : { body }),
});

describe('match', () => {
  const hello = act('/runs/', { message: 'hello', tools: ['a'] });
  const bye = act('/runs/', { message: 'bye', tools: [] });
  const again = act('/runs/', { message: 'hello', tools: ['a'] });

  it('is by method, path and the shape of the body, the first', () => {
    const asked = act('/runs/', { tools: ['x', 'y'], message: 'new' });
    expect(match(asked, [hello, again])).toBe(hello);
    expect(match({ ...asked, method: 'PATCH' }, [hello])).toBeUndefined();
    expect(match({ ...asked, path: '/runs/1/reply' }, [hello])).toBeUndefined();
    expect(match(act('/runs/', { message: 1, tools: ['a'] }), [hello])).toBeUndefined();
    expect(match(act('/runs/', { message: 'a', tools: ['a'], more: 1 }), [hello])).toBeUndefined();
    expect(match(act('/runs/'), [hello])).toBeUndefined();
  });

  it('prefers what says the very same', () => {
    expect(match(act('/runs/', { message: 'bye', tools: [] }), [hello, bye])).toBe(bye);
    expect(match(act('/runs/', { message: 'hello', tools: ['a'] }), [bye, hello, again])).toBe(
      hello,
    );
  });
});

describe('nearestTo', () => {
  const create = act('/api/v2/runs/', { message: 'a', files: [{ name: 'b' }] });
  const get = act('/api/v2/runs/12', undefined, 'GET');
  const acts = [create, get];

  it.each([
    [act('/api/v2/runs/13', undefined, 'GET'), 'The nearest is GET /api/v2/runs/12'],
    [
      act('/api/v2/runs/', { message: 7, files: [{}] }),
      'The nearest is POST /api/v2/runs/, whose body is another: message is number here and ' +
        'text there; files.[].name is absent here and text there',
    ],
    [
      act('/api/v2/runs/'),
      'The nearest is POST /api/v2/runs/, whose body is another: the whole is absent here and ' +
        'an object there; message is absent here and text there; files is absent here and a list ' +
        'there; files.[] is absent here and an object there; files.[].name is absent here and ' +
        'text there',
    ],
  ])('%#: says why it is not it', (asked, why) => {
    expect(nearestTo(asked, acts, acts)).toBe(why);
  });

  it('says where it is used up, and where there is nothing', () => {
    expect(nearestTo(get, acts, [create])).toBe(
      'The nearest, GET /api/v2/runs/12, was asked for already',
    );
    expect(nearestTo(get, [], [])).toBe('The cassette is empty');
  });
});
