import type { Ask } from '../Ask';
import type { Verdict } from '../Verdict';
import type { Asking } from './Asking';
import { asked } from './asked';

/**
 * May this tool be used? In permission mode `autonomous`, and in a reply, it may without asking.
 *
 * ```text
 * const { decision } = yield* approval({ tool_name: 'gmail_send', tool_input: { to: 'ada' } });
 * ```
 */
export const approval = ({
  tool_input = {},
  ...ask
}: Omit<Ask, 'tool_input'> & Partial<Pick<Ask, 'tool_input'>>): Asking<Verdict> =>
  asked({ ...ask, tool_input }, (verdict) => verdict);
