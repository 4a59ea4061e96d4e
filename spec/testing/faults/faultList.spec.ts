import { faultList } from '../../../lib/testing/faults/faultList';

describe('faultList', () => {
  it('takes the first that matches and is not used up', () => {
    const first = { on: 'get', status: 500 } as const;
    const second = { status: 503, times: 2 };
    const faults = faultList([first, second]);
    expect(faults.take('create')).toBe(second);
    expect(faults.take('get')).toBe(first);
    expect(faults.take('get')).toBe(second);
    expect(faults.take('get')).toBeUndefined();
  });

  it('takes any number when that is asked for, and what is added later', () => {
    const faults = faultList([]);
    const always = { on: 'join', times: Infinity } as const;
    faults.add(always);
    expect([faults.take('join'), faults.take('join')]).toEqual([always, always]);
    expect(faults.take(undefined)).toBeUndefined();
  });
});
