import { decode } from '../../lib/events/decode';
import { channelOf } from '../../lib/stream/channelOf';

const channel = (frame: object) => channelOf(decode(JSON.stringify(frame)));

describe('channelOf', () => {
  it.each([
    [{ type: 'text-delta', delta: 'a' }, 'text-delta'],
    [{ type: 'text-delta', delta: 'a', id: 't1' }, 'text-delta t1'],
    [{ type: 'tool-call-delta', toolCallId: 'tc_1', delta: '' }, 'tool-call-delta tc_1'],
    [{ type: 'tool-result-end', toolCallId: 'tc_1' }, 'tool-result-end tc_1'],
    [{ type: 'message-start', messageId: 'm1' }, 'message-start m1'],
    [{ type: 'permission_request', request_id: 'r1' }, 'permission_request r1'],
    [{ type: 'source-url', id: 7 }, 'source-url 7'],
    [{ type: 'source-url', id: { of: 'no use' } }, 'source-url'],
    [{ type: 'done' }, 'done'],
  ])('of %j is %s', (frame, expected) => {
    expect(channel(frame)).toBe(expected);
  });

  it('of a native frame is that of the event it is', () => {
    const native = {
      type: 'content_block_delta',
      id: 'b1',
      delta: { type: 'text_delta', text: '' },
    };
    expect(channel(native)).toBe('text-delta b1');
  });

  it('of an unknown event is its own, by name and id', () => {
    expect(channel({ type: 'weather' })).toBe('unknown weather');
    expect(channel({ type: 'weather', id: 'w1' })).toBe('unknown weather w1');
    expect(channel({})).toBe('unknown ');
  });

  it('is one for all that is malformed', () => {
    expect(channelOf(decode('no JSON'))).toBe('malformed');
    expect(channelOf(decode('{"type":"text-delta","delta":7,"id":"t1"}'))).toBe('malformed');
  });
});
