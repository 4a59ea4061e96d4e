/**
 * Everything the library throws, one class a decision.
 *
 * A message names the request and says what to do next. None ever holds the API key, and none
 * quotes a payload's values: errors travel to logs.
 */

/**
 * Text that others wrote, fit for a message or a log: a name, or with `most` a longer text, without
 * control characters (a terminal obeys them) and of a bounded length.
 */
export const printable = (text: string, most = 64): string => {
  const plain = text.slice(0, most).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD');
  return text.length > most ? `${plain}…` : plain;
};

/** What kind of refusal an HTTP answer is; the status is the API's own. [wire §1 Errors] */
export type ApiErrorKind =
  | 'invalid' // 400, 422, and any other 4xx
  | 'unauthorized' // 401
  | 'billing' // 402
  | 'forbidden' // 403
  | 'missing' // 404
  | 'conflict' // 409
  | 'rate-limit' // 429
  | 'server'; // 5xx

/** An argument or option was unusable; nothing was sent. */
export class InvalidArgumentError extends TypeError {
  override readonly name = 'InvalidArgumentError';
  /** The option or parameter at fault, as a path: `message`, `timeouts.idle`, `files[0].name`. */
  readonly argument: string;
  /** What it must be. */
  readonly advice: string;

  constructor(argument: string, advice: string) {
    super(`${argument} ${advice}`);
    this.argument = argument;
    this.advice = advice;
  }
}

/** What an {@link ApiError} knows beside its message. */
export interface ApiErrorDetails {
  readonly kind: ApiErrorKind;
  /** HTTP status of the answer. */
  readonly status: number;
  /** The API's machine-readable code, such as `gate_cancelled`, when it gave one. */
  readonly code?: string | undefined;
  /** The API's id of the request, for a support ticket. */
  readonly requestId?: string | undefined;
  /** A page that explains the error, when the API named one. */
  readonly docUrl?: string | undefined;
  /** How long the API asked to wait before a repeat, in milliseconds. */
  readonly retryAfter?: number | undefined;
}

/** The API answered, and refused. */
export class ApiError extends Error implements ApiErrorDetails {
  override readonly name = 'ApiError';
  readonly kind: ApiErrorKind;
  readonly status: number;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly docUrl: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(message: string, details: ApiErrorDetails) {
    super(message);
    this.kind = details.kind;
    this.status = details.status;
    this.code = details.code;
    this.requestId = details.requestId;
    this.docUrl = details.docUrl;
    this.retryAfter = details.retryAfter;
  }
}

/** No answer came: the network failed, the socket died, or the server sent the request elsewhere. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /**
   * `REDIRECTED`, and `THROWN`, where `fetch` itself has thrown a mistake in code: no repeat mends
   * them; `CUT`, of a body that ended before the run's ending;
   * `WAITING`, where there is no stream because the run waits for people; else the platform's code,
   * when it gave one, such as `ECONNREFUSED`, `ECONNRESET`, `ENOTFOUND` or Node's `UND_ERR_SOCKET`.
   */
  readonly code: string | undefined;

  /** @param cause what the platform said, without the API key. */
  constructor(message: string, code?: string, cause?: Error) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/**
 * Something took longer than the caller allowed. The run itself may still be going on.
 *
 * Not `TimeoutError`: RxJS has one, and a wrong import would compile and never match.
 */
export class RunTimeoutError extends Error {
  override readonly name = 'RunTimeoutError';
  /** The option that set the limit, such as `timeouts.stall`. */
  readonly option: string;
  /** The limit, in milliseconds. */
  readonly limit: number;

  constructor(message: string, option: string, limit: number) {
    super(message);
    this.option = option;
    this.limit = limit;
  }
}

/** What had reached the subscriber when its stream broke off. */
export interface Delivered {
  /** Number of events. */
  readonly events: number;
  /** Length of the text that `text-delta` events carried, in UTF-16 units. */
  readonly characters: number;
}

