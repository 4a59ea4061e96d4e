import { ask } from '../../lib/api/ask';
import { Run } from '../../lib/api/Run';
import type { Request } from '../../lib/http/Request';
import { errorOf, told } from '../http/holding';
import { aRun, sendingJson } from './answering';

const request: Request = { method: 'GET', path: '/runs/7', accept: [], repeatable: true };

describe('ask', () => {
  it('makes its request when it is subscribed to, each time anew', async () => {
    const { send, asked } = sendingJson(aRun());
    const make = jest.fn(() => request);
    const run$ = ask(send, make, Run);
    expect(make).not.toHaveBeenCalled();
    expect(await told(run$)).toEqual({ values: [aRun()] });
    expect(await told(run$)).toEqual({ values: [aRun()] });
    expect(make).toHaveBeenCalledTimes(2);
    expect(asked).toEqual([request, request]);
  });

  it('errors with what went wrong in making it, and sends nothing', async () => {
    const { send, asked } = sendingJson(aRun());
    const wrong = new RangeError('wrong');
    const make = (): Request => {
      throw wrong;
    };
    expect(await errorOf(ask(send, make, Run))).toBe(wrong);
    expect(asked).toEqual([]);
  });
});
