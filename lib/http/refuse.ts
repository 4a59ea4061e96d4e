import {
  asyncScheduler,
  catchError,
  concatMap,
  map,
  of,
  timeout,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { ApiError, ConnectionError, DecodeError, printable, type ApiErrorKind } from '../errors';
import type { Call } from './authorize';
import { mediaType, read } from './body';
import { addressOf, type Origin } from './origin';
import { refusal } from './refusal';
import type { Request } from './Request';
import { retryAfter } from './retry';
import type { TransportResponse } from './Transport';

/** [wire §1 Errors] */
const kinds: { readonly [status: number]: ApiErrorKind } = {
  401: 'unauthorized',
  402: 'billing',
  403: 'forbidden',
  404: 'missing',
  409: 'conflict',
  429: 'rate-limit',
};

const kindOf = (status: number): ApiErrorKind =>
  kinds[status] ?? (status >= 500 ? 'server' : 'invalid');

/** What to do next. */
const advice: { readonly [kind in ApiErrorKind]: string } = {
  invalid: 'mend the parameters and send it again',
  unauthorized: 'check apiKey, or M8TES_API_KEY',
  billing: 'the account has reached its billing limit',
  forbidden: 'this key may not do that',
  missing:
    'check the id, whether it belongs to this key, and user_id if the account is multi-tenant',
  conflict: 'it has moved on meanwhile; read its state before you try again',
  'rate-limit': 'slow down; retryAfter says for how long',
  server: 'the fault is on the server; try again later',
};

/** The same of a relay: whoever reads it has no key, and is a person who signs in. */
const relayAdvice: Partial<typeof advice> = {
  unauthorized: 'sign in, and try again',
  forbidden: 'you are not allowed to do that',
  missing: 'check the id; it is not there, or not yours to see',
};

/** Bytes of an error's body that are read: enough for any message, and no more than that. */
const LIMIT = 64 * 1024;

/** Milliseconds that such a body is waited for: what the refusal is, its status says already. */
const PATIENCE = 5_000;

const isGood = ({ status }: TransportResponse): boolean => status >= 200 && status < 300;

/** A browser hides what a redirect is, and gives it the status 0. */
const isRedirect = ({ status }: TransportResponse): boolean =>
  status === 0 || (status >= 300 && status < 400);

const destination = (response: TransportResponse): string => {
  const location = response.headers.get('location') ?? '';
  return URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
};

const isWelcome = ({ accept }: Request, response: TransportResponse): boolean => {
  const type = mediaType(response);
  return accept.length === 0 || accept.some((wanted) => wanted === '*/*' || wanted === type);
};

/** Lets a good answer through, and turns every other into the error that says what to do next. */
export const refuse =
  (origin: Origin, request: Request, { name }: Call): MonoTypeOperatorFunction<TransportResponse> =>
  (responses) => {
    const { apiKey } = origin;
    const isRelay = apiKey === undefined;
    const address = addressOf(origin);
    // A server may quote the key it was given; an error never does.
    const key = isRelay ? undefined : new RegExp(apiKey.replace(/[^\w]/g, '\\$&'), 'gi');
    const fit = (text: string, most?: number): string =>
      printable(key === undefined ? text : text.replace(key, '[apiKey]'), most);
    const fitIfAny = (text: string | null | undefined, most?: number): string | undefined =>
      text ? fit(text, most) : undefined;

    const errorOf = (response: TransportResponse, body: string): Error => {
      const { status, headers } = response;
      if (isRedirect(response)) {
        return new ConnectionError(
          `${name} was redirected${fit(destination(response))}, and a redirect is not followed: ` +
            'it would take the request elsewhere; ' +
            (isRelay
              ? 'sign in, or set relay to the final address'
              : 'set baseUrl to the final address'),
          'REDIRECTED',
        );
      }
      if (isGood(response)) {
        return new DecodeError(
          `${name} was answered with ${fit(mediaType(response)) || 'no content type'} where ` +
            `${request.accept.join(' or ')} was asked for: check ${address}`,
        );
      }
      const { message, code, requestId, docUrl, ...found } = refusal(body, status, origin);
      const kind = kindOf(status);
      const todo = found.todo ?? ((isRelay && relayAdvice[kind]) || advice[kind]);
      return new ApiError(
        `${name} was refused (${status} ${kind}): ${fit(message, 500)}. What to do: ${todo}`,
        {
          kind,
          status,
          code: fitIfAny(code),
          requestId: fitIfAny(requestId ?? headers.get('x-request-id')),
          docUrl: fitIfAny(docUrl, 500),
          retryAfter: retryAfter(headers.get('retry-after'), asyncScheduler.now()),
        },
      );
    };

    const refused = (response: TransportResponse): Observable<never> =>
      read(response, LIMIT).pipe(
        timeout(PATIENCE),
        catchError(() => of('')),
        map((body) => {
          throw errorOf(response, body);
        }),
      );

    return responses.pipe(
      concatMap((response) =>
        isGood(response) && isWelcome(request, response) ? of(response) : refused(response),
      ),
    );
  };
