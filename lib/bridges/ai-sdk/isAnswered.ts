import { ASK } from './requests';

type Part = { readonly [field: string]: unknown };

/** What is looked at of a chat: its messages, as `useChat` has them. */
export interface ChatLike {
  readonly messages: readonly {
    readonly role: string;
    readonly parts: readonly { readonly type: string }[];
  }[];
}

const isAsk = ({ type, toolName }: Part): boolean => toolName === ASK || type === `tool-${ASK}`;

const isOpen = (part: Part): boolean =>
  part['state'] === 'approval-requested' || (isAsk(part) && part['state'] === 'input-available');

const isSaid = (part: Part): boolean =>
  part['state'] === 'approval-responded' || (isAsk(part) && /^output-/.test(String(part['state'])));

/**
 * Whether all that the last step asks has been answered: when a chat is to send it. It is for
 * `sendAutomaticallyWhen`, and sees approvals and questions alike, whatever else is under way. The AI
 * SDK's own conditions see either.
 *
 * @example
 * ```ts
 * import { DefaultChatTransport, type ChatInit, type UIMessage } from 'ai';
 * import { isAnswered } from 'm8tes-rx/ai-sdk';
 *
 * const chat: ChatInit<UIMessage> = {
 *   transport: new DefaultChatTransport({ api: '/api/chat' }),
 *   sendAutomaticallyWhen: isAnswered,
 * };
 * ```
 */
export const isAnswered = ({ messages }: ChatLike): boolean => {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return false;
  const begin = last.parts.findLastIndex(({ type }) => type === 'step-start');
  const parts: readonly Part[] = last.parts.slice(begin + 1);
  return parts.some(isSaid) && !parts.some(isOpen);
};
