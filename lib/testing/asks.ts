import type { Ask, Step, Verdict } from './Script';

/** An ask that a script can delegate to: `const decided = yield* approval({ … })`. */
export interface Asking<Decided> {
  readonly ask: Ask;
  readonly read: (verdict: Verdict) => Decided;
  readonly [Symbol.iterator]: () => Iterator<Step, Decided, readonly Verdict[]>;
}

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

/** A question with its possible answers. */
export interface QuestionAsk {
  readonly question: string;
  readonly header?: string;
  readonly options?: readonly string[];
  readonly multiSelect?: boolean;
  readonly meanwhile?: Ask['meanwhile'];
}

/** Asks people something; the answer is the label they chose, empty when nobody could be asked. */
export const question = ({
  question,
  header = 'Question',
  options = [],
  multiSelect = false,
  meanwhile,
}: QuestionAsk): Asking<string> =>
  asked(
    {
      tool_name: 'AskUserQuestion',
      tool_input: {
        questions: [
          { question, header, multiSelect, options: options.map((label) => ({ label })) },
        ],
      },
      meanwhile,
    },
    ({ answers }) => answers[question] ?? answers[header] ?? '',
  );

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
    ({ answers, decision }) => {
      // [wire §5] `{"Plan Approval": "Approve"}` or `"Revise…"`
      const unsaid = decision === 'deny' ? 'Revise' : 'Approve';
      const answer = answers[HEADER] ?? answers[text] ?? unsaid;
      return { approved: answer === 'Approve', answer };
    },
  );

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

/** An ask of one's own, and how its verdict reads. */
const asked = <Decided>(ask: Ask, read: (verdict: Verdict) => Decided): Asking<Decided> => {
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
