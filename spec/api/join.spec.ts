import { join } from '../../lib/api/join';
import { InvalidArgumentError } from '../../lib/errors';
import { sendingJson } from './answering';

describe('join', () => {
  it.each([undefined, 'ada'])('asks for the stream of a run of user %j, once', (user_id) => {
    const { send, asked } = sendingJson({});
    join(send, 7, user_id);
    expect(asked).toEqual([
      {
        method: 'GET',
        path: '/runs/7/stream',
        query: { user_id },
        accept: ['text/event-stream'],
        repeatable: false,
      },
    ]);
  });

  it('names the run it cannot make a path of', () => {
    const { send } = sendingJson({});
    expect(() => join(send, '..' as never)).toThrow(InvalidArgumentError);
    expect(() => join(send, '..' as never)).toThrow(/^run_id /);
  });
});
