import type { Asking } from './Asking';
import { asked } from './asked';

/** What became of a plan: a revision comes with what to revise. */
export interface PlanDecision {
  readonly approved: boolean;
  readonly answer: string;
}

const HEADER = 'Plan Approval';

/** Lays out a plan for approval; one nobody could be asked about is approved. [wire §5] */
export const plan = (text: string): Asking<PlanDecision> =>
  asked(
    {
      tool_name: 'AskUserQuestion',
      display_name: 'Approve the plan',
      tool_input: {
        questions: [
          {
            question: text,
            header: HEADER,
            multiSelect: false,
            options: [{ label: 'Approve' }, { label: 'Revise' }],
          },
        ],
      },
    },
    ({ answers }) => {
      // [wire §5] `{"Plan Approval": "Approve"}` or `"Revise…"`
      const answer = answers[HEADER] ?? answers[text] ?? 'Approve';
      return { approved: answer === 'Approve', answer };
    },
  );
