import { EMPTY } from 'rxjs';
import { newWorld } from '../../lib/testing/World';

describe('newWorld', () => {
  const options = {
    script: () => [],
    pace: 0,
    history: 'whole',
    pauses: 'open',
    rest: () => EMPTY,
    reach: () => undefined,
  } as const;

  it('counts each kind by itself; the first run is the one of the documentation', () => {
    const { nextId } = newWorld(options, 1);
    expect([nextId('run'), nextId('run'), nextId('task')]).toEqual([123, 124, 1]);
  });

  it('makes up names that the seed decides', () => {
    const name = (seed: number) => newWorld(options, seed).token('req');
    expect(name(1)).toMatch(/^req_\w{20}$/);
    expect(name(1)).toBe(name(1));
    expect(name(1)).not.toBe(name(2));
  });
});
