import type { Reply } from './Handlers';
import type { PermissionRequest } from './objects';

/** A question that a run asks. [wire §4] */
export interface Question {
  readonly question: string;
  readonly header?: string;
  /** Whether several options may be chosen. */
  readonly multiSelect?: boolean;
  readonly options?: readonly { readonly label: string }[];
}

/** What the tool for questions is called. [wire §4] */
const ASKING = 'AskUserQuestion';

const hasText = (value: unknown): value is Question =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { readonly question?: unknown }).question === 'string';

/** A question as it can be shown: a model may have written anything where its options stand. */
const showable = (asked: Question): Question => {
  if (asked.options === undefined) return asked;
  const options: readonly unknown[] = Array.isArray(asked.options) ? asked.options : [];
  const hasLabel = (option: unknown): option is { readonly label: string } =>
    typeof (option as { readonly label?: unknown } | null)?.label === 'string';
  return { ...asked, options: options.filter(hasLabel) };
};

/** Whether a request is a question, whatever it asks; else it is a tool that wants approval. */
export const isQuestion = ({ tool_name }: PermissionRequest): boolean => tool_name === ASKING;

/** The questions of a request; none where it is a tool that wants approval. */
export const questions = (request: PermissionRequest): readonly Question[] => {
  const asked = request.tool_input?.['questions'];
  return isQuestion(request) && Array.isArray(asked) ? asked.filter(hasText).map(showable) : [];
};

/** The question that is a plan to approve. [wire §4] */
const plan = (request: PermissionRequest): Question | undefined =>
  questions(request).find(({ header }) => header === 'Plan Approval');

/** Whether a request lays out a plan for approval. */
export const isPlanApproval = (request: PermissionRequest): boolean => plan(request) !== undefined;

/** The text of the plan that a request lays out for approval; undefined where it lays out none. */
export const planText = (request: PermissionRequest): string | undefined => plan(request)?.question;

/** "A plan is answered `{"Plan Approval": "Approve"}`", a question by its own text. [wire §5] */
export const answersTo = (
  request: PermissionRequest,
  reply: Reply,
): { readonly [question: string]: string } => {
  if (typeof reply !== 'string') return reply;
  const question = isPlanApproval(request) ? 'Plan Approval' : questions(request)[0]?.question;
  return { [question || 'answer']: reply }; // no answers at all would be refused
};
