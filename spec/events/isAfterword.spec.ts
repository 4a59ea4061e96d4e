import { decode } from '../../lib/events/decode';
import { isAfterword } from '../../lib/events/isAfterword';
import * as arbitrary from './arbitrary';
import { protocol } from './protocol';

const is = (frame: object): boolean => isAfterword(decode(JSON.stringify(frame)));

const afterwords = [
  'run_metrics',
  'sandbox_metrics',
  'message-end',
  'done',
  'cancelled',
  ...Object.keys(protocol.failure).filter((type) => type !== 'error'),
  ...Object.keys(protocol.infrastructure),
];

describe('isAfterword', () => {
  it.each(afterwords)('%s may follow the ending', (type) => {
    expect(is({ type })).toBe(true);
  });

  it.each(Object.keys(arbitrary.rows).filter((type) => !afterwords.includes(type)))(
    '%s is the next turn',
    (type) => {
      expect(is({ type })).toBe(false);
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
    expect(is({ type: 'message_start' })).toBe(false);
    expect(is({ type: 'tool_use' })).toBe(false);
  });

  it('what nobody understands takes no ending back', () => {
    expect(is({ type: 'brand-new' })).toBe(true);
    expect(is({ type: 'text-delta', delta: 5 })).toBe(true);
    expect(isAfterword(decode(''))).toBe(true);
    expect(isAfterword(decode('[DONE]'))).toBe(true);
  });
});
