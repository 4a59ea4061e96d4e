import { isAfterword } from '../events/isAfterword';
import { isTerminal } from '../events/isTerminal';
import type { RunEvent } from '../events/RunEvent';

/**
 * Whether a turn of a run has ended, after one more event: what follows an ending and is no
 * afterword is the next turn, and takes it back.
 */
export const hasEnded = (before: boolean, event: RunEvent): boolean =>
  // Nine events in ten are no ending at a glance.
  event.type !== 'text-delta' && (isTerminal(event) || (before && isAfterword(event)));
