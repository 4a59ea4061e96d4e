import { isLeft } from 'fp-ts/Either';
import type { Type } from 'io-ts';
import { concatMap, defer, map, type Observable, type OperatorFunction } from 'rxjs';
import { DecodeError } from '../errors';
import { problems } from '../events/problems';
import { read } from '../http/body';
import type { Request } from '../http/Request';
import type { Send } from '../http/Send';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads a JSON answer by its codec; a {@link DecodeError} gives paths and expected types, no values. */
export const answer = <A>(
  codec: Type<A, unknown>,
  { method, path }: Request,
): OperatorFunction<Response, A> =>
  concatMap((response) =>
    read(response).pipe(
      map((text) => {
        const json = parsed(text);
        const decoded = codec.decode(json);
        if (isLeft(decoded)) {
          throw new DecodeError(
            `${method} ${response.url.split('?')[0] || path} was answered with what is not ${codec.name}`,
            problems(decoded.left),
          );
        }
        return decoded.right;
      }),
    ),
  );

/** A request answered with JSON. Cold: the request is made when it is subscribed to. */
export const ask = <A>(
  send: Send,
  request: () => Request,
  codec: Type<A, unknown>,
): Observable<A> =>
  defer(() => {
    const asked = request();
    return send(asked).pipe(answer(codec, asked));
  });
