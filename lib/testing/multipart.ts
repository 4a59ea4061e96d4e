import { refusal } from './refusal';
import type { HeldFile } from './runs/HeldRun';

/** One part of a form. */
interface Part {
  readonly name: string;
  readonly filename?: string | undefined;
  readonly type?: string | undefined;
  readonly bytes: Buffer;
}

/** What a form holds: the JSON body as text, and files. */
export interface Form {
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
  const headers = Buffer.from(text.slice(0, gap), 'latin1').toString();
  return {
    name: quoted(headers, 'name') ?? '',
    filename: quoted(headers, 'filename'),
    type: /^content-type:\s*(.+)$/im.exec(headers)?.[1]?.trim(),
    bytes: Buffer.from(text.slice(gap + 4, -2), 'latin1'), // the line break belongs to the boundary
  };
};

/** "`payload` = the JSON body as text, `files` = one part a file, each with a content type." [wire §1] */
export const multipart = (body: Buffer, contentType: string): Form => {
  const [, inQuotes, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = inQuotes ?? bare;
  if (boundary === undefined) throw refusal(422, 'body: must be multipart/form-data');
  const parts = body
    .toString('latin1')
    .split(`--${boundary}`)
    .flatMap((text) => part(text) ?? []);
  const payload = parts.find(({ name }) => name === 'payload');
  if (payload === undefined) throw refusal(422, 'payload: is required');
  return {
    payload: payload.bytes.toString(),
    files: parts.filter(({ name }) => name === 'files').map(file),
  };
};

const file = ({ filename = '', type, bytes }: Part): HeldFile => {
  if (type === undefined) throw refusal(422, 'files: a part has no content type');
  // "Flat names only."
  if (/^\.{0,2}$|[/\\]/.test(filename)) throw refusal(422, 'files: a name must be one flat name');
  return { name: filename, type, bytes };
};
