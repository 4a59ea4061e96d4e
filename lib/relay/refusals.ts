import {
  ApiError,
  ConnectionError,
  InvalidArgumentError,
  RunTimeoutError,
  type ApiErrorKind,
} from '../errors';

/** What a person is told, by kind. What the API said itself may name what is not theirs. */
const texts: { readonly [kind in ApiErrorKind]: string } = {
  invalid: 'this cannot be asked for in this way',
  unauthorized: 'the service is not set up to do this',
  billing: 'the account of the service has reached its limit',
  forbidden: 'you may not do this',
  missing: 'there is nothing here',
  conflict: 'it has moved on meanwhile; look again',
  'rate-limit': 'too many at once; try again a little later',
  server: 'the service is in trouble; try again a little later',
};

/** What is one person's, nobody in between keeps. */
export const answered = (body: object, { headers, ...init }: ResponseInit = {}): Response =>
  Response.json(body, { ...init, headers: { 'cache-control': 'no-store', ...headers } });

/** An answer in the shape of the API's errors. [wire §1 Errors] */
export const refused = (
  status: number,
  type: string,
  message: string,
  { code, retryAfter }: Pick<ApiError, 'code' | 'retryAfter'> = {
    code: undefined,
    retryAfter: undefined,
  },
): Response =>
  answered(
    { error: { type, message, code: status, ...(code !== undefined && { error_code: code }) } },
    {
      status,
      headers:
        retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1000)) },
    },
  );

/**
 * An error as the answer to whoever asked: status and kind stay, and what helps a person; never the
 * key, the API's address, or what it said of others.
 */
export const refusedBy = (error: unknown): Response => {
  if (error instanceof ApiError) {
    const { kind, status } = error;
    return refused(status, kind, texts[kind], error);
  }
  if (error instanceof InvalidArgumentError) return refused(422, 'invalid', error.message);
  if (error instanceof ConnectionError) return refused(502, 'server', texts.server);
  if (error instanceof RunTimeoutError) return refused(504, 'server', texts.server);
  return refused(500, 'server', texts.server);
};
