import { concat, concatMap, delay, from, map, NEVER, of, throwError, type Observable } from 'rxjs';
import { errorEnvelope } from '../answers';
import { utf8 } from '../bytes';
import { bySchedulers } from '../clock';
import type { Incoming } from '../request';
import { broken } from '../streamOf';
import { actsIn, type Act, type Chunk } from './acts';
import { asked } from './asked';
import { match, nearestTo } from './matching';
import { resplitted, type Redact } from './redact';
import { secrets as newSecrets } from './secrets';

/** How fast a cassette is played, and in what pieces. */
export interface PlayOptions {
  /**
   * `asap` (the default of {@link replay}) leaves the waits out. `real` and `virtual` keep them, by
   * RxJS's timers: those a spec has put in their place drive them, and so does a `TestScheduler`;
   * `virtual` is for a transport alone, and refuses to be a `fetch`.
   */
  readonly pace?: 'asap' | 'real' | 'virtual' | undefined;
  /** The bytes in other pieces than those recorded, wherever this seed has them. */
  readonly resplit?: number | undefined;
}

/** An answer out of a cassette. */
export interface Played {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Observable<Chunk>;
}

/** A cassette that is being played. */
export interface Tape {
  /** What answers a request: the act that fits, or a refusal that says what comes nearest. */
  readonly play: (request: Incoming) => Observable<Played>;
  /** What was asked for and is not in it, and what is in it and was not asked for. */
  readonly problems: () => readonly string[];
}

/** The body of an act, as it came; then as it ended: what was let go of stays open. */
export const bodyOf = (
  { chunks, ending, after }: Act,
  { pace = 'asap', resplit: seed }: PlayOptions,
): Observable<Chunk> => {
  const pieces = seed === undefined ? chunks : resplitted(chunks, seed);
  const timed = (chunk: Chunk): Observable<Chunk> =>
    pace === 'asap' ? of(chunk) : of(chunk).pipe(delay(chunk.after));
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

/** What came of a request. It errors where its connection broke off before any answer. */
const played = (act: Act, options: PlayOptions): Observable<Played> => {
  const { answer, ending, after } = act;
  const { pace = 'asap' } = options;
  const rest = (ms: number): Observable<unknown> => bySchedulers(pace === 'asap' ? 0 : ms);
  if (answer !== undefined) {
    const { status, headers } = answer;
    return rest(answer.after).pipe(map(() => ({ status, headers, body: bodyOf(act, options) })));
  }
  const lost = throwError(() => broken('fetch failed'));
  return rest(after).pipe(concatMap(() => (ending === 'reset' ? lost : NEVER)));
};

/** A refusal is shown, where a request without an answer is a network that failed, and tried again. */
const refused = (why: string): Observable<Played> => {
  const envelope = errorEnvelope({ status: 400, message: why, error_code: 'not_recorded' });
  const body = of({ after: 0, bytes: utf8(JSON.stringify(envelope)) });
  return of({ status: 400, headers: { 'content-type': 'application/json' }, body });
};

/** A cassette to be played: each act answers once. */
export const tape = (
  text: string,
  options: PlayOptions & { readonly redact?: Redact | undefined },
): Tape => {
  const acts = actsIn(text);
  const unused = [...acts];
  const secrets = newSecrets();
  const unknown: string[] = [];
  return {
    play: (request) => {
      const question = asked(request, secrets, options.redact);
      const act = match(question, unused);
      if (act === undefined) {
        const { method, path } = question;
        const nearest = nearestTo(question, acts, unused);
        const why = `${method} ${path} is not in the cassette. ${nearest}`;
        unknown.push(why);
        return refused(why);
      }
      unused.splice(unused.indexOf(act), 1);
      return played(act, options);
    },
    problems: () => [
      ...unknown,
      ...unused.map(({ method, path }) => `${method} ${path} was not asked for`),
    ],
  };
};
