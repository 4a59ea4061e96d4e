import { codeOf } from '../../lib/http/codeOf';

describe('codeOf', () => {
  it.each([
    ['its own', { code: 'ECONNREFUSED' }, 'ECONNREFUSED'],
    ["its cause's", new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }), 'ENOTFOUND'],
    ['one deep below', { cause: { cause: { code: 'UND_ERR_SOCKET' } } }, 'UND_ERR_SOCKET'],
    ['the outer one', { code: 'OUTER', cause: { code: 'INNER' } }, 'OUTER'],
    ['none', new TypeError('fetch failed'), undefined],
    ['none, but a number', { code: 20 }, undefined],
    ['none, but a sentence that may quote a header', { code: 'Bearer m8_key' }, undefined],
    ['none, but a novel', { code: 'x'.repeat(65) }, undefined],
    ['none at all', undefined, undefined],
    ['none of null', null, undefined],
    ['none of text', 'ECONNRESET', undefined],
  ])('finds %s', (_, error, code) => {
    expect(codeOf(error)).toBe(code);
  });
});
