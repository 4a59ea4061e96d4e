import { NEVER } from 'rxjs';
import { streamAnswer } from '../../lib/testing/streamAnswer';

describe('streamAnswer', () => {
  it('is an event stream that nobody stores', () => {
    expect(streamAnswer(NEVER)).toMatchObject({
      status: 200,
      stream: true,
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
      },
    });
  });
});
