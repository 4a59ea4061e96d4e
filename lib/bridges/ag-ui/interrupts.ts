import type { PermissionRequest } from '../../api/objects';
import { isPlanApproval, isQuestion, planText, questions } from '../../api/questions';
import type { Interrupt } from './events';

type Schema = NonNullable<Interrupt['responseSchema']>;

const object = (properties: { readonly [name: string]: Schema }, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
});

/** What a tool, or a plan, is answered with. */
const approval = ({ can_remember }: PermissionRequest): Schema =>
  object(
    {
      approved: { type: 'boolean' },
      reason: { type: 'string' },
      ...(can_remember === true && { remember: { type: 'boolean' } }),
    },
    ['approved'],
  );

/** What questions are answered with: each by its own text. */
const answers = (request: PermissionRequest): Schema => {
  const asked = questions(request).map(({ question, multiSelect, options = [] }) => {
    const labels = options.map(({ label }) => label);
    const one = { type: 'string', ...(labels.length > 0 && { examples: labels }) };
    return [question, multiSelect === true ? { type: 'array', items: one } : one] as const;
  });
  return object(
    Object.fromEntries(asked),
    asked.map(([question]) => question),
  );
};

/** When nobody is asked any more. A date that does not say where it is meant is none. */
const expiry = ({ created_at = '', timeout_seconds }: PermissionRequest): string | undefined => {
  const created = /(Z|[+-]\d\d:\d\d)$/.test(created_at) ? Date.parse(created_at) : NaN;
  const expires = new Date(created + (timeout_seconds ?? NaN) * 1000);
  return Number.isNaN(expires.getTime()) ? undefined : expires.toISOString();
};

/** What people read: the name is the one for a consent screen, never the agent's own word. */
const prompt = (request: PermissionRequest): string => {
  const { display_name, consequence, prose } = request;
  if (isPlanApproval(request)) return planText(request) ?? '';
  if (isQuestion(request))
    return questions(request)
      .map(({ question }) => question)
      .join('\n');
  return prose || [display_name, consequence].filter(Boolean).join(': ');
};

/** What a run asks people, as AG-UI asks it. All that a consent screen shows is in `metadata.request`. */
export const interrupt = (
  request: PermissionRequest,
  idOf: (toolCallId: string | undefined) => string | undefined,
): Interrupt => {
  const isQuestioning = isQuestion(request) && !isPlanApproval(request);
  const toolCallId = request.tool_use_id === undefined ? undefined : idOf(request.tool_use_id);
  const message = prompt(request);
  const expiresAt = expiry(request);
  return {
    id: request.request_id,
    // "`tool_call`: `toolCallId` must be set."
    reason: isQuestioning
      ? 'input_required'
      : isQuestion(request) || toolCallId === undefined
        ? 'confirmation'
        : 'tool_call',
    ...(message !== '' && { message }),
    ...(toolCallId !== undefined && { toolCallId }),
    responseSchema: isQuestioning ? answers(request) : approval(request),
    ...(expiresAt !== undefined && { expiresAt }),
    metadata: { request },
  };
};
