import { isLeft, right } from 'fp-ts/Either';
import * as t from 'io-ts';
import { isOver, PermissionRequest, Run, type RunEnding } from '../../lib/api/objects';
import type { ListParams } from '../../lib/api/params';

describe('isOver', () => {
  it.each([
    ['completed', true],
    ['failed', true],
    ['cancelled', true],
    ['closed', true],
    ['running', false],
    ['paused', false],
    ['awaiting_approval', false],
    ['archived', false],
    ['COMPLETED', false],
    ['dreaming', false],
    ['', false],
    ['constructor', false],
  ])('of a run that is %j is %j', (status, expected) => {
    expect(isOver({ status })).toBe(expected);
  });
});

describe('a status', () => {
  const run = (status: string): Run => ({ id: 7, status });

  it('is of a known set to the compiler, and any text at runtime', () => {
    const told = (run: Run): string => (isOver(run) ? (run.status satisfies RunEnding) : 'not yet');
    expect(['completed', 'closed', 'running', 'dreaming'].map((one) => told(run(one)))).toEqual([
      ...['completed', 'closed'],
      ...['not yet', 'not yet'],
    ]);
    expect(Run.decode(run('dreaming'))).toEqual(right(run('dreaming')));
    // @ts-expect-error a typing error in what is asked for
    const filter: ListParams = { status: 'compleated' };
    expect(filter.status).toBe('compleated');
  });
});

describe('PermissionRequest', () => {
  const requests = t.readonlyArray(PermissionRequest);

  it('is one whatever a field of it holds: mended, or absent', () => {
    const odd = {
      request_id: 7,
      status: true,
      tool_input: 'x',
      fields: 'none',
      can_remember: 'yes',
      timeout_seconds: '30',
      created_at: null,
      later: { kept: 1 },
    };
    const decoded = requests.decode([odd, { request_id: 'req_2', status: 'pending' }]);
    expect(decoded).toStrictEqual(
      right([
        { request_id: '7', status: 'true', timeout_seconds: 30, later: { kept: 1 } },
        { request_id: 'req_2', status: 'pending' },
      ]),
    );
  });

  it.each([{}, { request_id: null }, { request_id: {} }])(
    'is none without an id: %j',
    (request) => {
      expect(isLeft(requests.decode([request]))).toBe(true);
    },
  );
});
