/** A page with a chat in it: React's own `useChat`, as an application would have it. */
import { useChat } from '@ai-sdk/react';
import { DefaultChatTransport, type UIMessage } from 'ai';
import { isAnswered } from 'm8tes-rx/ai-sdk';
import { createElement, Fragment, useEffect, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';

declare global {
  interface Window {
    readonly chat: { readonly send: (text: string) => void; readonly stop: () => Promise<unknown> };
  }
}

const api = '/api/chat';
const transport = new DefaultChatTransport({ api });
const id = 'a chat';
const kept = JSON.parse(sessionStorage.getItem(id) ?? '[]') as UIMessage[];

const button = (name: string, onClick: () => void): ReactNode =>
  createElement('button', { key: name, id: name, onClick }, name);

const Chat = (): ReactNode => {
  const chat = useChat({
    id,
    transport,
    messages: kept,
    resume: true,
    sendAutomaticallyWhen: isAnswered,
  });
  const { messages, status, error, sendMessage, addToolApprovalResponse, addToolOutput } = chat;
  useEffect(() => {
    sessionStorage.setItem(id, JSON.stringify(messages));
    const stop = () => fetch(`${api}/${encodeURIComponent(id)}/stop`, { method: 'POST' });
    Object.assign(window, { chat: { send: (text: string) => void sendMessage({ text }), stop } });
  });
  const parts = messages.filter(({ role }) => role === 'assistant').flatMap(({ parts }) => parts);
  return createElement(
    Fragment,
    {},
    createElement('p', { id: 'state' }, error?.message ?? status),
    createElement('p', { id: 'count' }, messages.length),
    createElement(
      'pre',
      { id: 'text' },
      parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    ),
    parts.map((part) => {
      if (part.type !== 'dynamic-tool') return null;
      const { toolCallId, toolName, title, state, approval, input } = part;
      const approve = (approved: boolean) => () =>
        void addToolApprovalResponse({ id: approval!.id, approved });
      const { questions = [] } = input as {
        readonly questions?: readonly { readonly options: readonly { readonly label: string }[] }[];
      };
      const answer = (output: string) => () =>
        void addToolOutput({ tool: toolName, toolCallId, output });
      return createElement(
        'div',
        { key: toolCallId, className: 'tool' },
        `${title ?? toolName}: ${state}`,
        state === 'approval-requested' && [
          button('allow', approve(true)),
          button('deny', approve(false)),
        ],
        toolName === 'ask' &&
          state === 'input-available' &&
          questions.flatMap(({ options }) =>
            options.map(({ label }) => button(label, answer(label))),
          ),
      );
    }),
  );
};

createRoot(document.getElementById('root')!).render(createElement(Chat));
