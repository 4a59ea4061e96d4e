import { codecs } from '../../lib/events/codecs';
import * as arbitrary from './arbitrary';

describe('codecs', () => {
  it('are there for each type of the table, and for no other', () => {
    expect([...codecs.keys()].sort()).toEqual(Object.keys(arbitrary.rows).sort());
  });

  it('are called by their types, which is what a problem speaks of', () => {
    for (const [type, codec] of codecs) expect(codec.name).toBe(type);
  });

  it.each(arbitrary.hostile)('know no %s, which objects or events of our own have', (type) => {
    expect(codecs.get(type)).toBeUndefined();
  });
});
