import type { Answer } from './Answer';
import { emptyAnswer } from './emptyAnswer';
import { jsonAnswer } from './jsonAnswer';
import type { Asked } from './readAsked';
import { refusal } from './refusal';
import { match } from './routes/match';
import type { Found } from './routes/routes';
import type { World } from './World';

/** Where a request goes: to a route, or nowhere and is told so. */
export type Target = { readonly query: URLSearchParams } & (
  | { readonly found: Found; readonly otherwise?: never }
  | { readonly found?: undefined; readonly otherwise: Answer }
);

const BASE = '/api/v2';

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    throw refusal(400, 'path: is not percent-encoded text');
  }
};

/** "The server decodes the path *before* routing, so an encoded slash picks another route." [wire §1] */
export const target = ({ method, url }: Asked, { origin }: World): Target => {
  const { pathname, search, searchParams: query } = new URL(url, 'http://localhost');
  const path = decoded(pathname);
  const found = path.startsWith(`${BASE}/`)
    ? match(method, path.slice(BASE.length))
    : 'no such path';
  if (typeof found === 'object') return { query, found };
  if (found === 'other slash') {
    const other = pathname.endsWith('/') ? pathname.slice(0, -1) : `${pathname}/`;
    const headers = { location: `${origin}${other}${search}` };
    return { query, otherwise: { ...emptyAnswer, status: 307, headers } };
  }
  // What the framework says, before the API has a say. [wire §1 Errors]
  const [status, detail] =
    found === 'no such method' ? [405, 'Method Not Allowed'] : [404, 'Not Found'];
  return { query, otherwise: jsonAnswer({ detail }, status) };
};
