import type * as fs from 'node:fs/promises';
import { allowed, rule, type Rules } from '../allowed';
import { builtin } from '../builtin';
import { realTime } from '../clock';
import { incomingOf } from '../request';
import { header, linesOf, type Act, type Chunk, type Ending } from './acts';
import { asked } from './asked';
import { framed, redacted, type Redact } from './redact';
import { secrets as newSecrets } from './secrets';

/** A `fetch` that goes by a cassette: into it, or out of it. */
export interface Cassette {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * Ends it, in every mode: a recording is written to its end; a replay rejects where a request was
   * not in the cassette, or an act of it was not asked for, and says which and what was nearest.
   */
  readonly close: () => Promise<void>;
}

/** What a `fetch` is called as. */
export type FetchLike = (input: string, init: RequestInit) => Promise<Response>;

/** How a cassette is recorded. */
export interface RecordOptions {
  /** What is written in place of a parsed body: a request's, a JSON answer's, a frame's of a stream. */
  readonly redact?: Redact | undefined;
  /** One frame of a stream a line, in place of the chunks as the network cut them. */
  readonly normalize?: boolean | undefined;
}

export const recordRules: Rules<RecordOptions> = { redact: rule.callback, normalize: rule.flag };

/** An act that goes on. */
interface Going {
  /** What is written of it, as it is now. */
  readonly lines: () => readonly string[];
}

/**
 * A `fetch` that writes what goes over it to a file, as it goes: every connection in order, each
 * chunk as the network cut it, and when. Keys, cookies and other headers than a few are not written.
 *
 * @example
 * ```ts
 * import { createClient } from 'm8tes-rx';
 * import { record } from 'm8tes-rx/testing';
 * import { lastValueFrom } from 'rxjs';
 *
 * const fetch = record(globalThis.fetch, 'cassettes/triage.ndjson');
 * const client = createClient({ fetch });
 * await lastValueFrom(client.runs.create({ message: 'Which tickets are open?' }));
 * await fetch.close();
 * ```
 *
 * @see replay
 */
export const record = (fetch: FetchLike, file: string, options: RecordOptions = {}): Cassette => {
  allowed('', options, recordRules);
  const { redact, normalize = false } = options;
  const secrets = newSecrets();
  const acts: Going[] = [];
  const recorded = new Date();

  let writing: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    writing = writing.then(async () => {
      const { mkdir, writeFile } = await builtin<typeof fs>('node:fs/promises');
      const lines = [header(recorded), ...acts.flatMap(({ lines }) => lines())];
      const folder = file.replace(/[^\\/]*$/, '');
      if (folder !== '') await mkdir(folder, { recursive: true });
      await writeFile(file, `${lines.join('\n')}\n`);
    });
    return writing;
  };

  const recording = async (
    input: string | URL | Request,
    init: RequestInit = {},
  ): Promise<Response> => {
    const { signal, ...rest } = init;
    const request = new Request(input, rest);
    const question = asked(await incomingOf(request.clone()), secrets, redact);
    const { method, path } = question;
    const chunks: Chunk[] = [];
    let answer: Act['answer'] = undefined;
    let ending: Ending = 'stall';
    let ended = 0;
    let then = realTime();
    const since = (): number => {
      const now = realTime();
      const after = Math.max(0, Math.round(now - then));
      then = now;
      return after;
    };
    const shown = (): readonly Chunk[] => {
      const type = answer?.headers['content-type'] ?? '';
      const isStream = type.startsWith('text/event-stream');
      const whole =
        redact === undefined ? chunks : redacted(chunks, type, redact, { method, path });
      return secrets.chunks(normalize && isStream ? framed(whole) : whole);
    };
    acts.push({
      lines: () =>
        linesOf({ ...question, ...(answer && { answer }), chunks: shown(), ending, after: ended }),
    });
    const end = (how: Ending): void => {
      if (ending !== 'stall') return;
      ending = how;
      ended = since();
      write().catch(() => {}); // `close` tells of it
    };

    let response: Response;
    try {
      response = await fetch(request.url, {
        ...(input instanceof Request ? await initOf(request) : rest),
        ...(signal && { signal }),
      });
    } catch (error) {
      end(signal?.aborted === true ? 'close' : 'reset');
      throw error;
    }
    const { status, statusText, headers, body } = response;
    answer = { status, headers: secrets.answered(headers), after: since() };
    if (body === null) {
      end('end');
      return response;
    }
    const heard = (bytes: Uint8Array): void => void chunks.push({ after: since(), bytes });
    return new Response(overheard(body, heard, end), { status, statusText, headers });
  };
  return Object.assign(recording, { close: write });
};

/** A request as the second of what `fetch` takes. */
const initOf = async (request: Request): Promise<RequestInit> => {
  const { method, headers, redirect, signal } = request;
  const body = await request.arrayBuffer();
  return { method, headers, redirect, signal, ...(body.byteLength > 0 && { body }) };
};

/** A body that is read through, as it is read. */
const overheard = (
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  heard: (bytes: Uint8Array) => void,
  end: (how: Ending) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (done) {
            end('end');
            controller.close();
          } else {
            heard(value.slice());
            controller.enqueue(value);
          }
        } catch (error) {
          end('reset');
          controller.error(error);
        }
      },
      cancel: (reason) => {
        end('close');
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
};
