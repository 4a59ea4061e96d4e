import type { Step } from '../Script';

/** The run is silent for so many milliseconds. */
export const wait = (ms: number): readonly Step[] => [{ step: 'wait', ms }];
