import { isPlanApproval, isQuestion, planText, questions } from '../../api/questions';
import { PermissionRequest } from '../../api/objects';
import type { EventOf } from '../../events/RunEvent';
import type { Calls } from './calls';
import type { UIMessageChunk } from './UIMessageChunk';

/** The tool that a question, or a plan to approve, is to the page: it answers by its output. */
export const ASK = 'ask';

/** What a plan is answered with. [wire §5] */
export const APPROVE = 'Approve';

/** How a request was decided, as the API says. */
export type Decided = 'allowed' | 'denied' | 'answered' | 'cancelled' | (string & {});

/** Of what cannot be answered any more. */
const GONE = 'this has been answered already, or is not asked any more';

/** A request that the reader of a message has been told. */
export interface ToldRequest {
  readonly request_id: string;
  /** The call that it stands on. */
  readonly toolCallId: string;
  readonly kind: 'tool' | 'plan' | 'question';
  /** What its reader says to it. */
  readonly said?: Decided | undefined;
}

/** The requests of a message. */
export interface Requests {
  readonly tell: (requests: readonly PermissionRequest[]) => readonly UIMessageChunk[];
  /** What became of one, where its reader has it and does not know that yet. */
  readonly decided: (request_id: string, how: Decided) => readonly UIMessageChunk[];
  /** Notes what is asked: it is told when all wait for it, or as something that was. */
  readonly note: (event: EventOf<'permission_request'>) => void;
  readonly resolved: (event: EventOf<'permission_resolved'>) => readonly UIMessageChunk[];
  /** What was allowed has been done when the run is over, whether or not it said so. */
  readonly end: () => readonly UIMessageChunk[];
  /** The reader of another stream has been told these. */
  readonly know: (told: readonly ToldRequest[]) => void;
}

type Known = ToldRequest & { readonly decided?: Decided };

const shown = [
  ...(['display_name', 'consequence', 'fields', 'prose'] as const),
  ...(['can_remember', 'remember_default', 'timeout_seconds'] as const),
];

/** What a consent screen shows. */
const descriptor = (request: PermissionRequest): object =>
  Object.fromEntries(
    shown.flatMap((field) => (request[field] === undefined ? [] : [[field, request[field]]])),
  );

/** The request that an event tells of, whose payload is free; undefined where it tells too little. */
const requestIn = ({
  request_id,
  payload = {},
}: EventOf<'permission_request'>): PermissionRequest | undefined => {
  const told = Object.entries(payload).filter(([, value]) => value !== null);
  const request: unknown = { ...Object.fromEntries(told), ...(request_id && { request_id }) };
  return PermissionRequest.is(request) && request.tool_name !== undefined ? request : undefined;
};

const nothing = (toolCallId: string, output: unknown = null): UIMessageChunk => ({
  type: 'tool-output-available',
  toolCallId,
  output,
});

/**
 * What people are asked, as approvals of tool calls: on the call that asks, where the reader has it
 * and nothing else is under way beside it, for a page sends its answers when nothing of the last step
 * is; else on a call of their own. A question, or a plan, is a call of `ask`, which the page answers
 * by its output; a plan may be approved as well.
 */
