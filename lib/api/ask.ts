import type { Type } from 'io-ts';
import { defer, type Observable } from 'rxjs';
import type { Request, Send } from '../http/Request';
import { answer } from './answer';

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
