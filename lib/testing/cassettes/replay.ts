import type * as fs from 'node:fs';
import { catchError, defer, firstValueFrom, map, Subject, takeUntil } from 'rxjs';
import { InvalidArgumentError } from '../../errors';
import { abortable } from '../../http/abortable';
import { unanswered, type Transport } from '../../http/Transport';
import { allowed, oneOf, rule, type Rules } from '../allowed';
import { builtin, builtinNow } from '../builtin';
import { incomingOf } from '../request';
import { broken, streamOf, type Breaks } from '../streamOf';
import { incoming, outgoing } from '../transport';
import type { Cassette } from './record';
import type { Redact } from './redact';
import { tape, type PlayOptions, type Tape } from './tape';

export interface ReplayOptions extends PlayOptions {
  /** The same as when it was recorded, where it changes what a request is made of. */
  readonly redact?: Redact | undefined;
}

export const playRules: Rules<PlayOptions> = {
  pace: oneOf('asap', 'real', 'virtual'),
  resplit: rule.whole,
};
export const replayRules: Rules<ReplayOptions> = { ...playRules, redact: rule.callback };

/** A cassette that is played: a `fetch`, and the same below one. */
export interface Replay extends Cassette {
  /** For `createClient({ transport })`: without a Promise, and so in virtual time as well. */
  readonly transport: Transport;
}

/** A cassette's text, or where it is. */
interface Source {
  readonly now: () => string;
  readonly later: () => Promise<string>;
}

/** A text that is there. */
export const textOf = (text: string): Source => ({
  now: () => text,
  later: () => Promise.resolve(text),
});

/** What begins as a cassette does is one, and no name of a file. */
const sourceOf = (cassette: string): Source => {
  if (/^\s*\{/.test(cassette)) return textOf(cassette);
  return {
    now: () => {
      const node = builtinNow<typeof fs>('node:fs');
      if (node !== undefined) return node.readFileSync(cassette, 'utf8');
      throw new InvalidArgumentError(
        'cassette',
        'cannot be read at once here, but by Node 20.16 and newer: give its text in place of its name',
      );
    },
    later: async () => (await builtin<typeof fs>('node:fs')).readFileSync(cassette, 'utf8'),
  };
};

/**
 * What answers out of a cassette, and never otherwise: a `fetch`; or its `transport`, with which a whole
 * client goes in virtual time. What is not in it is refused, with what comes nearest;
 * {@link Cassette.close} rejects then, and where something was not asked for.
 *
 * @param cassette the name of its file, or its text.
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
 * @see cassetteOf for the cassette of a run that a relay's log has kept
 */
export const replay = (cassette: string, options: ReplayOptions = {}): Replay => {
  allowed('', options, replayRules);
  return replayed(sourceOf(cassette), options);
};

/** What answers out of a cassette that has yet to be read. */
export const replayed = ({ now, later }: Source, options: ReplayOptions): Replay => {
  let known: Tape | undefined;
  const open: Breaks = new Set();
  const closing = new Subject<void>();
  const closed = closing.pipe(
    map((): never => {
      throw broken('terminated');
    }),
  );

  const fetch = async (
    input: string | URL | Request,
    init: RequestInit = {},
  ): Promise<Response> => {
    if (options.pace === 'virtual') {
      const why =
        'virtual is for createClient({ transport: replay(…).transport }): a fetch has Promises';
      throw new InvalidArgumentError('pace', why);
    }
    const { signal: given, ...rest } = init;
    const signal = given ?? undefined;
    signal?.throwIfAborted();
    const text = await later();
    const request = await incomingOf(new Request(input, rest));
    const answer$ = (known ??= tape(text, options)).play(request);
    const { status, headers, body } = await firstValueFrom(answer$.pipe(abortable(signal)));
    const bytes = status === 204 || status === 304 ? null : streamOf(body, signal, open);
    return new Response(bytes, { status, headers });
  };

  const transport: Transport = (request) =>
    defer(() =>
      (known ??= tape(now(), options)).play(incoming(request)).pipe(
        map((played) => outgoing(played, played.body.pipe(takeUntil(closed)))),
        catchError(() => {
          throw unanswered(request, 'ECONNRESET');
        }),
      ),
    );

  const close = async (): Promise<void> => {
    for (const breakOff of open) breakOff();
    closing.next();
    const problems = (known ??= tape(await later(), options)).problems();
    if (problems.length > 0) {
      throw new Error(`the cassette was not followed:\n${problems.join('\n')}`);
    }
  };
  return Object.assign(fetch, { transport, close });
};
