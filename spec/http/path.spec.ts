import * as fc from 'fast-check';
import { InvalidArgumentError } from '../../lib/errors';
import { path } from '../../lib/http/path';
import { anyText } from '../helpers/anyText';

const to = (name: unknown) => path`/files/${{ name: name as string }}/download`;

describe('path', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    [7, '7'],
    ['a b', 'a%20b'],
    ['50%', '50%25'],
    ['%2e%2e', '%252e%252e'],
    ['a%2Fb', 'a%252Fb'],
    ["!'()*", '%21%27%28%29%2A'],
    ['a?b#c', 'a%3Fb%23c'],
    ['a&b=c+d;e', 'a%26b%3Dc%2Bd%3Be'],
    ['..\\..', '..%5C..'],
    ['…', '%E2%80%A6'],
    ['müll 🗑️.txt', 'm%C3%BCll%20%F0%9F%97%91%EF%B8%8F.txt'],
    ['\r\n', '%0D%0A'],
    ['...', '...'],
    ['.git', '.git'],
    [' ', '%20'],
  ])('makes one segment of %j', (name, segment) => {
    expect(to(name)).toBe(`/files/${segment}/download`);
  });

  it.each(['', '.', '..', '/', 'a/b', '../x', '/etc', 'a/'])('refuses %j', (name) => {
    expect(() => to(name)).toThrow(InvalidArgumentError);
    expect(() => to(name)).toThrow(/^name must be one name/);
  });

  it.each([null, undefined, true, {}, ['a'], Symbol('a')])(
    'refuses %p, which is no text',
    (name) => {
      expect(() => to(name)).toThrow(/^name must be text or a number$/);
    },
  );

  it.each(['\ud800', 'a\udc00b', '\udc00\ud800'])('refuses %j, half a surrogate pair', (name) => {
    expect(() => to(name)).toThrow(/^name has half a surrogate pair/);
  });

  it('names each value by its own name', () => {
    const two = (runId: string, name: string) => path`/runs/${{ runId }}/files/${{ name }}`;
    expect(two('7', 'a b')).toBe('/runs/7/files/a%20b');
    expect(() => two('..', 'a')).toThrow(/^runId /);
    expect(() => two('7', '..')).toThrow(/^name /);
  });

  it('of no values is what it says', () => {
    expect(path`/runs/`).toBe('/runs/');
  });

  it('keeps whatever it takes in its place, to be read back as it was', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string()), (name) => {
        let made: string;
        try {
          made = to(name);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError);
          return;
        }
        const { pathname, search, hash } = new URL(`https://api.test/api/v2${made}`);
        const [, api, v2, files, segment, download, ...more] = pathname.split('/');
        expect([api, v2, files, download, more]).toEqual(['api', 'v2', 'files', 'download', []]);
        expect([search, hash]).toEqual(['', '']);
        expect(decodeURIComponent(segment!)).toBe(name);
      }),
    );
  });
});
