/**
 * The writing half of the Durable Streams protocol, as far as its public suite needs it: PUT, POST
 * and DELETE on the verbs of a RunLog. For the spec only: what writes a run is the API.
 */
import { createHash } from 'node:crypto';
import { memoryLog } from '../../../lib/log/memoryLog';
import type { Frame, Mark, RunLog } from '../../../lib/log/RunLog';
import { offsetOf } from './durableRequest';

/** A stream: a log of its own, which lives as long as the stream is to. */
export interface Stream {
  readonly log: RunLog;
  readonly contentType: string;
  /** What it was made with; a repeat has to say the same. */
  readonly made: string;
  /** When it is over, whatever happens to it, as `Date.now()`. */
  readonly until: number;
  readonly epoch: number;
  readonly producers: Map<string, { epoch: number; seq: number }>;
  at: Mark;
  isClosed: boolean;
  /** The last `Stream-Seq`. */
  seq: string;
}

/** The one run of a stream's log. */
export const RUN = 'stream';
const OWNER = 'writer';
const LEASE = 60_000;

const NUMBER = /^(0|[1-9]\d*)$/;

const answer = (status: number, headers: object = {}): Response =>
  new Response(null, { status, headers: { 'x-content-type-options': 'nosniff', ...headers } });
const invalid = () => answer(400);

const typeOf = (contentType: string): string => contentType.split(';')[0]!.trim().toLowerCase();
export const isJson = ({ contentType }: Pick<Stream, 'contentType'>): boolean =>
  typeOf(contentType) === 'application/json';

/**
 * What a body is as messages; undefined where it is no JSON, of a stream of JSON. A log holds
 * nothing but JSON: the bytes of other streams are texts in it, a character a byte.
 */
const messagesOf = (
  stream: Pick<Stream, 'contentType'>,
  body: Buffer,
): readonly string[] | undefined => {
  if (body.length === 0) return [];
  if (!isJson(stream)) return [JSON.stringify(body.toString('latin1'))];
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return Array.isArray(parsed) ? parsed.map((one) => JSON.stringify(one)) : [body.toString()];
  } catch {
    return undefined;
  }
};

const append = async (
  stream: Stream,
  messages: readonly string[],
  close: boolean,
): Promise<boolean> => {
  let { fingerprint } = stream.at;
  const frames = messages.map((data): Frame => {
    fingerprint = createHash('sha1').update(fingerprint).update(data).digest('hex').slice(0, 16);
    return { data, fingerprint };
  });
  const appended = await stream.log.append({
    ...{ run: RUN, owner: OWNER, epoch: stream.epoch, lease: LEASE },
    ...{ from: stream.at.pos, frames, close: close ? 'ended' : undefined },
  });
  if (appended.type !== 'appended') return false;
  stream.at = { pos: appended.pos, fingerprint };
  stream.isClosed ||= close;
  return true;
};

