import type { Answer } from './answers';
import type { HeldFile } from './runs/HeldRun';
import type { Account, World } from './World';

/** A request that found its route and its account. */
export interface Call {
  readonly world: World;
  readonly account: Account;
  /** What the path's `{…}` stand for. */
  readonly params: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  /** The body, or the `payload` part of a form; `null` when there is none. */
  readonly body: unknown;
  readonly files: readonly HeldFile[];
}

/** What a route does with a call. It throws a refusal to refuse. */
export type Handler = (call: Call) => Answer;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** A repeat with the same `Idempotency-Key` gets the same run back. [wire §2] */
  readonly idempotent?: true;
  readonly handle: Handler;
}
