import type { Frame } from '../Script';

/** The run is over and failed. Another `type` for another way to die. [wire §3] */
export const fail = (error: string, type = 'sdk_error', error_code?: string): readonly Frame[] => [
  { type, error, error_code },
];
