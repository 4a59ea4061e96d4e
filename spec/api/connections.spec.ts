import { connections } from '../../lib/api/connections';
import type { Connection } from '../../lib/stream/Healing';

const open: Connection = { state: 'open', run_id: 7, attempt: 0 };
const closed: Connection = { state: 'closed', run_id: 7, attempt: 0 };

describe('connections', () => {
  it('tells its option, and whoever listens at the time', () => {
    const option = jest.fn();
    const [early, late] = [jest.fn(), jest.fn()];
    const { connection$, onConnection } = connections(option);
    const subscription = connection$.subscribe(early);
    onConnection(open);
    connection$.subscribe(late);
    subscription.unsubscribe();
    onConnection(closed);
    expect(option.mock.calls).toEqual([[open], [closed]]);
    expect(early.mock.calls).toEqual([[open]]);
    expect(late.mock.calls).toEqual([[closed]]);
  });
});
