import { throwError } from 'rxjs';
import { cancelRun } from '../../lib/api/cancelRun';
import { ApiError, ConnectionError } from '../../lib/errors';
import { told } from '../http/holding';
import { aRun, sending, sendingJson } from './answering';

describe('cancelRun', () => {
  it.each([undefined, 'ada'])('cancels a run of user %j, once', async (user_id) => {
    const { send, asked } = sendingJson(aRun({ status: 'cancelled' }));
    expect(await told(cancelRun(send, 7, user_id))).toEqual({
      values: [aRun({ status: 'cancelled' })],
    });
    expect(asked).toMatchObject([
      { method: 'POST', path: '/runs/7/cancel', query: { user_id }, repeatable: false },
    ]);
  });

  it('is content with a run that has ended meanwhile', async () => {
    const conflict = new ApiError('over', { kind: 'conflict', status: 409 });
    const { send } = sending(() => throwError(() => conflict));
    expect(await told(cancelRun(send, 7))).toEqual({ values: [] });
  });

  it.each([
    new ApiError('gone', { kind: 'missing', status: 404 }),
    new ConnectionError('no answer'),
  ])('passes on %p', async (error) => {
    const { send } = sending(() => throwError(() => error));
    expect(await told(cancelRun(send, 7))).toEqual({ values: [], error });
  });
});
