import type { Step } from '../Script';
import type { Verdict } from '../Verdict';
import type { Asking } from './Asking';

/**
 * Several asks at once: the run goes on when all of them are decided.
 *
 * ```text
 * const [sent, label] = yield* together(approval({ … }), question({ … }));
 * ```
 */
export function* together<Decided extends readonly unknown[]>(
  ...askings: { readonly [K in keyof Decided]: Asking<Decided[K]> }
): Generator<Step, Decided, readonly Verdict[]> {
  const verdicts = yield { step: 'ask', asks: askings.map(({ ask }) => ask) };
  return askings.map(({ read }, i) => read(verdicts[i]!)) as unknown as Decided;
}
