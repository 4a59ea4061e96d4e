import { json, multipart } from '../../lib/api/multipart';
import type { Upload } from '../../lib/api/params';
import { InvalidArgumentError } from '../../lib/errors';

const bytes = new TextEncoder().encode('content');
const png = { type: 'image/png' };

describe('multipart', () => {
  it('sends the payload as text, and the files in order', () => {
    const form = multipart('{"message":"hi"}', [
      { name: 'a.txt', content: 'a' },
      { name: 'b.txt', content: 'b' },
    ]);
    expect([...form.keys()]).toEqual(['payload', 'files', 'files']);
    expect(form.get('payload')).toBe('{"message":"hi"}');
    expect(form.getAll('files').map((file) => (file as File).name)).toEqual(['a.txt', 'b.txt']);
  });

  it.each<[string, Upload, string, string]>([
    ['a File', new File([bytes], 'f.png', png), 'f.png', 'image/png'],
    ['a File without a type', new File([bytes], 'f.bin'), 'f.bin', 'application/octet-stream'],
    ['a Blob', { name: 'b', content: new Blob([bytes], png) }, 'b', 'image/png'],
    [
      'a Blob under another type',
      { name: 'b', content: new Blob([bytes], png), type: 'text/csv' },
      'b',
      'text/csv',
    ],
    [
      'a Blob without a type',
      { name: 'b', content: new Blob([bytes]) },
      'b',
      'application/octet-stream',
    ],
    [
      'a File as content',
      { name: 'b', content: new File([bytes], 'other', png) },
      'b',
      'image/png',
    ],
    ['bytes', { name: 'u', content: bytes }, 'u', 'application/octet-stream'],
    ['a Buffer', { name: 'u', content: Buffer.from('content'), type: 'text/csv' }, 'u', 'text/csv'],
    [
      'an ArrayBuffer',
      { name: 'a', content: bytes.slice().buffer },
      'a',
      'application/octet-stream',
    ],
    [
      'text',
      { name: 't', content: 'content', type: 'text/plain; charset=utf-8' },
      't',
      'text/plain; charset=utf-8',
    ],
    [
      'text of no type',
      { name: 't', content: 'content', type: '' },
      't',
      'application/octet-stream',
    ],
    [
      'a name in any script',
      { name: 'Bericht “ä” 🗑️.md', content: 'content' },
      'Bericht “ä” 🗑️.md',
      'application/octet-stream',
    ],
  ])('sends %s under its name, with a type', async (_, upload, name, type) => {
    const file = multipart('{}', [upload]).get('files') as File;
    expect([file.name, file.type, await file.text()]).toEqual([name, type, 'content']);
  });

  it('writes a name and a type for each part on the wire', async () => {
    const form = multipart('{}', [{ name: 'a "b".txt', content: 'x' }]);
    const sent = await new Response(form).text();
    expect(sent).toMatch(
      /name="files"; filename="a %22b%22\.txt"\r\nContent-Type: application\/octet-stream\r\n\r\nx\r\n/,
    );
  });

  it.each<[unknown, string]>([
    [null, 'files[1] must be a File'],
    ['a.txt', 'files[1] must be a File'],
    [{ content: 'x' }, 'files[1].name must be a flat file name'],
    [{ name: '', content: 'x' }, 'files[1].name must be a flat file name'],
    [{ name: 7, content: 'x' }, 'files[1].name must be a flat file name'],
    [{ name: 'a/b', content: 'x' }, 'files[1].name must be a flat file name'],
    [{ name: '..\\b', content: 'x' }, 'files[1].name must be a flat file name'],
    [{ name: 'a\r\nb', content: 'x' }, 'files[1].name must be a flat file name'],
    [{ name: 'a\0', content: 'x' }, 'files[1].name must be a flat file name'],
    [new Blob(['x']), 'files[1].name must be a flat file name'],
    [{ name: 'a', content: 'x', type: 'png' }, 'files[1].type must be a media type'],
    [{ name: 'a', content: 'x', type: 'text/plain\r\nX: 1' }, 'files[1].type must be a media type'],
    [{ name: 'a', content: 'x', type: 7 }, 'files[1].type must be a media type'],
    [{ name: 'a', content: 'x', type: null }, 'files[1].type must be a media type'],
    [{ name: 'a' }, 'files[1].content must be a Blob, bytes, or text'],
    [{ name: 'a', content: null }, 'files[1].content must be a Blob, bytes, or text'],
    [{ name: 'a', content: 7 }, 'files[1].content must be a Blob, bytes, or text'],
    [{ name: 'a', content: [1, 2] }, 'files[1].content must be a Blob, bytes, or text'],
    [
      { name: 'a', content: new ReadableStream() },
      'files[1].content must be a Blob, bytes, or text',
    ],
  ])('refuses %p: %s', (upload, message) => {
    const make = () => multipart('{}', [{ name: 'a', content: '' }, upload as Upload]);
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(message);
  });
});

const cycle: { self?: unknown } = {};
cycle.self = [cycle];

describe('json', () => {
  it('writes what was given, and leaves out what was not', () => {
    expect(json({ a: 1, b: undefined, c: null, d: { e: undefined } })).toBe(
      '{"a":1,"c":null,"d":{}}',
    );
  });

  it.each([
    ['a cycle', cycle],
    ['a BigInt', { count: 7n }],
    [
      'what throws',
      {
        toJSON: () => {
          throw new Error('secret');
        },
      },
    ],
  ])('refuses %s, and names where it is', (_, metadata) => {
    const write = () => json({ message: 'hi', metadata });
    expect(write).toThrow(InvalidArgumentError);
    expect(write).toThrow(/^metadata cannot be written as JSON \(a cycle, or a BigInt\)$/);
  });
});
