import type { Frame } from '../Script';
import { block } from './block';

/** The run thinks aloud, in these pieces. */
export const thinking = (...deltas: readonly string[]): readonly Frame[] =>
  block('thinking', deltas);
