import { from, lastValueFrom, toArray } from 'rxjs';
import { trickle } from '../../../lib/testing/faults/trickle';
import { aLine } from '../lines';

describe('trickle', () => {
  it('is one byte at a time', async () => {
    const body = from([aLine('ab'), aLine('ü')]).pipe(trickle(0), toArray());
    const lines = await lastValueFrom(body);
    expect(lines.map(({ bytes }) => bytes.length)).toEqual([1, 1, 1, 1]);
    expect(Buffer.concat(lines.map(({ bytes }) => bytes)).toString()).toBe('abü');
  });
});
