import type { Frame } from '../Script';
import { block } from './block';

/** The run says something, in these pieces: `yield* text('Here are ', 'the tickets')`. */
export const text = (...deltas: readonly string[]): readonly Frame[] => block('text', deltas);
