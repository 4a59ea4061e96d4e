import { failure } from '../events/failure';
import type { EventOf, RunEvent } from '../events/RunEvent';

/** An `error`, which the run may outlive, or a failure that ends it. */
export type FailureEvent = EventOf<keyof typeof failure>;

/** Whether an event says that something went wrong: an `error`, or a failure that ends the run. */
export const isFailure = (event: RunEvent): event is FailureEvent =>
  Object.hasOwn(failure, event.type);
