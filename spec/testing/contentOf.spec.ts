import { contentOf } from '../../lib/testing/contentOf';
import type { Asked } from '../../lib/testing/readAsked';

const asked = (body: string, type = 'application/json'): Asked => ({
  method: 'POST',
  url: '/',
  headers: { 'content-type': type },
  bytes: Buffer.from(body),
});

describe('contentOf', () => {
  it('is JSON, or nothing', () => {
    expect(contentOf(asked('{"a":1}'), false)).toEqual({ body: { a: 1 }, files: [] });
    expect(contentOf(asked(''), false)).toEqual({ body: null, files: [] });
  });

  it('is a form where there are files, its payload parsed', () => {
    const form = '--B\r\nContent-Disposition: form-data; name="payload"\r\n\r\n{"a":1}\r\n--B--';
    const type = 'multipart/form-data; boundary="B"';
    expect(contentOf(asked(form, type), true)).toEqual({ body: { a: 1 }, files: [] });
  });

  it('refuses what is no JSON', () => {
    expect(() => contentOf(asked('{'), false)).toThrow(expect.objectContaining({ status: 422 }));
  });
});
