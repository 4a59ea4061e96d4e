import type { Run } from './Run';

const over: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'closed']);

/** Whether a run has ended for good. [wire §4] */
export const isOver = ({ status }: Pick<Run, 'status'>): boolean => over.has(status);
