import { decode } from '../../lib/events/decode';
import { plan } from '../../lib/events/plan';
import { family } from './family';
import { protocol } from './protocol';

describe('plan', () => {
  family(plan, protocol.plan);

  it.each([
    ['{"type":"plan-start","id":"p1"}', { type: 'plan-start', id: 'p1' }],
    ['{"type":"plan-delta","delta":"1."}', { type: 'plan-delta', delta: '1.' }],
    ['{"type":"plan-delta","text":"1."}', { type: 'plan-delta', delta: '1.', text: '1.' }],
    ['{"type":"plan-delta","plan":"1."}', { type: 'plan-delta', delta: '1.', plan: '1.' }],
    [
      '{"type":"plan-delta","plan":"b","text":"a"}',
      { type: 'plan-delta', delta: 'a', plan: 'b', text: 'a' },
    ],
    [
      '{"type":"plan-delta","delta":null,"text":null,"plan":"c"}',
      { type: 'plan-delta', delta: 'c', text: null, plan: 'c' },
    ],
    ['{"type":"plan-delta","delta":"","plan":"c"}', { type: 'plan-delta', delta: '', plan: 'c' }],
    ['{"type":"plan-end"}', { type: 'plan-end' }],
  ])('%s', (data, event) => {
    expect(decode(data)).toStrictEqual(event);
  });
});
