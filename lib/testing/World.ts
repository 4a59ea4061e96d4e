import { Subscription } from 'rxjs';
import type { Rest } from './clock';
import type { Reach } from './posting';
import { random } from './random';
import type {
  DeliveryRecord,
  TaskRecord,
  TeammateRecord,
  TriggerRecord,
  WebhookRecord,
} from './records';
import type { HeldRun } from './runs/HeldRun';
import type { Script } from './Script';

/** What an idempotency key is bound to: the run it made, and how it was answered. [wire §2] */
export interface Bound {
  readonly held: HeldRun;
  readonly fields: { readonly [field: string]: unknown };
}

/** A webhook endpoint as the server keeps it. */
export interface HeldEndpoint {
  record: WebhookRecord;
  /** In order of their ids. */
  readonly deliveries: DeliveryRecord[];
}

/** "Any key that begins with `m8_` is an account of its own." [wire §7] */
export interface Account {
  readonly runs: Map<number, HeldRun>;
  readonly tasks: Map<number, TaskRecord>;
  readonly teammates: Map<number, TeammateRecord>;
  /** By task and by id: some ids are those of others on other tasks. */
  readonly triggers: Map<string, TriggerRecord>;
  readonly webhooks: Map<number, HeldEndpoint>;
  readonly bound: Map<string, Bound>;
}

/** An account of which nothing is known. */
export const newAccount = (): Account => ({
  runs: new Map(),
  tasks: new Map(),
  teammates: new Map(),
  triggers: new Map(),
  webhooks: new Map(),
  bound: new Map(),
});

/** All that one server knows, and how its runs go. */
export interface World {
  readonly accounts: Map<string, Account>;
  readonly script: Script;
  /** Milliseconds before each frame. */
  readonly pace: number;
  readonly history: 'whole' | 'turn';
  readonly pauses: 'open' | 'hang-up';
  /** How its time goes. */
  readonly rest: Rest;
  /** The next id of a kind, across accounts. */
  readonly nextId: (kind: keyof typeof FIRST) => number;
  /** A name nobody can guess, but the seed decides: `req_8f…`. */
  readonly token: (prefix: string) => string;
  /** How webhooks get to their endpoints. */
  readonly reach: Reach;
  /** Stops what goes on after an answer: webhooks on their way. */
  readonly closing: Subscription;
  /** The address it is reached by, such as `http://127.0.0.1:4610`. */
  origin: string;
}

/** The documentation's sample is of run 123, so that is the first. [wire §3] */
export const FIRST = {
  run: 123,
  task: 1,
  teammate: 1,
  message: 1,
  trigger: 1,
  webhook: 1,
  delivery: 1,
};

/** A server's memory, empty. */
export const newWorld = (
  options: Pick<World, 'script' | 'pace' | 'history' | 'pauses' | 'rest' | 'reach'>,
  seed: number,
): World => {
  const next = { ...FIRST };
  const chance = random(seed);
  const letter = (): string => Math.floor(chance() * 36).toString(36);
  return {
    ...options,
    accounts: new Map(),
    nextId: (kind) => next[kind]++,
    token: (prefix) => `${prefix}_${Array.from({ length: 20 }, letter).join('')}`,
    closing: new Subscription(),
    origin: '',
  };
};
