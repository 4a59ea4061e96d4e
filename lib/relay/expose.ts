import type { RunEvent } from '../events/RunEvent';
export type Expose = 'all' | readonly string[];
export interface Exposed {
  readonly event: (event: RunEvent) => RunEvent | undefined;
  readonly run: (run: object) => object;
  readonly permission: (request: object) => object;
}
export const exposed = (_expose: Expose = []): Exposed => ({
  event: (event) => event,
  run: (run) => run,
  permission: (request) => request,
});
