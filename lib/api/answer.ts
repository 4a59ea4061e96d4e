import { isLeft } from 'fp-ts/Either';
import type { Type } from 'io-ts';
import {
  concatMap,
  defer,
  map,
  throwError,
  timeout,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { DecodeError, printable, RunTimeoutError } from '../errors';
import { parsed } from '../events/json';
import { problems } from '../events/record';
import { read } from '../http/body';
import type { Request } from '../http/Request';
import type { TransportResponse } from '../http/Transport';
import type { Api, Limits } from './Api';

/** An answer that stopped in the middle. */
export const stalled = (name: string, { request }: Limits): Error =>
  new RunTimeoutError(
    `${name} was answered, but not to its end within ${request} ms; try again, or raise timeouts.request`,
    'timeouts.request',
    request,
  );

/** Reads a JSON answer by its codec; a {@link DecodeError} gives paths and expected types, no values. */
export const answer = <A>(
  limits: Limits,
  codec: Type<A, unknown>,
  { method, path }: Request,
): OperatorFunction<TransportResponse, A> =>
  concatMap((response) => {
    const { request: first, maxBodyLength } = limits;
    const name = `${method} ${printable(response.url?.split('?')[0] || path, 500)}`;
    const tooLong = (): Error =>
      new DecodeError(
        `${name} was answered with more than ${maxBodyLength} bytes; raise maxBodyLength if it may be`,
      );
    return read(response, maxBodyLength, tooLong).pipe(
      timeout({ first, with: () => throwError(() => stalled(name, limits)) }),
      map((text) => {
        const decoded = codec.decode(parsed(text));
        if (isLeft(decoded)) {
          throw new DecodeError(
            `${name} was answered with what is not ${codec.name}`,
            problems(decoded.left),
          );
        }
        return decoded.right;
      }),
    );
  });

/** A request answered with JSON. Cold: the request is made when it is subscribed to. */
export const ask = <A>(
  { send, limits }: Pick<Api, 'send' | 'limits'>,
  request: () => Request,
  codec: Type<A, unknown>,
): Observable<A> =>
  defer(() => {
    const asked = request();
    return send(asked).pipe(answer(limits, codec, asked));
  });
