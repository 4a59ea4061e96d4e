import type { Step } from '../Script';

/** These bytes and no others: `yield* raw('data: not JSON\n\n')`. */
export const raw = (bytes: string | Uint8Array): readonly Step[] => [{ step: 'raw', bytes }];
