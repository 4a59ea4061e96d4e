import { contentOf, incomingOf, textIn, type Incoming } from '../../lib/testing/request';

const type = 'multipart/form-data; boundary=B';

const incoming = (bytes: string | Buffer, type = 'application/json'): Incoming => ({
  method: 'POST',
  url: '/',
  headers: { 'content-type': type },
  bytes: Buffer.from(bytes),
});

const form = (...parts: readonly string[]) =>
  [...parts.map((part) => `--B\r\n${part}\r\n`), '--B--\r\n'].join('');
const payload = (json: string) => `Content-Disposition: form-data; name="payload"\r\n\r\n${json}`;
const file = (name: string, headers = '\r\nContent-Type: text/plain') =>
  `Content-Disposition: form-data; name="files"; filename="${name}"${headers}\r\n\r\nab\r\ncd`;

const refused = expect.objectContaining({ status: 422 }) as Error;

describe('contentOf', () => {
  it('is JSON, or nothing', () => {
    expect(contentOf(incoming('{"a":1}'), false)).toEqual({ body: { a: 1 }, files: [] });
    expect(contentOf(incoming(''), false)).toEqual({ body: null, files: [] });
  });

  it('refuses what is no JSON', () => {
    expect(() => contentOf(incoming('{'), false)).toThrow(refused);
  });

  it('is a form where there are files: its payload parsed, and each file', () => {
    const sent = form(payload('{"a":1}'), file('a.txt'), file('ü %22b%22.txt'));
    expect(contentOf(incoming(sent, type), true)).toEqual({
      body: { a: 1 },
      files: [
        { name: 'a.txt', type: 'text/plain', bytes: Buffer.from('ab\r\ncd') },
        { name: 'ü "b".txt', type: 'text/plain', bytes: Buffer.from('ab\r\ncd') },
      ],
    });
  });

  it('takes a boundary in quotes', () => {
    const quoted = 'multipart/form-data; boundary="B"';
    expect(contentOf(incoming(form(payload('7')), quoted), true).body).toBe(7);
  });

  it('keeps any byte', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const body = new FormData();
    body.append('payload', '{}');
    body.append('files', new Blob([bytes], { type: 'image/png' }), 'a.png');
    const sent = new Response(body);
    const { files } = contentOf(
      incoming(Buffer.from(await sent.arrayBuffer()), sent.headers.get('content-type')!),
      true,
    );
    expect(files).toEqual([{ name: 'a.png', type: 'image/png', bytes: Buffer.from(bytes) }]);
  });

  it('takes a form that was not written, and reads none of its files', () => {
    const body = new FormData();
    body.append('payload', '{"a":1}');
    body.append('files', new Blob(['abc'], { type: 'text/plain' }), 'a.txt');
    const unwritten = { ...incoming(''), bytes: body };
    expect(contentOf(unwritten, true)).toEqual({
      body: { a: 1 },
      files: [{ name: 'a.txt', type: 'text/plain', bytes: body.get('files') }],
    });
    expect(textIn(unwritten.bytes)).toBe('{"a":1}');
    body.append('files', new Blob(['abc']), 'a/b.txt');
    expect(() => contentOf(unwritten, true)).toThrow(refused);
    body.set('files', 'text');
    expect(() => contentOf(unwritten, true)).toThrow(refused);
    expect(textIn(new FormData())).toBe('');
  });

  it.each([
    ['a part without a content type', form(payload('{}'), file('a.txt', '')), type],
    ['a name that is a path', form(payload('{}'), file('a/b.txt')), type],
    ['a name that climbs', form(payload('{}'), file('..')), type],
    ['a payload that is no JSON', form(payload('{')), type],
    ['no payload', form(file('a.txt')), type],
    ['no form', '{}', 'application/json'],
  ])('refuses %s', (_, sent, contentType) => {
    expect(() => contentOf(incoming(sent, contentType), true)).toThrow(refused);
  });
});

describe('incomingOf', () => {
  it('is a request of the platform, read', async () => {
    const url = 'https://api.test/runs/?limit=5';
    const headers = { 'X-Other': 'seen', 'content-type': 'application/json' };
    const request = new Request(url, { method: 'POST', headers, body: '{}' });
    expect(await incomingOf(request)).toEqual({
      method: 'POST',
      url: '/runs/?limit=5',
      headers: { 'x-other': 'seen', 'content-type': 'application/json' },
      bytes: new Uint8Array(Buffer.from('{}')),
    });
  });
});