/** What a {@link StreamInterruptedError} knows beside its message. */
export interface Interruption<Result = unknown, Run = unknown> {
  /** The run, when its id was known: join it with `runs.join(run_id)`, or read `runs.get(run_id)`. */
  readonly run_id?: number | undefined;
  readonly delivered: Delivered;
  /** The run's record, where it could be read and did not settle what is missing. */
  readonly run?: Run | undefined;
  /** What `collectRun()` had put together, if the stream went through it. */
  readonly result?: Result | undefined;
  readonly cause?: unknown;
}

/** A stream broke off before its ending. What was delivered is right, but it may not be all. */
export class StreamInterruptedError<Result = unknown, Run = unknown>
  extends Error
  implements Interruption<Result, Run>
{
  override readonly name = 'StreamInterruptedError';
  readonly run_id: number | undefined;
  readonly delivered: Delivered;
  readonly run: Run | undefined;
  readonly result: Result | undefined;

  constructor(message: string, interruption: Interruption<Result, Run>) {
    super(message, { cause: interruption.cause });
    this.run_id = interruption.run_id;
    this.delivered = interruption.delivered;
    this.run = interruption.run;
    this.result = interruption.result;
  }
}

/** An answer or a frame was not of the shape the contract gives it. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** What was wrong, as paths and expected types; never values. */
  readonly problems: readonly string[];

  constructor(message: string, problems: readonly string[] = []) {
    super(problems.length > 0 ? `${message}: ${problems.join('; ')}` : message);
    this.problems = problems;
  }
}

/** The run failed. Everything it produced until then is in `result`. */
export class RunFailedError<Result = unknown> extends Error {
  override readonly name = 'RunFailedError';
  readonly result: Result;

  constructor(message: string, result: Result) {
    super(message);
    this.result = result;
  }
}

/** What a {@link BudgetError} knows beside its message. */
export interface Overspending<Result = unknown> {
  /** The limit that was passed, by the name it was given. */
  readonly limit: 'maxCostUsd' | 'maxTokens' | 'maxMs';
  /** As far as the run has said it; `tokens` in and out, `ms` since it was subscribed to. */
  readonly spent: {
    readonly cost_usd: number | undefined;
    readonly tokens: number | undefined;
    readonly ms: number;
  };
  /** The run; undefined where no event has said which it is. */
  readonly run_id: number | undefined;
  /** Everything it produced until then. */
  readonly result: Result;
  /** Why the run could not be cancelled, and may be going on. */
  readonly cause?: unknown;
}

/** A run took more than its budget, and was cancelled unless it had ended. */
export class BudgetError<Result = unknown> extends Error implements Overspending<Result> {
  override readonly name = 'BudgetError';
  readonly limit: Overspending['limit'];
  readonly spent: Overspending['spent'];
  readonly run_id: number | undefined;
  readonly result: Result;

  constructor(message: string, { limit, spent, run_id, result, cause }: Overspending<Result>) {
    super(message, { cause });
    this.limit = limit;
    this.spent = spent;
    this.run_id = run_id;
    this.result = result;
  }
}

/** The run waits for a person, and no handler answers. */
export class UnansweredError<Request = unknown> extends Error {
  override readonly name = 'UnansweredError';
  /** The run; undefined where no event has said which it is. */
  readonly run_id: number | undefined;
  /** The pending permission request, where it is known. */
  readonly request: Request;

  constructor(message: string, run_id: number | undefined, request: Request) {
    super(message);
    this.run_id = run_id;
    this.request = request;
  }
}

/** A `for await` loop was too slow for its stream: so many values waited that no more were taken. */
export class BufferOverflowError extends Error {
  override readonly name = 'BufferOverflowError';
  /** How many values waited. */
  readonly buffer: number;

  constructor(buffer: number) {
    super(
      `${buffer} values wait for a loop that is slower than its stream; ` +
        'do less in the loop, or raise buffer',
    );
    this.buffer = buffer;
  }
}

/** A webhook's signature does not match its body, or its timestamp is out of tolerance. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}
