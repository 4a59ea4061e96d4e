import { addressOf, type Origin } from './origin';

/** What the body of a refusal says, word for word: it may be long, and quote anything. */
export interface Refusal {
  readonly message: string;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  readonly docUrl?: string | undefined;
  /** What to do next, where the body shows a cause that its status does not: one cause, one advice. */
  readonly todo?: string | undefined;
}

type Json = { readonly [field: string]: unknown };

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {};

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const json = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** Where in a body: names and indices, and nothing else that may stand there. */
const place = (loc: unknown): string =>
  (Array.isArray(loc) ? loc : [])
    .filter((step) => typeof step === 'string' || typeof step === 'number')
    .join('.') || 'body';

/** FastAPI's list of what was wrong with a body: where, and what was expected. */
const details = (list: readonly unknown[]): string =>
  list
    .map(object)
    .map(({ loc, msg }) => `${place(loc)}: ${text(msg) ?? 'invalid'}`)
    .join('; ');

/**
 * Reads the body of a refusal, in every shape it is known to have. [wire §1 Errors]
 * The machine code is `error_code`, else `details.error_code`, else `code` when it is a string.
 */
export const refusal = (body: string, status: number, origin: Origin): Refusal => {
  const address = addressOf(origin);
  if (/^\s*</.test(body)) {
    return {
      message: 'an HTML page came, from some other web server',
      todo: `check ${address}`,
    };
  }
  const answer = json(body);
  const { error, detail } = object(answer);
  if (typeof error === 'object' && error !== null) {
    const { message, code, error_code, details, request_id, doc_url } = error as Json;
    return {
      message: text(message) ?? 'no reason given',
      code: text(error_code) ?? text(object(details)['error_code']) ?? text(code),
      requestId: text(request_id),
      docUrl: text(doc_url),
    };
  }
  if (status === 404 && detail === 'Not Found') {
    const isRelay = origin.apiKey === undefined;
    const why = isRelay ? 'no relay is mounted there' : 'it probably lacks /api/v2';
    return { message: 'no route matched', todo: `check ${address}: ${why}` };
  }
  if (Array.isArray(detail)) return { message: details(detail) };
  const said =
    text(error) ?? text(detail) ?? (answer === undefined ? text(body.trim()) : undefined);
  return { message: said ?? 'no reason given' };
};
