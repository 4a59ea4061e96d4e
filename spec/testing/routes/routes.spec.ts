import type { Route } from '../../../lib/testing/Call';
import { match, routes } from '../../../lib/testing/routes/routes';

describe('match', () => {
  it.each([
    ['POST', '/runs/', 'create', {}],
    ['GET', '/runs/check', 'check', {}],
    ['GET', '/runs/7', 'get', { run_id: '7' }],
    ['POST', '/runs/7/reply/with-files', 'replyWithFiles', { run_id: '7' }],
    ['GET', '/runs/7/files/a b.txt/download', 'download', { run_id: '7', name: 'a b.txt' }],
    ['POST', '/tasks/7/runs', 'runTask', { task_id: '7' }],
  ])('%s %s is %s', (method, path, name, params) => {
    expect(match(method, path)).toMatchObject({ name, params });
  });

  it.each([
    ['DELETE', '/runs/', 'no such method'],
    ['POST', '/runs', 'other slash'],
    ['GET', '/runs/7/', 'other slash'],
    ['GET', '/runs/7/files/a/b/download', 'no such path'],
    ['GET', '/runs//stream', 'no such path'],
    ['GET', '/other', 'no such path'],
  ])('%s %s is %s', (method, path, wrong) => {
    expect(match(method, path)).toBe(wrong);
  });
});

describe('routes', () => {
  it('repeat safely only what the contract says', () => {
    const idempotent = Object.entries<Route>(routes).filter(([, route]) => route.idempotent);
    expect(idempotent.map(([name]) => name)).toEqual([
      ...['create', 'createWithFiles', 'reply', 'replyWithFiles', 'runTask'],
    ]);
  });
});