export const requests = (calls: Calls): Requests => {
  let known = new Map<string, Known>();
  const noted = new Map<string, PermissionRequest>();

  const callOf = ({ request_id, tool_use_id: id = '' }: PermissionRequest): string => {
    const isFree = [...known.values()].every(({ toolCallId }) => toolCallId !== id);
    return id !== '' && isFree && (calls.isNow(id) || !calls.has(id)) ? id : request_id;
  };

  const approval = (request: PermissionRequest, toolCallId: string): UIMessageChunk => ({
    type: 'tool-approval-request',
    approvalId: request.request_id,
    toolCallId,
    approvalDescriptor: descriptor(request),
    ...(request.consequence !== undefined && { reason: request.consequence }),
  });

  const ask = (request: PermissionRequest, isOpen: boolean): readonly UIMessageChunk[] => {
    const { request_id, display_name } = request;
    const isPlan = isPlanApproval(request);
    known.set(request_id, {
      request_id,
      toolCallId: request_id,
      kind: isPlan ? 'plan' : 'question',
    });
    const input = isPlan ? { plan: planText(request) } : { questions: questions(request) };
    const told = {
      ...calls.tell(request_id, ASK, input, display_name),
      providerExecuted: false,
    } as UIMessageChunk;
    return isPlan && isOpen ? [told, approval(request, request_id)] : [told];
  };

  const permit = (request: PermissionRequest): readonly UIMessageChunk[] => {
    const { request_id, tool_name, tool_input, display_name } = request;
    const toolCallId = callOf(request);
    known.set(request_id, { request_id, toolCallId, kind: 'tool' });
    return [
      calls.tell(toolCallId, tool_name, tool_input, display_name),
      approval(request, toolCallId),
    ];
  };

  const tell = (asked: readonly PermissionRequest[], isOpen = true): readonly UIMessageChunk[] => {
    const told: UIMessageChunk[] = [...calls.settle()];
    const askers = new Set(asked.map(({ tool_use_id }) => tool_use_id));
    if (calls.running().some((id) => !askers.has(id))) {
      told.push({ type: 'finish-step' }, { type: 'start-step' });
      calls.nextStep();
    }
    return told.concat(...asked.map((one) => (isQuestion(one) ? ask(one, isOpen) : permit(one))));
  };

  /** What a call is left with once its request is decided; nothing where the run will say. */
  const left = (
    { request_id, toolCallId, kind, said }: Known,
    how: Decided,
  ): readonly UIMessageChunk[] => {
    switch (how) {
      case 'allowed':
        return kind === 'plan'
          ? [nothing(toolCallId, APPROVE)]
          : toolCallId === request_id
            ? [nothing(toolCallId)]
            : [];
      case 'denied':
        return [{ type: 'tool-output-denied', toolCallId }];
      case 'answered':
        return said === how ? [] : [nothing(toolCallId, how)];
      default:
        return [{ type: 'tool-output-error', toolCallId, errorText: GONE }];
    }
  };

  const decided = (request_id: string, how: Decided): readonly UIMessageChunk[] => {
    const request = known.get(request_id);
    if (request === undefined || request.decided === how || how === 'pending') return [];
    const { toolCallId, kind, said } = request;
    if (kind !== 'tool' && request.decided !== undefined) return [];
    known.set(request_id, { ...request, decided: how });
    const approved = how === 'allowed';
    const isNews = kind !== 'question' && (approved || how === 'denied') && said !== how;
    const rest = left(request, how);
    const isOwn = toolCallId === request_id; // the run knows no call of this id
    if (isOwn || how === 'denied') calls.close(toolCallId);
    return isNews
      ? [{ type: 'tool-approval-response', approvalId: request_id, approved }, ...rest]
      : rest;
  };

  /** What was asked and decided before anybody could be told: a step that is over. */
  const past = (request: PermissionRequest, how: Decided): readonly UIMessageChunk[] => {
    const chunks = [...tell([request], false), ...decided(request.request_id, how)];
    calls.nextStep();
    return [...chunks, { type: 'finish-step' }, { type: 'start-step' }];
  };

  return {
    tell,
    decided,
    note: (event) => {
      const request = requestIn(event);
      if (request !== undefined) noted.set(request.request_id, request);
    },
    resolved: ({ request_id, payload, ...more }) => {
      const id = request_id ?? payload?.['request_id'];
      const how = payload?.['status'] ?? (more as { readonly status?: unknown }).status;
      if (typeof id !== 'string' || typeof how !== 'string') return [];
      const request = noted.get(id);
      return known.has(id) || request === undefined ? decided(id, how) : past(request, how);
    },
    end: () =>
      [...known.values()].flatMap(({ toolCallId, kind, said, decided = said }) =>
        kind === 'tool' && decided === 'allowed' && !calls.isOver(toolCallId)
          ? [nothing(toolCallId)]
          : [],
      ),
    know: (told) => void (known = new Map(told.map((one) => [one.request_id, one]))),
  };
};
