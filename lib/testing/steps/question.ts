import type { Ask } from '../Ask';
import type { Asking } from './Asking';
import { asked } from './asked';

/** A question with its possible answers. */
export interface Question {
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
}: Question): Asking<string> =>
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
