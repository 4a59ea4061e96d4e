import type { HeldRun } from './runs/HeldRun';
import type { Task } from './Task';
import type { Teammate } from './Teammate';
import type { Script } from './Script';

/** What an idempotency key is bound to: the run it made, and how it was answered. [wire §2] */
export interface Bound {
  readonly held: HeldRun;
  readonly fields: { readonly [field: string]: unknown };
}

/** "Any key that begins with `m8_` is an account of its own." [wire §7] */
export interface Account {
  readonly runs: Map<number, HeldRun>;
  readonly tasks: Map<number, Task>;
  readonly teammates: Map<number, Teammate>;
  readonly bound: Map<string, Bound>;
}

/** All that one server knows, and how its runs go. */
export interface World {
  readonly accounts: Map<string, Account>;
  readonly script: Script;
  /** Milliseconds before each frame. */
  readonly pace: number;
  readonly history: 'whole' | 'turn';
  readonly pauses: 'open' | 'hang-up';
  /** The next id of a kind, across accounts. */
  readonly nextId: (kind: 'run' | 'task' | 'teammate' | 'message') => number;
  /** A name nobody can guess, but the seed decides: `req_8f…`. */
  readonly token: (prefix: string) => string;
  /** The address it is reached by, such as `http://127.0.0.1:4610`. */
  origin: string;
}
