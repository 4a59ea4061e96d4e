import type * as fs from 'node:fs/promises';
import { concat, concatMap, delay, NEVER, from, of, throwError, type Observable } from 'rxjs';
import { allowed, oneOf, rule, type Rules } from '../allowed';
import { errorEnvelope } from '../answers';
import { builtin } from '../builtin';
import { sleep } from '../clock';
import { incomingOf } from '../request';
import { broken, streamOf, type Breaks } from '../streamOf';
import { actsIn, type Act, type Chunk } from './acts';
import { asked } from './asked';
import { match, nearestTo } from './matching';
import type { Cassette } from './record';
import { resplitted, type Redact } from './redact';
import { secrets as newSecrets } from './secrets';

/** How fast a cassette is played, and in what pieces. */
export interface PlayOptions {
  /**
   * `asap` (the default of {@link replay}) leaves the waits out; `real` keeps them, by RxJS's timers:
   * those a spec has put in their place drive it.
   */
  readonly pace?: 'asap' | 'real' | undefined;
  /** The bytes in other pieces than those recorded, wherever this seed has them. */
  readonly resplit?: number | undefined;
}

export interface ReplayOptions extends PlayOptions {
  /** The same as when it was recorded, where it changes what a request is made of. */
  readonly redact?: Redact | undefined;
}

export const playRules: Rules<PlayOptions> = { pace: oneOf('asap', 'real'), resplit: rule.whole };
export const replayRules: Rules<ReplayOptions> = { ...playRules, redact: rule.callback };

/** The body of an act, as it came; then as it ended: what was let go of stays open. */
export const bodyOf = (
  { chunks, ending, after }: Act,
  { pace, resplit: seed }: PlayOptions,
): Observable<Chunk> => {
  const pieces = seed === undefined ? chunks : resplitted(chunks, seed);
  const timed = (chunk: Chunk): Observable<Chunk> =>
    pace === 'real' ? of(chunk).pipe(delay(chunk.after)) : of(chunk);
  const rest = { after, bytes: new Uint8Array() };
  const endings = {
    end: () => from([]),
    reset: () => throwError(() => broken('terminated')),
    close: () => NEVER,
    stall: () => NEVER,
  };
  return concat(
    from(pieces).pipe(concatMap(timed)),
    timed(rest).pipe(concatMap(() => endings[ending]())),
  );
};

/**
 * A `fetch` that answers out of a cassette, and never otherwise. What is not in it is refused, with
 * what comes nearest; {@link Cassette.close} rejects then, and where something was not asked for.
 *
 * @example
 * ```ts
 * import { collectRun, createClient } from 'm8tes-rx';
 * import { replay } from 'm8tes-rx/testing';
 * import { lastValueFrom } from 'rxjs';
 *
 * const fetch = replay('cassettes/triage.ndjson', { resplit: 7 });
 * const { runs } = createClient({ fetch, apiKey: 'm8_replayed' });
 * const run$ = runs.create({ message: 'Which tickets are open?' });
 * console.log((await lastValueFrom(run$.pipe(collectRun()))).text);
 * await fetch.close();
 * ```
 *
 * @see record
 */
export const replay = (file: string, options: ReplayOptions = {}): Cassette => {
  allowed('', options, replayRules);
  return replayed(
    builtin<typeof fs>('node:fs/promises').then(({ readFile }) => readFile(file, 'utf8')),
    options,
  );
};

/** A `fetch` that answers out of a cassette that is being read. */
export const replayed = (reading: Promise<string>, options: ReplayOptions): Cassette => {
  const loading = reading.then((text) => {
    const acts = actsIn(text);
    return { acts, unused: [...acts] };
  });
  loading.catch(() => {}); // each request rejects with it, and so does `close`
  const secrets = newSecrets();
  const open: Breaks = new Set();
  const problems: string[] = [];

  const fetch = async (
    input: string | URL | Request,
    init: RequestInit = {},
  ): Promise<Response> => {
    const { signal: given, ...rest } = init;
    const signal = given ?? undefined;
    signal?.throwIfAborted();
    const { acts, unused } = await loading;
    const question = asked(await incomingOf(new Request(input, rest)), secrets, options.redact);
    const act = match(question, unused);
    if (act === undefined) {
      const why =
        `${question.method} ${question.path} is not in the cassette. ` +
        nearestTo(question, acts, unused);
      problems.push(why);
      // A refusal is shown, where a fetch that rejects is only a network that failed, and tried again.
      const envelope = errorEnvelope({ status: 400, message: why, error_code: 'not_recorded' });
      return Response.json(envelope, { status: 400 });
    }
    unused.splice(unused.indexOf(act), 1);
    const { answer, ending } = act;
    const never = new AbortController().signal;
    const wait = (ms: number) => (options.pace === 'real' ? sleep(ms, signal ?? never) : undefined);
    if (answer === undefined) {
      await wait(act.after);
      if (ending !== 'reset') await sleep(Infinity, signal ?? never);
      throw broken('fetch failed');
    }
    await wait(answer.after);
    const { status, headers } = answer;
    const body =
      status === 204 || status === 304 ? null : streamOf(bodyOf(act, options), signal, open);
    return new Response(body, { status, headers });
  };

  const close = async (): Promise<void> => {
    for (const breakOff of open) breakOff();
    const { unused } = await loading;
    const left = unused.map(({ method, path }) => `${method} ${path} was not asked for`);
    const all = [...problems, ...left];
    if (all.length > 0) throw new Error(`the cassette was not followed:\n${all.join('\n')}`);
  };
  return Object.assign(fetch, { close });
};