/** What PUT, POST and DELETE answer. */
export const writing = () => {
  const streams = new Map<string, Stream>();

  /** A stream that is not over. */
  const find = async (path: string): Promise<Stream | undefined> => {
    const stream = streams.get(path);
    const isThere = stream && Date.now() < stream.until && (await stream.log.stat(RUN));
    if (!isThere) streams.delete(path);
    return isThere ? stream : undefined;
  };
  const standing = (stream: Stream) => ({
    'stream-next-offset': offsetOf(stream.at),
    ...(stream.isClosed && { 'stream-closed': 'true' }),
  });

  const put = async ({ headers, url }: Request, path: string, body: Buffer): Promise<Response> => {
    const contentType = headers.get('content-type') ?? 'application/octet-stream';
    const [ttl, expires] = [headers.get('stream-ttl'), headers.get('stream-expires-at')];
    if (ttl !== null && (expires !== null || !NUMBER.test(ttl))) return invalid();
    const until = expires === null ? Infinity : Date.parse(expires);
    const closes = headers.get('stream-closed') === 'true';
    const messages = messagesOf({ contentType }, body);
    if (Number.isNaN(until) || messages === undefined) return invalid();
    const made = JSON.stringify([typeOf(contentType), ttl, expires, closes]);
    const known = await find(path);
    if (known !== undefined) {
      return answer(known.made === made ? 200 : 409, {
        'content-type': known.contentType,
        ...standing(known),
      });
    }
    const log = memoryLog(ttl === null ? {} : { retention: Math.max(1, Number(ttl) * 1_000) });
    const acquired = await log.acquire(RUN, OWNER, LEASE);
    if (acquired.type !== 'yours') throw new Error('a new log is somebody else’s');
    const { epoch, at } = acquired;
    const stream: Stream = {
      ...{ log, contentType, made, until, epoch, at },
      ...{ producers: new Map(), isClosed: false, seq: '' },
    };
    streams.set(path, stream);
    await append(stream, messages, closes);
    return answer(201, { 'content-type': contentType, location: url, ...standing(stream) });
  };

  const post = async ({ headers }: Request, path: string, body: Buffer): Promise<Response> => {
    const stream = await find(path);
    if (stream === undefined) return answer(404);
    const closes = headers.get('stream-closed') === 'true';
    const given = ['producer-id', 'producer-epoch', 'producer-seq'].map((name) =>
      headers.get(name),
    );
    const [producer, epochText, seqText] = given;
    const isProduced = given.some((header) => header !== null);
    const isNumbered = [epochText, seqText].every((text) => NUMBER.test(text ?? ''));
    if (isProduced && (!producer || !isNumbered)) return invalid();
    const [epoch, seq] = [Number(epochText), Number(seqText)];
    if (body.length === 0 && !closes) return invalid();
    if (body.length > 0) {
      const contentType = headers.get('content-type');
      if (contentType === null) return invalid();
      if (typeOf(contentType) !== typeOf(stream.contentType)) return answer(409);
    }
    const messages = messagesOf(stream, body);
    if (messages === undefined || (messages.length === 0 && body.length > 0)) return invalid();

    const last = isProduced ? stream.producers.get(producer!) : undefined;
    const produced = (seq: number) => ({ 'producer-epoch': `${epoch}`, 'producer-seq': `${seq}` });
    if (isProduced) {
      if (last && epoch < last.epoch) return answer(403, { 'producer-epoch': `${last.epoch}` });
      if (last && epoch > last.epoch && seq !== 0) return invalid();
      if (last?.epoch === epoch && seq <= last.seq) {
        return answer(204, { ...standing(stream), ...produced(last.seq) });
      }
      const expected = last?.epoch === epoch ? last.seq + 1 : 0;
      if (seq !== expected && !stream.isClosed) {
        return answer(409, {
          'producer-expected-seq': `${expected}`,
          'producer-received-seq': `${seq}`,
        });
      }
    }
    if (stream.isClosed) {
      const isRepeat = body.length === 0 && !isProduced;
      return answer(isRepeat ? 204 : 409, standing(stream));
    }
    const streamSeq = headers.get('stream-seq');
    if (streamSeq !== null && streamSeq <= stream.seq) return answer(409, standing(stream));

    if (!(await append(stream, messages, closes))) return answer(404);
    if (streamSeq !== null) stream.seq = streamSeq;
    if (isProduced) stream.producers.set(producer!, { epoch, seq });
    return answer(isProduced && body.length > 0 ? 200 : 204, {
      ...standing(stream),
      ...(isProduced && produced(seq)),
    });
  };

  /** One after the other, as a log wants its writer. */
  let queue: Promise<unknown> = Promise.resolve();
  return {
    find,
    write: (request: Request, body: Buffer): Promise<Response> => {
      const { pathname: path } = new URL(request.url);
      const write = async (): Promise<Response> => {
        switch (request.method) {
          case 'PUT':
            return put(request, path, body);
          case 'POST':
            return post(request, path, body);
          case 'DELETE':
            return answer((await find(path)) && streams.delete(path) ? 204 : 404);
          default:
            return answer(405);
        }
      };
      const written = queue.then(write);
      queue = written.catch(() => undefined);
      return written;
    },
  };
};
