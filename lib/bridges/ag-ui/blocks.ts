import type { EventOf } from '../../events/RunEvent';
import type { AgUiEvent, Say } from './events';

type Written = 'text' | 'reasoning' | 'thinking' | 'plan';

/** An event of a text that is written in blocks. */
export type BlockEvent = EventOf<`${Written}-${'start' | 'delta' | 'end'}`>;

type Kind = 'text' | 'reasoning' | 'plan';

/** Which text an event belongs to; undefined where it belongs to none. */
const kinds: { readonly [type in BlockEvent['type']]: Kind } = {
  'text-start': 'text',
  'text-delta': 'text',
  'text-end': 'text',
  'reasoning-start': 'reasoning',
  'reasoning-delta': 'reasoning',
  'reasoning-end': 'reasoning',
  'thinking-start': 'reasoning',
  'thinking-delta': 'reasoning',
  'thinking-end': 'reasoning',
  'plan-start': 'plan',
  'plan-delta': 'plan',
  'plan-end': 'plan',
};

/** How a block is begun, gone on with and ended. */
interface Telling {
  readonly open: (messageId: string) => readonly AgUiEvent[];
  readonly say: (messageId: string, delta: string) => AgUiEvent;
  readonly close: (messageId: string) => readonly AgUiEvent[];
}

const telling: { readonly [kind in Kind]: Telling } = {
  text: {
    open: (messageId) => [{ type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' }],
    say: (messageId, delta) => ({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta }),
    close: (messageId) => [{ type: 'TEXT_MESSAGE_END', messageId }],
  },
  reasoning: {
    open: (messageId) => [
      { type: 'REASONING_START', messageId },
      { type: 'REASONING_MESSAGE_START', messageId, role: 'reasoning' },
    ],
    say: (messageId, delta) => ({ type: 'REASONING_MESSAGE_CONTENT', messageId, delta }),
    close: (messageId) => [
      { type: 'REASONING_MESSAGE_END', messageId },
      { type: 'REASONING_END', messageId },
    ],
  },
  // JSON Patch cannot write on at a text: a plan is the pieces that it came in.
  plan: {
    open: (messageId) => [
      { type: 'ACTIVITY_SNAPSHOT', messageId, activityType: 'plan', content: { pieces: [] } },
    ],
    say: (messageId, delta) => ({
      type: 'ACTIVITY_DELTA',
      messageId,
      activityType: 'plan',
      patch: [{ op: 'add', path: '/pieces/-', value: delta }],
    }),
    close: () => [],
  },
};

/** What the run says, thinks and plans. */
export interface Blocks {
  /** Whether it was an event of a block. */
  readonly take: (event: { readonly type: string }) => boolean;
  /** Ends the block that is open: what is said from now on stands below. */
  readonly close: () => void;
}

/**
 * Each block is a message of its own. One is open at a time, so that messages stand in the order in
 * which things were said; a block that says nothing is none.
 */
export const blocks = (say: Say, newId: () => string): Blocks => {
  let open: { readonly kind: Kind; readonly id: string | undefined; readonly messageId: string };
  let isOpen = false;

  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    telling[open.kind].close(open.messageId).forEach(say);
  };

  const add = (event: BlockEvent, kind: Kind): void => {
    if (!('delta' in event)) {
      // "A section ends at its `-end`, at a `-start`, at another id." [wire §3]
      if (isOpen && open.kind === kind) close();
      return;
    }
    const { id, delta } = event;
    if (delta === '') return;
    if (!isOpen || open.kind !== kind || (id !== undefined && id !== open.id)) {
      close();
      open = { kind, id, messageId: newId() };
      isOpen = true;
      telling[kind].open(open.messageId).forEach(say);
    }
    say(telling[kind].say(open.messageId, delta));
  };

  return {
    take: (event) => {
      if (!Object.hasOwn(kinds, event.type)) return false;
      const its = event as BlockEvent;
      add(its, kinds[its.type]);
      return true;
    },
    close,
  };
};
