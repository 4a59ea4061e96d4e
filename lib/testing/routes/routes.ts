import type { Route } from '../Call';
import { runRoutes } from './runRoutes';
import { taskRoutes } from './taskRoutes';
import { teammateRoutes } from './teammateRoutes';

/** Every route of the server, by the name that a fault is pinned to. */
export const routes = { ...runRoutes, ...taskRoutes, ...teammateRoutes };

export type RouteName = keyof typeof routes;

/** What a request was for. */
export interface Found {
  readonly name: RouteName;
  readonly route: Route;
  readonly params: { readonly [name: string]: string };
}
