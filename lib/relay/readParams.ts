import { ApiError } from '../errors';

/** Bytes of a request's body: a message, and not a book. */
const MOST = 1024 * 1024;

const invalid = (status: number, message: string): ApiError =>
  new ApiError(message, { kind: 'invalid', status });

const read = async ({ body }: Request, most: number): Promise<string> => {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (const reader = body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > most) {
      void reader.cancel().catch(() => {});
      throw invalid(413, 'the body is too long');
    }
    text += decoder.decode(value, { stream: true });
  }
};

/**
 * What a request asks for: its query, or the JSON of its body.
 *
 * Only JSON, because a form of another site's page can be sent with this one's cookies, and JSON
 * cannot without leave. Nothing at all can as well: it is taken of this page, and of what is no page.
 *
 * @param most bytes that the body may have.
 */
export const readParams = async (
  request: Request,
  most = MOST,
): Promise<{ readonly [name: string]: unknown }> => {
  if (request.method === 'GET') return Object.fromEntries(new URL(request.url).searchParams);
  const text = await read(request, most);
  const site = request.headers.get('sec-fetch-site') ?? request.headers.get('origin');
  if (text === '' && (site === null || site === 'same-origin')) return {};
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    throw invalid(415, 'the body must be application/json');
  }
  let params: unknown;
  try {
    params = JSON.parse(text);
  } catch {
    throw invalid(400, 'the body is no JSON');
  }
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw invalid(422, 'the body must be an object');
  }
  return { ...params };
};
