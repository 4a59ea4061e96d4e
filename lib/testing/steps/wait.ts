import type { Step } from '../Script';

/** The run is silent for so many milliseconds; `wait(Infinity)` until it is cancelled. */
export const wait = (ms: number): readonly Step[] => [{ step: 'wait', ms }];
