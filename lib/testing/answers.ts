import {
  defer,
  EMPTY,
  interval,
  NEVER,
  map,
  Observable,
  of,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { utf8 } from './bytes';
import { LONGEST } from './clock';
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

/** A JSON answer. */
export const jsonAnswer = (value: unknown, status = 200): Answer =>
  bytesAnswer(utf8(JSON.stringify(value)), 'application/json', status);

/** An answer whose body is known whole. */
export const bytesAnswer = (bytes: Uint8Array | Blob, type: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': type, 'content-length': String(sizeOf(bytes)) },
  body: bytes instanceof Blob ? readOf(bytes) : of({ bytes }),
});

export const sizeOf = (bytes: Uint8Array | Blob): number =>
  bytes instanceof Blob ? bytes.size : bytes.length;

const readOf = (blob: Blob): Observable<Line> =>
  defer(() => blob.arrayBuffer()).pipe(map((buffer) => ({ bytes: new Uint8Array(buffer) })));

/** 204: it is done, and there is nothing to say. */
export const emptyAnswer: Answer = { status: 204, headers: {}, body: EMPTY };

/** An event stream. */
export const streamAnswer = (body: Observable<Line>): Answer => ({
  status: 200,
  headers: {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  },
  body,
  stream: true,
});

const comment = (): Line => ({ bytes: utf8(': keep-alive\n\n'), comment: true });

/** "The server sends something at least every 15 s." [wire §1] It ends with the events. */
export const keptAlive =
  (ms: number): MonoTypeOperatorFunction<Line> =>
  (lines) =>
    new Observable((subscriber) => {
      const beats = ms > LONGEST ? NEVER : interval(ms);
      subscriber.add(beats.subscribe(() => subscriber.next(comment())));
      return lines.subscribe(subscriber);
    });

/** Why a request is refused. A handler throws it. */
export interface Refusal extends Error {
  readonly status: number;
  readonly error_code?: string | undefined;
  /** The parameter at fault. */
  readonly param?: string | undefined;
}

/** A refusal to throw; the message is for people, the code for programs. [wire §1 Errors] */
export const refusal = (
  status: number,
  message: string,
  error_code?: string,
  param?: string,
): Refusal => Object.assign(new Error(message), { status, error_code, param });

const types: { readonly [status: number]: string } = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  429: 'rate_limit_error',
};

/** What is said of a refusal. */
type Said = Pick<Refusal, 'status' | 'message' | 'error_code' | 'param'>;

/** The API's envelope of an error. [wire §1 Errors] */
export const errorEnvelope = (
  { status, message, error_code, param }: Said,
  request_id: string = 'req_1',
) => {
  const type = types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const known = error_code !== undefined || param !== undefined;
  const details = known && { details: { error_code, param } };
  return { error: { type, message, code: status, request_id, ...details } };
};

/** A refusal in the API's envelope. [wire §1 Errors] */
export const errorAnswer = (said: Said, request_id: string): Answer =>
  jsonAnswer(errorEnvelope(said, request_id), said.status);
