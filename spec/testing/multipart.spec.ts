import { multipart } from '../../lib/testing/multipart';

const form = (...parts: readonly string[]) =>
  Buffer.from([...parts.map((part) => `--B\r\n${part}\r\n`), '--B--\r\n'].join(''));
const type = 'multipart/form-data; boundary=B';
const payload = 'Content-Disposition: form-data; name="payload"\r\n\r\n{}';
const file = (name: string, headers = '\r\nContent-Type: text/plain') =>
  `Content-Disposition: form-data; name="files"; filename="${name}"${headers}\r\n\r\nab\r\ncd`;

describe('multipart', () => {
  it('finds the payload and each file', () => {
    expect(
      multipart(form(payload, file('a.txt'), file('ü "b".txt'.replaceAll('"', '%22'))), type),
    ).toEqual({
      payload: '{}',
      files: [
        { name: 'a.txt', type: 'text/plain', bytes: Buffer.from('ab\r\ncd') },
        { name: 'ü "b".txt', type: 'text/plain', bytes: Buffer.from('ab\r\ncd') },
      ],
    });
  });

  it('keeps any byte', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const body = new FormData();
    body.append('payload', '{}');
    body.append('files', new Blob([bytes], { type: 'image/png' }), 'a.png');
    const sent = new Response(body);
    const { files } = multipart(
      Buffer.from(await sent.arrayBuffer()),
      sent.headers.get('content-type')!,
    );
    expect(files).toEqual([{ name: 'a.png', type: 'image/png', bytes: Buffer.from(bytes) }]);
  });

  it.each([
    ['a part without a content type', form(payload, file('a.txt', '')), type],
    ['a name that is a path', form(payload, file('a/b.txt')), type],
    ['a name that climbs', form(payload, file('..')), type],
    ['no payload', form(file('a.txt')), type],
    ['no form', Buffer.from('{}'), 'application/json'],
  ])('refuses %s', (_, body, contentType) => {
    expect(() => multipart(body, contentType)).toThrow(expect.objectContaining({ status: 422 }));
  });
});
