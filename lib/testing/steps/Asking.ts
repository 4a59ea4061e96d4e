import type { Ask } from '../Ask';
import type { Step } from '../Script';
import type { Verdict } from '../Verdict';

/** An ask that a script can delegate to: `const decided = yield* approval({ … })`. */
export interface Asking<Decided> {
  readonly ask: Ask;
  readonly read: (verdict: Verdict) => Decided;
  readonly [Symbol.iterator]: () => Iterator<Step, Decided, readonly Verdict[]>;
}
