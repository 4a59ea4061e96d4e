import { InvalidArgumentError } from '../../errors';
import { isObject } from '../../events/record';
import { ASK, type ToldRequest } from './requests';

type Json = { readonly [field: string]: unknown };

/** What a page says to a request: whether it may be, or the answer to a question. */
export type Said = Pick<ToldRequest, 'request_id' | 'kind'> &
  (
    | { readonly approved: boolean; readonly reason?: string | undefined }
    | { readonly answer: string | { readonly [question: string]: string } }
  );

/** What the page has of the message that it goes on with. */
export interface Continued {
  readonly messageId: string;
  /** The calls that it has. */
  readonly calls: readonly string[];
  readonly requests: readonly ToldRequest[];
  /** The requests that its last segment ended with, and what is said to them. */
  readonly behind: readonly string[];
  readonly said: readonly Said[];
  readonly isPartial: boolean;
}

/** What a page wants of a chat. */
export interface Asked {
  readonly chat: string;
  /** The run that its messages are of, where they say so. Nobody has checked that. */
  readonly run_id: number | undefined;
  /** Something to do: a new message, or an old one once more. */
  readonly message?: { readonly id: string; readonly text: string; readonly again: boolean };
  /** Answers to what was asked. */
  readonly continued?: Continued;
}

/** Characters of a chat's id, or of a message's: it is a name, and not a book. */
const MOST = 256;

const unusable = (argument: string, advice: string): Error =>
  new InvalidArgumentError(argument, advice);

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MOST;

const partsOf = ({ parts }: Json): readonly Json[] =>
  Array.isArray(parts) ? parts.filter(isObject) : [];

const isTool = ({ type, toolCallId }: Json): boolean =>
  typeof type === 'string' &&
  (type === 'dynamic-tool' || type.startsWith('tool-')) &&
  typeof toolCallId === 'string';

/** A run's id, as a message has it, or a chat is called by it. */
export const runOf = (id: unknown): number | undefined =>
  (typeof id === 'string' || typeof id === 'number') && /^[1-9]\d{0,14}$/.test(String(id))
    ? Number(id)
    : undefined;

const runOfMessage = ({ role, metadata }: Json): number | undefined =>
  role === 'assistant' && isObject(metadata) ? runOf(metadata['run_id']) : undefined;

const textOf = (message: Json): string => {
  const parts = partsOf(message);
  const odd = parts.find(({ type }) => type !== 'text');
  if (odd !== undefined)
    throw unusable('messages', 'must hold text only in what is sent: no files');
  const text = parts.map(({ text }) => (typeof text === 'string' ? text : '')).join('');
  if (text.trim() === '') throw unusable('messages', 'must end with a message that says something');
  return text;
};

/** The request that a part of a message is, and what its page says to it. */
const requestOf = (part: Json): ToldRequest | undefined => {
  const { toolCallId, toolName, type, state, approval } = part;
  if (!isTool(part)) return undefined;
  const call = { toolCallId: toolCallId as string };
  const isAsk = toolName === ASK || type === `tool-${ASK}`;
  const isAnswered = state === 'output-available' || state === 'output-error';
  if (isObject(approval) && typeof approval['id'] === 'string') {
    const { id: request_id, approved } = approval;
    const kind = isAsk ? 'plan' : 'tool';
    const isSaid = typeof approved === 'boolean';
    const said = isSaid ? (approved ? 'allowed' : 'denied') : isAnswered ? 'answered' : undefined;
    return { request_id: request_id, ...call, kind, said };
  }
  // What is answered by an output has no approval any more.
  return isAsk
    ? {
        request_id: call.toolCallId,
        ...call,
        kind: 'question',
        said: isAnswered ? 'answered' : undefined,
      }
    : undefined;
};

const answerOf = ({
  state,
  output,
  errorText,
}: Json): Extract<Said, { answer: unknown }>['answer'] => {
  const given = state === 'output-error' ? errorText : output;
  const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  if (isPlain(given)) return String(given);
  if (Array.isArray(given) && given.length > 0 && given.every(isPlain)) return given.join(', ');
  if (isObject(given) && Object.values(given).every(isPlain)) {
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)]));
  }
  throw unusable('messages', `must answer ${ASK} by a text, or by texts by question`);
};

const saidBy = (part: Json, { request_id, kind, said }: ToldRequest): readonly Said[] => {
  if (said === 'answered') return [{ request_id, kind, answer: answerOf(part) }];
  if (said === undefined) return [];
  const { reason } = part['approval'] as Json;
  return [
    {
      ...{ request_id, kind, approved: said === 'allowed' },
      ...(typeof reason === 'string' && reason !== '' && { reason }),
    },
  ];
};

/** A message is told in segments, each a step or two; what the last of them asked is answered. */
const continuedOf = (message: Json): Continued => {
  const parts = partsOf(message);
  const steps: Json[][] = [[]];
  for (const part of parts) {
    if (part['type'] === 'step-start') steps.push([]);
    else steps.at(-1)!.push(part);
  }
  const asking = steps.findLastIndex((step) => step.some((part) => requestOf(part) !== undefined));
  const told = (asking < 0 ? [] : steps[asking]!).flatMap((part) => {
    const request = requestOf(part);
    return request === undefined ? [] : [{ part, request }];
  });
  const words = told.flatMap(({ part, request }) => saidBy(part, request));
  const said = [...new Map(words.map((one) => [one.request_id, one])).values()]; // to each once
  if (said.length === 0) {
    throw unusable(
      'messages',
      'must end with a message of the user, or with answers to what was asked',
    );
  }
  return {
    messageId: message['id'] as string,
    calls: parts.filter(isTool).map(({ toolCallId }) => toolCallId as string),
    requests: parts.flatMap((part) => requestOf(part) ?? []),
    behind: told.map(({ request }) => request.request_id),
    said,
    isPartial: asking < steps.length - 1,
  };
};

/**
 * What the body of a page's POST asks for. Of its messages only the last counts, or the one that it
 * names: the run keeps its history itself.
 *
 * @throws InvalidArgumentError where it cannot be used; nothing has been done then.
 */
export const asked = ({ id: chat, messages, trigger, messageId }: Json): Asked => {
  if (!isName(chat)) throw unusable('id', `must be a text of 1 to ${MOST} characters`);
  if (trigger !== undefined && trigger !== 'submit-message' && trigger !== 'regenerate-message')
    throw unusable('trigger', "must be 'submit-message' or 'regenerate-message'");
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isObject))
    throw unusable('messages', 'must be a list of messages, and not an empty one');
  const all: readonly Json[] = messages;
  const again = trigger === 'regenerate-message';
  const named = again
    ? undefined
    : all.findLast(({ id }) => messageId !== undefined && id === messageId);
  const message = named ?? all.at(-1)!;
  const { id, role } = message;
  if (!isName(id)) throw unusable('messages', `must have ids of 1 to ${MOST} characters`);
  const run_id = all.reduceRight<number | undefined>(
    (run, one) => run ?? runOfMessage(one),
    undefined,
  );
  if (role === 'user') {
    const text = textOf(message);
    return { chat, run_id, message: { id, text, again: again || named !== undefined } };
  }
  if (role !== 'assistant' || again)
    throw unusable(
      'messages',
      'must end with a message of the user, or with answers to what was asked',
    );
  return { chat, run_id: runOfMessage(message), continued: continuedOf(message) };
};
