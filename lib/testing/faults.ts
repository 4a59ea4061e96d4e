import { InvalidArgumentError, printable } from '../errors';
import { allowed, noSuch, oneOf, rule, type Rules } from './allowed';
import { bytesAnswer, errorAnswer, type Answer } from './answers';
import { utf8 } from './bytes';
import { routes, type RouteName } from './routes/routes';

/** Where a stream breaks off, and how: a socket destroyed, or a body that simply ends. */
export type Cut = { readonly how?: 'reset' | 'end' } & (
  { readonly afterEvents: number } | { readonly afterBytes: number }
);

/**
 * What goes wrong with an answer. The run itself goes on. Several in one fault go wrong together:
 * `{ on: 'join', rejoin: 7, cut: { afterEvents: 3 } }`.
 */
export interface Fault {
  /** The route it is for; any route without. */
  readonly on?: RouteName;
  /** How many requests it is for. Default 1. */
  readonly times?: number;

  /** Answers so, and does nothing else. */
  readonly status?: number;
  /** Seconds, or a date. */
  readonly retryAfter?: number | string;
  /** Text as it is, anything else as JSON. Default: the API's error envelope. */
  readonly body?: unknown;
  readonly contentType?: string;

  /** The socket is destroyed: the run is not made; is made, and nobody hears of it; has begun. */
  readonly reset?: 'before-handling' | 'before-headers' | 'after-headers';
  /** A replay's adjacent deltas are joined, and split elsewhere. The number is the seed. */
  readonly rejoin?: number;
  /** A replay lacks its last so many events, and then the stream ends. */
  readonly shorten?: number;
  /** The stream ends without `done`. */
  readonly noDone?: boolean;
  readonly cut?: Cut;
  /** After so many events nothing more comes, not even keepalives, and the socket stays open. */
  readonly stall?: { readonly afterEvents: number };
  /** After the last byte the body is left open. */
  readonly neverHangUp?: boolean;
  /** The bytes arrive in other pieces than they were written in. The number is the seed. */
  readonly split?: number;
  /** One byte at a time, every so many milliseconds. */
  readonly trickle?: number;
}

const hasCount = (value: unknown): boolean =>
  rule.object.test(value) &&
  Object.entries(value as object).every(
    ([name, part]) =>
      (name === 'how' && (part === 'reset' || part === 'end')) ||
      (/^after(Events|Bytes)$/.test(name) && rule.amount.test(part)),
  ) &&
  Object.keys(value as object).some((name) => name !== 'how');

const rules: Rules<Fault> = {
  on: rule.text,
  times: rule.amount,
  status: {
    test: (value) => rule.whole.test(value) && (value as number) >= 200 && (value as number) < 600,
    must: 'must be a status that may be answered, 200 to 599',
  },
  retryAfter: {
    test: (value) => rule.amount.test(value) || typeof value === 'string',
    must: 'must be seconds, or a date as text',
  },
  body: rule.anything,
  contentType: rule.text,
  reset: oneOf('before-handling', 'before-headers', 'after-headers'),
  rejoin: rule.whole,
  shorten: rule.amount,
  noDone: rule.flag,
  cut: {
    test: hasCount,
    must: "must be { afterEvents } or { afterBytes }, with how: 'reset' or 'end'",
  },
  stall: { test: hasCount, must: 'must be { afterEvents }' },
  neverHangUp: rule.flag,
  split: rule.whole,
  trickle: rule.amount,
};

/** Refuses a fault that no request would meet. */
const checked = (fault: Fault): Fault => {
  allowed('fault', fault, rules);
  const { on } = fault;
  if (on !== undefined && !Object.hasOwn(routes, on)) {
    const unknown = `is no route, ${printable(on)}: ${noSuch(on, Object.keys(routes))}`;
    throw new InvalidArgumentError('fault.on', unknown);
  }
  return fault;
};

/** The faults of a server, in order. */
export interface FaultList {
  readonly add: (...faults: readonly Fault[]) => void;
  /** The first fault that is for this request and not used up. */
  readonly take: (route: RouteName | undefined) => Fault | undefined;
}

export const faultList = (initial: readonly Fault[]): FaultList => {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  const add = (...faults: readonly Fault[]): void => {
    for (const fault of faults.map(checked)) waiting.push({ fault, left: fault.times ?? 1 });
  };
  add(...initial);
  return {
    add,
    take: (route) => {
      const entry = waiting.find(
        ({ fault, left }) => left > 0 && (fault.on === undefined || fault.on === route),
      );
      if (entry === undefined) return undefined;
      entry.left--;
      return entry.fault;
    },
  };
};

/** The answer that a fault gives instead. */
export const canned = (fault: Fault, status: number, request_id: string): Answer => {
  const { body, retryAfter } = fault;
  const isText = typeof body === 'string';
  const { contentType = isText ? 'text/plain' : 'application/json' } = fault;
  const answer =
    body === undefined
      ? errorAnswer({ status, message: `Fault ${status}` }, request_id)
      : bytesAnswer(utf8(isText ? body : JSON.stringify(body)), contentType, status);
  const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return { ...answer, headers: { ...answer.headers, ...wait } };
};
