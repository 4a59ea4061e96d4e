import { emptyAnswer, jsonAnswer, refusal, type Answer } from './answers';
import { contentOf, type Incoming } from './request';
import { match, type Found } from './routes/routes';
import { newAccount, type Account, type World } from './World';

/** Does what a request wants, once. Throws a refusal. */
export const respond = (world: World, request: Incoming, target: Target): Answer => {
  const { found, query } = target;
  if (found === undefined) return target.otherwise;
  const { route, params } = found;
  const account = accountOf(world, request.headers.authorization);
  const key = route.idempotent ? String(request.headers['idempotency-key'] ?? '') : '';

  const bound = account.bound.get(key);
  if (bound !== undefined) {
    // [wire §2] "Status 200, header `Idempotent-Replay`, and JSON even when a stream was asked for."
    const replay = jsonAnswer({ ...bound.held.record, ...bound.fields });
    return { ...replay, headers: { ...replay.headers, 'idempotent-replay': 'true' } };
  }
  const { body, files } = contentOf(request, route.path.endsWith('/with-files'));
  const answer = route.handle({ world, account, params, query, body, files });
  if (key !== '' && answer.made !== undefined) account.bound.set(key, answer.made);
  return answer;
};

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
export const target = ({ method, url }: Incoming, { origin }: World): Target => {
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

/** "No key, or one that is not a key: 401. Any key that begins with `m8_` is an account." [wire §7] */
const accountOf = ({ accounts }: World, authorization = ''): Account => {
  const key = /^Bearer (m8_\S+)$/i.exec(authorization)?.[1];
  if (key === undefined) throw refusal(401, 'Missing or invalid API key', 'invalid_api_key');
  const known = accounts.get(key);
  if (known !== undefined) return known;
  const account = newAccount();
  accounts.set(key, account);
  return account;
};
