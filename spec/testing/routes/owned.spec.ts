import { idOf, sameUser } from '../../../lib/testing/routes/owned';
import { served } from '../served';

describe('findRun', () => {
  it("is 404, never 403, for another account's run, on every route under it", async () => {
    const { start, call } = await served();
    await start({}, { key: 'm8_one' });
    for (const [method, path] of [
      ...[
        ['GET', ''],
        ['GET', '/stream'],
        ['POST', '/cancel'],
        ['POST', '/retry'],
      ],
      ...[
        ['POST', '/archive'],
        ['POST', '/view'],
        ['GET', '/outcome'],
        ['GET', '/messages'],
      ],
      ...[
        ['GET', '/permissions'],
        ['POST', '/reply'],
        ['POST', '/approve'],
        ['POST', '/answer'],
      ],
      ...[
        ['PATCH', '/permission-mode'],
        ['GET', '/files'],
        ['GET', '/files/a/download'],
      ],
      ...[
        ['POST', '/share'],
        ['DELETE', '/share'],
      ],
    ] as [string, string][]) {
      const { status, json } = await call(method, `/runs/123${path}`, undefined, { key: 'm8_two' });
      expect([path, status, json]).toMatchObject([path, 404, { error: { code: 404 } }]);
    }
  });

  it('is 404 for another user, where one is named', async () => {
    const { start, get, post } = await served();
    await start({ user_id: 'ada' });
    expect((await get('/runs/123')).status).toBe(200);
    expect((await get('/runs/123?user_id=ada')).status).toBe(200);
    expect((await get('/runs/123?user_id=bob')).status).toBe(404);
    expect((await post('/runs/123/view?user_id=bob')).status).toBe(404);
  });
});

describe('sameUser', () => {
  it('inherits, or is the same, or is the first', () => {
    expect(sameUser('Task', { user_id: 'ada' }, undefined)).toBe('ada');
    expect(sameUser('Task', { user_id: 'ada' }, 'ada')).toBe('ada');
    expect(sameUser('Task', { user_id: null }, 'ada')).toBe('ada');
    expect(sameUser('Task', { user_id: null }, undefined)).toBeNull();
  });

  it('is 404 for another', () => {
    expect(() => sameUser('Task', { user_id: 'ada' }, 'bob')).toThrow(
      expect.objectContaining({ status: 404, message: 'Task not found' }),
    );
  });
});

describe('idOf', () => {
  it('is a number', () => expect(idOf('123')).toBe(123));

  it.each(['abc', '', '1.5', '-1', '9'.repeat(40)])('refuses %j', (text) => {
    expect(() => idOf(text)).toThrow(expect.objectContaining({ status: 422 }));
  });
});
