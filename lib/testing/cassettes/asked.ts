import { contentOf } from '../request';
import type { Redact } from './redact';
import type { Act } from './acts';
import type { Secrets } from './secrets';

/** What a request asks, as it is written and as it is looked for. */
export type Asked = Pick<Act, 'method' | 'path' | 'headers' | 'body'>;

/** A JSON body, parsed; of a form its payload and its files; text as it is. */
const bodyOf = async (request: Request): Promise<unknown> => {
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length === 0) return undefined;
  const type = request.headers.get('content-type') ?? '';
  const incoming = { method: '', url: '', headers: { 'content-type': type }, bytes };
  try {
    const { body, files } = contentOf(incoming, type.startsWith('multipart/'));
    if (files.length === 0) return body;
    const named = files.map(({ name, type, bytes }) => ({ name, type, size: bytes.length }));
    return { payload: body, files: named };
  } catch {
    return new TextDecoder().decode(bytes);
  }
};

/** What a request asks, without its secrets. */
export const asked = async (
  request: Request,
  secrets: Secrets,
  redact: Redact = (body) => body,
): Promise<Asked> => {
  const { method } = request;
  const { pathname, search } = new URL(request.url);
  const headers = secrets.asked(request.headers); // first: it tells what the key is
  const path = secrets.text(pathname + search);
  const body = await bodyOf(request);
  if (body === undefined) return { method, path, headers };
  const shown = redact(body, { of: 'request', method, path });
  return { method, path, headers, body: secrets.body(shown) };
};
