import type { Run } from '../Run';
import type { HeldRun } from './HeldRun';

/** Writes fields of a run's record, and when. */
export const change = (held: HeldRun, fields: Partial<Run>): void => {
  const time = new Date().toISOString();
  held.record = { ...held.record, updated_at: time, last_activity_at: time, ...fields };
};
