import type { Route } from '../Call';
import { peopleRoutes } from './people';
import { runRoutes } from './runs';
import { startRoutes } from './start';
import { taskRoutes } from './tasks';
import { teammateRoutes } from './teammates';
import { triggerRoutes } from './triggers';
import { webhookRoutes } from './webhooks';

/** Every route of the server, by the name that a fault is pinned to. */
export const routes = {
  ...startRoutes,
  ...runRoutes,
  ...peopleRoutes,
  ...taskRoutes,
  ...triggerRoutes,
  ...teammateRoutes,
  ...webhookRoutes,
};

/** The name of a route. */
export type RouteName = keyof typeof routes;

/** A route that is answered, below `/api/v2`. */
export interface LocalRoute {
  /** What a fault is pinned to, and what a request is taken down as. */
  readonly name: RouteName;
  readonly method: Route['method'];
  readonly path: string;
}

/** The routes that are answered, to look at. */
export const localRoutes: readonly LocalRoute[] = Object.entries<Route>(routes).map(
  ([name, { method, path }]) => ({ name: name as RouteName, method, path }),
);

/** What a request was for. */
export interface Found {
  readonly name: RouteName;
  readonly route: Route;
  readonly params: { readonly [name: string]: string };
}

/** A path's pattern: `{…}` is one segment, never empty. */
const pattern = (path: string): RegExp =>
  new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);

const table = Object.entries<Route>(routes).map(([name, route]) => ({
  name: name as RouteName,
  route,
  pattern: pattern(route.path),
}));

/** "`/teammates/…` is their older, permanent spelling: a server answers both." [wire, Names] */
const today = (path: string): string => path.replace(/^\/teammates(?=\/|$)/, '/agents');

/** The route of a decoded path, or how the path goes wrong. */
export const match = (
  method: string,
  asked: string,
): Found | 'no such method' | 'other slash' | 'no such path' => {
  const path = today(asked);
  const there = table.filter(({ pattern }) => pattern.test(path));
  const found = there.find(({ route }) => route.method === method);
  if (found !== undefined) return { ...found, params: { ...found.pattern.exec(path)?.groups } };
  if (there.length > 0) return 'no such method';
  const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
  return table.some(({ pattern }) => pattern.test(other)) ? 'other slash' : 'no such path';
};
