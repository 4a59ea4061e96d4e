import { decode } from '../../lib/events/decode';
import { text } from '../../lib/events/text';
import { family } from './family';
import { protocol } from './protocol';

describe('text', () => {
  family(text, protocol.text);

  it.each([
    ['{"type":"text-start","id":"t1"}', { type: 'text-start', id: 't1' }],
    ['{"type":"text-delta","delta":"Here are "}', { type: 'text-delta', delta: 'Here are ' }],
    ['{"type":"text-delta","delta":"a","id":"t1"}', { type: 'text-delta', delta: 'a', id: 't1' }],
    ['{"type":"text-delta","id":null}', { type: 'text-delta', delta: '' }],
    ['{"type":"text-end","id":"t1"}', { type: 'text-end', id: 't1' }],
  ])('%s', (data, event) => {
    expect(decode(data)).toStrictEqual(event);
  });

  it('has no older spelling: `text` is a field like any other', () => {
    expect(decode('{"type":"text-delta","text":"a"}')).toStrictEqual({
      type: 'text-delta',
      delta: '',
      text: 'a',
    });
  });
});
