import { readCursor, writeCursor } from '../../lib/relay/cursor';

describe('a cursor', () => {
  const cursor = { gen: '1x9kz', pos: 58, fingerprint: '00ff00ff00ff00ff' };

  it('is written and read', () => {
    expect(writeCursor(cursor)).toBe('1x9kz-58-00ff00ff00ff00ff');
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
  });

  it.each([
    null,
    undefined,
    '',
    '58',
    '1x9kz-58',
    '1x9kz-58-',
    '1x9kz-0-00ff00ff00ff00ff',
    '1x9kz--1-00ff00ff00ff00ff',
    '1x9kz-5e3-00ff00ff00ff00ff',
    '1x9kz-9999999999999999-00ff00ff00ff00ff',
    '1x9kz-58-00FF00FF00FF00FF',
    '1x9kz-58-00ff00ff00ff00ff0',
    '-58-00ff00ff00ff00ff',
    'a b-58-00ff00ff00ff00ff',
    '1x9kz-58-00ff00ff00ff00ff\r\nset-cookie: a=b',
    `${'x'.repeat(65)}-58-00ff00ff00ff00ff`,
  ])('is no other text: %j', (id) => {
    expect(readCursor(id)).toBe(undefined);
  });
});
