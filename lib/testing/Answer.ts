import type { Observable } from 'rxjs';
import type { Line } from './Line';
import type { Bound } from './World';

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Observable<Line>;
  /** An event stream: kept alive, and counted. */
  readonly stream?: true;
  /** The run that this request made or woke: what its idempotency key is bound to. */
  readonly made?: Bound;
}
