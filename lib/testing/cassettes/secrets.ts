import { fromLatin1, latin1Of } from '../bytes';
import type { Chunk } from './acts';

/** Headers that are written, and no others: a list of what is secret would always lack one. */
const asked: ReadonlySet<string> = new Set(['accept', 'content-type', 'idempotency-key']);
const answered: ReadonlySet<string> = new Set([
  ...['content-type', 'retry-after', 'idempotent-replay', 'x-request-id'],
]);

/** Of them, those whose value is another each time. */
const varying = /^(idempotency-key|x-request-id)$/;

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** What looks like a key or a signing secret, whose ever it is. */
const KEYS = String.raw`\bm8_[\w-]{8,}|\bwhsec_[\w-]{8,}|\bBearer\s+[\w.~+/-]{8,}=*`;

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** What a secret becomes: its kind, and nothing of it. */
const masked = (secret: string): string => `${/^(?:m8_|whsec_)/.exec(secret)?.[0] ?? ''}#`;

/** What keeps the secrets of one recording, and numbers what is another each time. */
export interface Secrets {
  /** The headers of a request that are written. From then on its key is known. */
  readonly asked: (headers: Headers) => { readonly [name: string]: string };
  readonly answered: (headers: Headers) => { readonly [name: string]: string };
  /** Text without secrets; ids that vary are numbered. */
  readonly text: (text: string) => string;
  /** The same of every text in a body. */
  readonly body: (body: unknown) => unknown;
  /** Bytes without secrets, also where the network cut one. */
  readonly chunks: (chunks: readonly Chunk[]) => readonly Chunk[];
}

/** The secrets of a recording. */
export const secrets = (): Secrets => {
  const keys = new Set<string>();
  const numbers = new Map<string, string>();

  const learn = (authorization: string | null): void => {
    const key = authorization?.replace(/^\S+\s+/, '') ?? '';
    if (key !== '') keys.add(key).add(JSON.stringify(key).slice(1, -1));
  };
  const pattern = (): RegExp =>
    new RegExp(
      [...[...keys].sort((a, b) => b.length - a.length).map(literal), KEYS].join('|'),
      'g',
    );
  const numbered = (id: string): string => {
    const number = numbers.get(id) ?? `#${numbers.size + 1}`;
    numbers.set(id, number);
    return number;
  };
  const text = (given: string): string => given.replace(pattern(), masked).replace(UUID, numbered);
  const body = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(body);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [text(name), body(field)]),
    );
  };
  /** Those of a list, in its order. The boundary of a form is another each time. */
  const listed = (headers: Headers, names: ReadonlySet<string>) =>
    Object.fromEntries(
      [...headers]
        .filter(([name]) => names.has(name))
        .map(([name, value]) => [
          name,
          varying.test(name) ? numbered(value) : text(value).replace(/; boundary=.*/, ''),
        ]),
    );

  return {
    asked: (headers) => {
      learn(headers.get('authorization'));
      return listed(headers, asked);
    },
    answered: (headers) => listed(headers, answered),
    text,
    body,
    chunks: (chunks) => without(chunks, pattern()),
  };
};

/** Chunks in which what is found, across them too, is masked: in the first of those that hold it. */
const without = (chunks: readonly Chunk[], pattern: RegExp): readonly Chunk[] => {
  const whole = chunks.map(({ bytes }) => latin1Of(bytes)).join('');
  const found = [...whole.matchAll(pattern)].map(({ 0: secret, index }) => ({
    secret,
    from: index,
    to: index + secret.length,
  }));
  if (found.length === 0) return chunks;
  let start = 0;
  return chunks.map(({ after, bytes }) => {
    const end = start + bytes.length;
    let text = '';
    let at = start;
    for (const { secret, from, to } of found) {
      if (to <= at || from >= end) continue;
      text += whole.slice(at, Math.max(at, from)) + (from >= start ? masked(secret) : '');
      at = Math.min(to, end);
    }
    text += whole.slice(at, end);
    start = end;
    return { after, bytes: fromLatin1(text) };
  });
};
