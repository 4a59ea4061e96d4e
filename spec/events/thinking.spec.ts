import { decode } from '../../lib/events/decode';
import { thinking } from '../../lib/events/thinking';
import { family } from './family';
import { protocol } from './protocol';

describe('thinking', () => {
  family(thinking, protocol.thinking);

  it.each([
    ['{"type":"reasoning-start","id":"r1"}', { type: 'reasoning-start', id: 'r1' }],
    ['{"type":"reasoning-delta","delta":"hm"}', { type: 'reasoning-delta', delta: 'hm' }],
    ['{"type":"reasoning-end"}', { type: 'reasoning-end' }],
    ['{"type":"thinking-start"}', { type: 'thinking-start' }],
    ['{"type":"thinking-delta","delta":"hm"}', { type: 'thinking-delta', delta: 'hm' }],
    ['{"type":"thinking-end","id":"r1"}', { type: 'thinking-end', id: 'r1' }],
  ])('%s', (data, event) => {
    expect(decode(data)).toStrictEqual(event);
  });

  it.each(['reasoning-delta', 'thinking-delta'])('%s: older frames say `text`', (type) => {
    const decoded = (fields: object): unknown => decode(JSON.stringify({ type, ...fields }));
    expect(decoded({ text: 'hm' })).toStrictEqual({ type, delta: 'hm', text: 'hm' });
    expect(decoded({ delta: null, text: 'hm' })).toStrictEqual({ type, delta: 'hm', text: 'hm' });
    expect(decoded({ delta: 'a', text: 'b' })).toStrictEqual({ type, delta: 'a', text: 'b' });
    expect(decoded({ delta: '', text: 'b' })).toStrictEqual({ type, delta: '', text: 'b' });
    expect(decoded({ text: null })).toStrictEqual({ type, delta: '', text: null });
    expect(decoded({ text: 5 })).toMatchObject({ problems: ['delta: expected string'] });
  });
});
