import { prepared } from '../../lib/api/prepared';
import { errorOf, told } from '../http/holding';

describe('prepared', () => {
  it('makes its value at once, and the same for every subscriber', async () => {
    const make = jest.fn(() => ({ key: Math.random() }));
    const made$ = prepared(make);
    expect(make).toHaveBeenCalledTimes(1);
    const [one, two] = [await told(made$), await told(made$)];
    expect(one.values[0]).toBe(two.values[0]);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it("makes what went wrong each subscriber's error, and throws nothing", async () => {
    const wrong = new RangeError('wrong');
    const made$ = prepared(() => {
      throw wrong;
    });
    expect(await errorOf(made$)).toBe(wrong);
    expect(await errorOf(made$)).toBe(wrong);
  });
});
