import type { Parameters } from './check';
import { LeaveOptions } from './LeaveOptions';
import { UserOptions } from './UserOptions';

/** What joining a run's stream takes. */
export interface StreamOptions extends UserOptions, LeaveOptions {}

/** The codec of each, checked before anything is sent. */
export const StreamOptions: Parameters<StreamOptions> = { ...UserOptions, ...LeaveOptions };
