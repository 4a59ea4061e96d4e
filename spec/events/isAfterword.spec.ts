import { decode } from '../../lib/events/decode';
import { isAfterword } from '../../lib/events/isAfterword';
import * as arbitrary from './arbitrary';

const is = (frame: object): boolean => isAfterword(decode(JSON.stringify(frame)));

const beginnings = [
  'metadata',
  'message-start',
  'message-delta',
  'text-start',
  'text-delta',
  'reasoning-start',
  'reasoning-delta',
  'thinking-start',
  'thinking-delta',
  'plan-start',
  'plan-delta',
  'tool-call-start',
  'tool-call-delta',
  'tool-call-end',
  'sandbox-connecting',
  'sandbox-connected',
  'permission_request',
  'awaiting_approval',
];

describe('isAfterword', () => {
  it.each(beginnings)('%s is the next turn', (type) => {
    expect(is({ type })).toBe(false);
  });

  it.each(Object.keys(arbitrary.rows).filter((type) => !beginnings.includes(type)))(
    '%s may follow the ending',
    (type) => {
      expect(is({ type })).toBe(true);
    },
  );

  it('metadata is one when it brings the bill', () => {
    expect(is({ type: 'metadata', payload: { usage: { total_tokens: 5 } } })).toBe(true);
    expect(is({ type: 'metadata', payload: { usage: {} } })).toBe(true);
    expect(is({ type: 'metadata', usage: {} })).toBe(true);
    expect(is({ type: 'metadata', payload: { run_id: 5 } })).toBe(false);
    expect(is({ type: 'metadata', payload: { run_id: 5, usage: null } })).toBe(false);
  });

  it('native frames are what they become', () => {
    expect(is({ type: 'message_stop' })).toBe(true);
    expect(is({ type: 'tool_result' })).toBe(true);
    expect(is({ type: 'message_start' })).toBe(false);
    expect(is({ type: 'tool_use' })).toBe(false);
    expect(is({ type: 'message_delta', delta: { text: 'a' } })).toBe(false);
  });

  it('what nobody understands takes no ending back', () => {
    expect(is({ type: 'brand-new' })).toBe(true);
    expect(is({ type: 'text-delta', delta: 5 })).toBe(true);
    expect(isAfterword(decode(''))).toBe(true);
    expect(isAfterword(decode('[DONE]'))).toBe(true);
  });
});
