import { decode } from '../../lib/events/decode';
import { isTerminal } from '../../lib/events/isTerminal';
import { permission } from '../../lib/events/permission';
import { family } from './family';
import { protocol } from './protocol';

describe('permission', () => {
  family(permission, protocol.permission);

  it.each([
    {
      type: 'permission_request',
      request_id: 'req_1',
      payload: { tool_name: 'x', tool_input: {} },
    },
    { type: 'permission_request', tool_use_id: 'tc_1', tool_name: 5 },
    { type: 'permission_resolved', request_id: 'req_1', status: 'allowed' },
    { type: 'awaiting_approval', payload: { request_id: 5, anything: [null] } },
  ])('%j is an event as it is, and the run goes on', (frame) => {
    const event = decode(JSON.stringify(frame));
    expect(event).toStrictEqual(frame);
    expect(isTerminal(event)).toBe(false);
  });
});
