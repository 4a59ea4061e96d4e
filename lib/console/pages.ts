import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const types: { readonly [name: string]: string } = {
  'index.html': 'text/html',
  'console.js': 'text/javascript',
  'console.css': 'text/css',
};

/** What a run says is shown in a page that can do much: so what it says must not be able to do any of it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types dompurify',
].join('; ');

/** What goes with every answer, whatever it is. */
const guards: { readonly [header: string]: string } = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** An answer as a browser may have it. */
export const guarded = (answer: Response): Response => {
  for (const [name, value] of Object.entries(guards)) answer.headers.set(name, value);
  return answer;
};

/** The page's files by the path of each, read once: what is not among them cannot be asked for. */
export const pages = async (folder: string): Promise<ReadonlyMap<string, () => Response>> => {
  const read = Object.entries(types).map(async ([name, type]) => {
    const body = await readFile(join(folder, name));
    const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' };
    const page = (): Response => new Response(body, { headers });
    return [name === 'index.html' ? '/' : `/${name}`, page] as const;
  });
  return new Map(await Promise.all(read));
};

/** What the console says of itself: of one moment, and for nobody in between to keep. */
export const told = (body: object, status = 200): Response =>
  Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
