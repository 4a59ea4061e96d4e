import { decode } from '../../lib/events/decode';
import { message } from '../../lib/events/message';
import { family } from './family';
import { protocol } from './protocol';

describe('message', () => {
  family(message, protocol.message);

  it.each([
    { type: 'message-start', messageId: 'msg_1' },
    { type: 'message-delta' },
    { type: 'message-delta', delta: { stop_reason: null } },
    { type: 'message-end', messageId: 'msg_1' },
    { type: 'source-url', url: 'https://example.com', title: 5 },
    { type: 'source-document', messageId: 5, id: {} },
  ])('%j is an event as it is', (frame) => {
    expect(decode(JSON.stringify(frame))).toStrictEqual(frame);
  });
});
