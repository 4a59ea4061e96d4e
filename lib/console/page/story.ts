import { accumulate, isTerminal, type RunEvent, type RunResult } from 'm8tes-rx';
import { connect, defer, map, scan, zip, type OperatorFunction } from 'rxjs';
import { beginsTurn } from '../timing';

interface Writing<Kind> {
  readonly kind: Kind;
  readonly text: string;
  readonly isOver: boolean;
}

/** Something that a run did, in the order in which it did it. */
export type Block =
  | { readonly kind: 'turn'; readonly turn: number }
  | Writing<'text'>
  | Writing<'thinking'>
  | Writing<'plan'>
  | { readonly kind: 'tools'; readonly toolCallIds: readonly string[] }
  | { readonly kind: 'todos'; readonly todos: readonly { readonly [field: string]: unknown }[] }
  | { readonly kind: 'sandbox'; readonly text: string; readonly isOver: boolean }
  | { readonly kind: 'ask'; readonly request_id: string }
  /** Which of the result's errors. */
  | { readonly kind: 'error'; readonly index: number }
  | { readonly kind: 'notice'; readonly text: string };

export interface Story {
  readonly blocks: readonly Block[];
  /** How often something was asked of people, or decided: then the list of requests has changed. */
  readonly asked: number;
  /** Whether the last turn has ended. */
  readonly isOver: boolean;
}

/** A run so far: what it did, and what it amounts to. */
export interface Told extends Story {
  readonly result: RunResult;
}

const notices: { readonly [type: string]: string } = {
  mcp_error: 'A tool server failed. The run goes on without it.',
  mcp_auth_failed: 'A tool server did not let the run in. Connect it again, then retry.',
  rate_limit: 'The model asked for a pause: a rate limit. The run goes on by itself.',
  conversation_reset: 'The conversation was begun anew.',
};

type Written = 'text' | 'thinking' | 'plan';
const blank: Story = { blocks: [], asked: 0, isOver: false };

/** What a run did, after one more event. */
const advance = (
  before: Story & { readonly turns: number; readonly errors: number },
  event: RunEvent,
  seen: Set<string>,
): typeof before => {
  const isNew = before.turns === 0 || (before.isOver && beginsTurn(event));
  const { turns } = before;
  const state = isNew
    ? {
        ...before,
        blocks: [...before.blocks, { kind: 'turn', turn: turns } as const],
        turns: turns + 1,
        isOver: false,
      }
    : before;
  const { blocks } = state;
  const last = blocks.at(-1);

  const add = (block: Block) => ({ ...state, blocks: [...blocks, block] });
  const put = (block: Block) => ({ ...state, blocks: blocks.with(-1, block) });

  const write = (kind: Written, delta: string) => {
    if (delta === '') return state;
    if (last?.kind !== kind) return add({ kind, text: delta, isOver: false });
    const gap = last.isOver ? '\n\n' : ''; // another section of the same
    return put({ kind, text: last.text + gap + delta, isOver: false });
  };
  const end = (kind: Written) =>
    last?.kind === kind && !last.isOver ? put({ ...last, isOver: true }) : state;
  const call = (id = '') => {
    if (seen.has(id)) return state;
    seen.add(id);
    return last?.kind === 'tools'
      ? put({ kind: 'tools', toolCallIds: [...last.toolCallIds, id] })
      : add({ kind: 'tools', toolCallIds: [id] });
  };
  const failed = () => {
    const { errors } = state;
    return { ...add({ kind: 'error', index: errors }), errors: errors + 1 };
  };

  switch (event.type) {
    case 'text-delta':
      return write('text', event.delta);
    case 'text-end':
      return end('text');
    case 'thinking-delta':
    case 'reasoning-delta':
      return write('thinking', event.delta);
    case 'thinking-end':
    case 'reasoning-end':
      return end('thinking');
    case 'plan-delta':
      return write('plan', event.delta);
    case 'plan-end':
      return end('plan');
    case 'todo-update': {
      // A list of as many items is the same list, and stays where it is.
      const { todos } = event;
      const at = blocks.findLastIndex(({ kind }) => kind === 'todos' || kind === 'turn');
      const known = blocks[at];
      return known?.kind === 'todos' && known.todos.length === todos.length
        ? { ...state, blocks: blocks.with(at, { kind: 'todos', todos }) }
        : add({ kind: 'todos', todos });
    }
    case 'tool-call-start':
    case 'tool-call-delta':
    case 'tool-result-delta':
    case 'tool-result-end':
      return call(event.toolCallId);
    case 'sandbox-connecting':
      return add({ kind: 'sandbox', text: event.message ?? 'Starting a sandbox', isOver: false });
    case 'sandbox-connected': {
      const took = event.duration_ms === undefined ? '' : ` after ${event.duration_ms} ms`;
      const ready = { kind: 'sandbox', text: `Sandbox ready${took}`, isOver: true } as const;
      return last?.kind === 'sandbox' ? put(ready) : add(ready);
    }
    case 'permission_request': {
      const request_id = event.request_id ?? event.payload?.['request_id'];
      const asked = state.asked + 1;
      if (typeof request_id !== 'string') return { ...state, asked };
      const key = `ask ${request_id}`; // ids of tools have no blank
      if (seen.has(key)) return { ...state, asked };
      seen.add(key);
      return { ...add({ kind: 'ask', request_id }), asked };
    }
    case 'awaiting_approval':
    case 'permission_resolved':
      return { ...state, asked: state.asked + 1 };
    case 'error':
      return failed();
    case 'done':
    case 'cancelled':
      return { ...state, isOver: true };
    default: {
      if (isTerminal(event)) return { ...failed(), isOver: true };
      const text = notices[event.type];
      return text === undefined ? state : add({ kind: 'notice', text });
    }
  }
};

/**
 * A run as what it did, block by block, after every event. What has not changed is the same value,
 * and so a page knows what it need not touch.
 */
export const story = (): OperatorFunction<RunEvent, Told> => (run$) =>
  defer(() => {
    const seen = new Set<string>();
    const told = scan<RunEvent, ReturnType<typeof advance>>(
      (state, event) => advance(state, event, seen),
      { ...blank, turns: 0, errors: 0 },
    );
    return run$.pipe(connect((event$) => zip(event$.pipe(told), event$.pipe(accumulate()))));
  }).pipe(map(([{ blocks, asked, isOver }, result]) => ({ blocks, asked, isOver, result })));
