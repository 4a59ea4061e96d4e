import { decode } from '../../lib/events/decode';
import { isInfrastructure } from '../../lib/events/isInfrastructure';
import * as arbitrary from './arbitrary';
import { protocol } from './protocol';

const is = (frame: object): boolean => isInfrastructure(decode(JSON.stringify(frame)));
const types = Object.keys(arbitrary.rows);
const housekeeping = Object.keys(protocol.infrastructure);
const others = types.filter((type) => !housekeeping.includes(type));

describe('isInfrastructure', () => {
  it.each(housekeeping)('%s is', (type) => {
    expect(is({ type })).toBe(true);
    expect(is({ type, subtype: 'other', payload: 5 })).toBe(true);
  });

  it.each(others)('%s is not, whatever its subtype', (type) => {
    for (const subtype of ['init', 'success', 'other', null, undefined]) {
      expect(is({ type, subtype })).toBe(false);
    }
  });

  it.each(['system', 'result', '', ...arbitrary.hostile])(
    'an unknown %j is with the subtype `init` or `success`, and else is not',
    (type) => {
      expect(is({ type, subtype: 'init' })).toBe(true);
      expect(is({ type, subtype: 'success' })).toBe(true);
      for (const subtype of ['', 'INIT', 'error', 'init ', null, true, ['init'], { init: 1 }]) {
        expect(is({ type, subtype })).toBe(false);
      }
      expect(is({ type })).toBe(false);
    },
  );

  it('a frame without a type may be, by its subtype', () => {
    expect(is({ subtype: 'init' })).toBe(true);
    expect(is({ type: null, subtype: 'success' })).toBe(true);
    expect(is({})).toBe(false);
  });

  it('a native frame that becomes one of the table is not', () => {
    expect(is({ type: 'tool_use', id: 'a', subtype: 'init' })).toBe(false);
    expect(is({ type: 'message_start', subtype: 'success' })).toBe(false);
  });

  it('does not look for the subtype where the frame did not put it', () => {
    expect(isInfrastructure(decode('{"type":"x","__proto__":{"subtype":"init"}}'))).toBe(false);
    expect(is({ type: 'x', payload: { subtype: 'init' } })).toBe(false);
  });

  it('what is malformed is not', () => {
    expect(is({ type: 'done', stop_reason: 5, subtype: 'init' })).toBe(false);
    expect(isInfrastructure(decode('ping'))).toBe(false);
  });
});
