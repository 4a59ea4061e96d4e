import { match } from '../../../lib/testing/routes/match';

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
