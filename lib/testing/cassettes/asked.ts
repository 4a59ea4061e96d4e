import { sizeOf } from '../answers';
import { contentOf, textIn, type Incoming } from '../request';
import type { Redact } from './redact';
import type { Act } from './acts';
import type { Secrets } from './secrets';

/** What a request asks, as it is written and as it is looked for. */
export type Asked = Pick<Act, 'method' | 'path' | 'headers' | 'body'>;

/** A JSON body, parsed; of a form its payload and its files; text as it is. */
const bodyOf = (incoming: Incoming): unknown => {
  const { headers, bytes } = incoming;
  if (!(bytes instanceof FormData) && bytes.length === 0) return undefined;
  const isForm = headers['content-type']?.startsWith('multipart/') ?? false;
  try {
    const { body, files } = contentOf(incoming, isForm);
    if (files.length === 0) return body;
    const named = files.map(({ name, type, bytes }) => ({ name, type, size: sizeOf(bytes) }));
    return { payload: body, files: named };
  } catch {
    return textIn(bytes);
  }
};

/** What a request asks, without its secrets. */
export const asked = (
  incoming: Incoming,
  secrets: Secrets,
  redact: Redact = (body) => body,
): Asked => {
  const { method } = incoming;
  const headers = secrets.asked(new Headers(incoming.headers)); // first: it tells what the key is
  const path = secrets.text(incoming.url);
  const body = bodyOf(incoming);
  if (body === undefined) return { method, path, headers };
  const shown = redact(body, { of: 'request', method, path });
  return { method, path, headers, body: secrets.body(shown) };
};
