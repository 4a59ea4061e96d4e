import type { Ask } from '../Ask';
import type { Verdict } from '../Verdict';
import type { Asking } from './Asking';
import { together } from './together';

/** An ask of one's own, and how its verdict reads. */
export const asked = <Decided>(ask: Ask, read: (verdict: Verdict) => Decided): Asking<Decided> => {
  const asking: Asking<Decided> = {
    ask,
    read,
    *[Symbol.iterator]() {
      const [decided] = yield* together<readonly [Decided]>(asking);
      return decided;
    },
  };
  return asking;
};
