import type { EventOf } from '../../events/RunEvent';
import { pages, type Pages } from '../../operators/texts';
import type { UIMessageChunk } from './UIMessageChunk';

type Kind = 'text' | 'reasoning' | 'thinking' | 'plan';

/** An event of a text that is written in blocks. */
export type BlockEvent = EventOf<`${Kind}-${'start' | 'delta' | 'end'}`>;

/** What is being written. */
interface Block {
  readonly kind: Kind;
  readonly id: string;
  /** The whole of it, where only that is kept: of a plan. */
  readonly text: Pages;
}

/** The blocks of a message that are being written. */
export interface Blocks {
  readonly add: (event: BlockEvent) => readonly UIMessageChunk[];
  /** All that are open: a tool comes, or the end. */
  readonly close: () => readonly UIMessageChunk[];
}

const kindOf = ({ type }: BlockEvent): Kind => type.slice(0, type.indexOf('-')) as Kind;

/** A part of the message, of which its reader knows no delta before its start, nor after its end. */
const parts = { text: 'text', reasoning: 'reasoning', thinking: 'reasoning' } as const;

const started = ({ kind, id }: Block): readonly UIMessageChunk[] =>
  kind === 'plan' ? [] : [{ type: `${parts[kind]}-start`, id }];

const written = ({ kind, id, text }: Block, delta: string): UIMessageChunk => {
  if (kind !== 'plan') return { type: `${parts[kind]}-delta`, id, delta };
  text.add(delta);
  return { type: 'data-plan-delta', id, data: { delta }, transient: true };
};

const ended = ({ kind, id, text }: Block): UIMessageChunk =>
  kind === 'plan'
    ? { type: 'data-plan', id, data: { text: text.text() } }
    : { type: `${parts[kind]}-end`, id };

/**
 * Text, thoughts and plans as parts of a message. The wire need not say where a block begins or ends:
 * a delta begins it, and the next block that has no id either ends it. Blocks with ids may be written
 * at the same time. A plan is kept whole, for there is no part that grows; its deltas go in passing.
 */
export const blocks = (): Blocks => {
  const open = new Map<string, Block>();
  const latest = new Map<Kind, string>(); // what a delta without an id goes on with
  let unnamed: string | undefined; // of those without an id there is one
  let count = 0;

  const close = (key: string | undefined): readonly UIMessageChunk[] => {
    const block = key === undefined ? undefined : open.get(key);
    if (key === undefined || block === undefined) return [];
    open.delete(key);
    if (latest.get(block.kind) === key) latest.delete(block.kind);
    if (unnamed === key) unnamed = undefined;
    return [ended(block)];
  };

  const write = (event: Extract<BlockEvent, { readonly delta: string }>) => {
    if (event.delta === '') return [];
    const kind = kindOf(event);
    const key = event.id === undefined ? (latest.get(kind) ?? kind) : `${kind} ${event.id}`;
    const known = open.get(key);
    if (known !== undefined) return [written(known, event.delta)];
    const before = close(unnamed);
    const block: Block = { kind, id: `${kind}-${++count}`, text: pages() };
    open.set(key, block);
    latest.set(kind, key);
    if (key === kind) unnamed = key;
    return [...before, ...started(block), written(block, event.delta)];
  };

  return {
    add: (event) => {
      if ('delta' in event) return write(event);
      const kind = kindOf(event);
      if (event.id !== undefined) return close(`${kind} ${event.id}`);
      const last = latest.get(kind);
      if (event.type.endsWith('-end')) return close(last);
      latest.delete(kind); // what is written next is another one
      return last === kind ? close(last) : [];
    },
    close: () => [...open.keys()].flatMap(close),
  };
};
