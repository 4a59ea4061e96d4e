import { refusal } from './answers';
import { fromLatin1, latin1Of, textOf } from './bytes';
import type { HeldFile } from './runs/HeldRun';

/** A request, read to its end. */
export interface Incoming {
  readonly method: string;
  /** Its path, with the query. */
  readonly url: string;
  /** By their names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** What it carries; a form may come as it was made, unwritten. */
  readonly bytes: Uint8Array | FormData;
}

/** What a request carries. */
interface Content {
  readonly body: unknown;
  readonly files: readonly HeldFile[];
}

const parsed = (text: string): unknown => {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refusal(422, 'body: must be JSON');
  }
};

/** What a request carries, as text; of a form that was not written, its payload. */
export const textIn = (bytes: Incoming['bytes']): string =>
  bytes instanceof FormData ? payloadOf(bytes.get('payload')) : textOf(bytes);

const payloadOf = (payload: string | File | null): string =>
  typeof payload === 'string' ? payload : '';

/** A request of the platform's, once it is read. */
export const incomingOf = async (request: Request): Promise<Incoming> => {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    url: pathname + search,
    headers: Object.fromEntries(request.headers),
    bytes: new Uint8Array(await request.arrayBuffer()),
  };
};

/** JSON; or a form, where the route takes files. */
export const contentOf = ({ headers, bytes }: Incoming, withFiles: boolean): Content => {
  if (!withFiles) return { body: parsed(textIn(bytes)), files: [] };
  const { payload, files } =
    bytes instanceof FormData
      ? { payload: textIn(bytes), files: bytes.getAll('files').map(given) }
      : multipart(bytes, headers['content-type'] ?? '');
  return { body: parsed(payload), files };
};

/** One part of a form. */
interface Part {
  readonly name: string;
  readonly filename?: string | undefined;
  readonly type?: string | undefined;
  readonly bytes: Uint8Array;
}

/** What a form holds: the JSON body as text, and files. */
interface Form {
  readonly payload: string;
  readonly files: readonly HeldFile[];
}

const quoted = (headers: string, parameter: string): string | undefined => {
  const text = new RegExp(`[; ]${parameter}="([^"]*)"`, 'i').exec(headers)?.[1];
  return text?.replace(/%(22|0D|0A)/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
};

const part = (text: string): Part | undefined => {
  const gap = text.indexOf('\r\n\r\n');
  if (gap < 0) return undefined;
  const headers = textOf(fromLatin1(text.slice(0, gap)));
  return {
    name: quoted(headers, 'name') ?? '',
    filename: quoted(headers, 'filename'),
    type: /^content-type:\s*(.+)$/im.exec(headers)?.[1]?.trim(),
    bytes: fromLatin1(text.slice(gap + 4, -2)), // the line break belongs to the boundary
  };
};

/** "`payload` = the JSON body as text, `files` = one part a file, each with a content type." [wire §1] */
const multipart = (body: Uint8Array, contentType: string): Form => {
  const [, inQuotes, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = inQuotes ?? bare;
  if (boundary === undefined) throw refusal(422, 'body: must be multipart/form-data');
  const parts = latin1Of(body)
    .split(`--${boundary}`)
    .flatMap((text) => part(text) ?? []);
  const payload = parts.find(({ name }) => name === 'payload');
  if (payload === undefined) throw refusal(422, 'payload: is required');
  return {
    payload: textOf(payload.bytes),
    files: parts.filter(({ name }) => name === 'files').map(fileOf),
  };
};

const given = (file: string | File): HeldFile => {
  if (typeof file === 'string') throw refusal(422, 'files: a part has no content type');
  return named({ name: file.name, type: file.type, bytes: file });
};

const fileOf = ({ filename = '', type, bytes }: Part): HeldFile => {
  if (type === undefined) throw refusal(422, 'files: a part has no content type');
  return named({ name: filename, type, bytes });
};

/** "Flat names only." */
const named = (file: HeldFile): HeldFile => {
  if (/^\.{0,2}$|[/\\]/.test(file.name)) throw refusal(422, 'files: a name must be one flat name');
  return file;
};
