import {
  concat,
  defer,
  filter,
  firstValueFrom,
  fromEvent,
  map,
  merge,
  takeUntil,
  timer,
} from 'rxjs';
import { InvalidArgumentError } from '../../../lib/errors';
import type { Mark, Reading, RunLog } from '../../../lib/log/RunLog';
import { durableRequest, offsetOf } from './durableRequest';
import { textBody, type Ready } from './textBody';

/** How logs are read as Durable Streams. */
export interface DurableOptions {
  /**
   * The run that a request may read: an address is no credential. Where it gives none, the answer
   * is that there is no such stream.
   */
  readonly run: (request: Request) => string | undefined | Promise<string | undefined>;
  /**
   * What a reader is shown of an event, both as JSON; undefined for nothing. A log holds all that
   * the API told: arguments and results of tools, metadata, cost.
   */
  readonly show: (data: string) => string | undefined;
  /** Milliseconds that a long-poll waits for news. Default 20,000. */
  readonly wait?: number | undefined;
  /** Milliseconds between the comments that keep server-sent events alive. Default 15,000. */
  readonly keepAlive?: number | undefined;
}

type Fields = Readonly<Record<string, string>>;

const FIELDS: Fields = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};
const EVENTS: Fields = {
  ...FIELDS,
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

const refused = (status: number, why: string, fields?: Fields): Response =>
  new Response(why, { status, headers: { ...FIELDS, 'content-type': 'text/plain', ...fields } });
const missing = (): Response => refused(404, 'there is no such stream');
const lost = (): Response => refused(410, 'this stream holds something else; read it from -1 on');

/** What came as no JSON is a text. */
const asJson = (data: string): string => {
  try {
    JSON.parse(data);
    return data;
  } catch {
    return JSON.stringify(data);
  }
};

/** A server-sent event. The JSON of others may have line ends between its parts. */
const frame = (event: 'data' | 'control', data: string): string =>
  `event: ${event}\ndata:${data.split(/\r\n|\r|\n/).join('\ndata:')}\n\n`;

/** Where server-sent events begin. */
interface Beginning {
  /** What was read already; undefined where there was nothing yet. */
  readonly first: Reading | undefined;
  readonly after: Mark;
  /** The end of the stream: who has come to it is up to date. */
  readonly tail: Mark;
  readonly cursor: string;
}

const lastOf = (reading: Reading | undefined): Mark | undefined =>
  reading?.type === 'entries' ? reading.entries.at(-1) : undefined;

/**
 * The reading half of the Durable Streams protocol: GET and HEAD with offsets, long-poll and
 * server-sent events. The log of a run is a stream of JSON messages, one an event.
 *
 * An offset is a position with the fingerprint of all that was told up to it. So it outlives a log
 * that is lost and built again, if that one holds the same there, and is answered with 410 if not.
 * A stream is closed while nothing more will come: whether its run came to an end, the last message
 * says, and a reply opens it again.
 *
 * @returns a handler, which fails where `run`, `show` or the log does.
 * @throws InvalidArgumentError when a time is none that a timer knows.
 * @see https://github.com/durable-streams/durable-streams/blob/main/PROTOCOL.md
 */
export const durable = (
  log: RunLog,
  { run: runOf, show, wait = 20_000, keepAlive = 15_000 }: DurableOptions,
): ((request: Request) => Promise<Response>) => {
  for (const [name, time] of Object.entries({ wait, keepAlive })) {
    if (!(time >= 1 && time < 2 ** 31)) {
      throw new InvalidArgumentError(name, 'must be milliseconds, from 1 to 2,147,483,647');
    }
  }

  const messages = (reading: Reading | undefined): string => {
    const entries = reading?.type === 'entries' ? reading.entries : [];
    const shown = entries.map(({ data }) => show(data)).filter((data) => data !== undefined);
    return `[${shown.map(asJson).join(',')}]`;
  };

  /** What stands after a mark, or is there before the time is over. */
  const next = (run: string, after: Mark, { signal }: Request): Promise<Reading | undefined> => {
    const over = merge(timer(wait), fromEvent(signal, 'abort'));
    const news = log.read(run, { after }).pipe(takeUntil(over));
    return firstValueFrom(news, { defaultValue: undefined });
  };

  const events = (run: string, { first, after, tail, cursor }: Beginning): Response => {
    let mark = after;
    const tell = (reading: Reading | undefined): string => {
      mark = lastOf(reading) ?? mark;
      const array = messages(reading);
      const control = JSON.stringify({
        streamNextOffset: offsetOf(mark),
        ...(mark.pos >= tail.pos && { upToDate: true }),
        ...(reading?.type === 'closed' ? { streamClosed: true } : { streamCursor: cursor }),
      });
      return (array === '[]' ? '' : frame('data', array)) + frame('control', control);
    };
    // Of a log that was lost meanwhile nothing is told: who asks again, is told so by a status.
    const texts = (ready: Ready) =>
      concat(
        [first],
        defer(() => log.read(run, { after: mark, ready })),
      ).pipe(
        filter((reading) => reading?.type !== 'gone' && reading?.type !== 'rewound'),
        map(tell),
      );
    return new Response(textBody(texts, ': keep-alive\n\n', keepAlive), { headers: EVENTS });
  };

  return async (request) => {
    const { method, url } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      return refused(405, 'this stream is only read here', { allow: 'GET, HEAD' });
    }
    const run = await runOf(request);
    const stat = run === undefined ? undefined : await log.stat(run);
    if (run === undefined || stat === undefined) return missing();
    const { gen, at: tail, end } = stat;

    const fieldsAt = (mark: Mark, isClosed: boolean): Fields => ({
      ...FIELDS,
      'content-type': 'application/json',
      'stream-next-offset': offsetOf(mark),
      ...(isClosed && { 'stream-closed': 'true' }),
    });
    if (method === 'HEAD') {
      return new Response(null, { headers: fieldsAt(tail, end !== undefined) });
    }

    const asked = durableRequest(url);
    if (asked === undefined) return refused(400, 'an offset or a mode that this stream has not');
    const { after = tail, live, cursor } = asked;
    const isAtTail = offsetOf(after) === offsetOf(tail);
    const waits = live === 'long-poll' && end === undefined;
    const reading = isAtTail && !waits ? undefined : await next(run, after, request);
    if (reading?.type === 'gone') return missing();
    if (reading?.type === 'rewound') return lost();
    if (live === 'sse') return events(run, { first: reading, after, tail, cursor });

    const mark = lastOf(reading) ?? after;
    const isClosed = reading?.type === 'closed' || (end !== undefined && mark.pos === tail.pos);
    const etag = `"${gen}:${after.pos}:${mark.pos}${isClosed ? ':closed' : ''}"`;
    const headers: Fields = {
      ...fieldsAt(mark, isClosed),
      ...(mark.pos >= tail.pos && { 'stream-up-to-date': 'true' }),
      ...(live ? { 'stream-cursor': cursor } : { etag }),
    };
    if (live && mark === after) return new Response(null, { status: 204, headers });
    if (!live && request.headers.get('if-none-match') === etag) {
      return new Response(null, { status: 304, headers });
    }
    return new Response(messages(reading), { headers });
  };
};
