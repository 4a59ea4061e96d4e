import { isTerminal, type RunEvent } from 'm8tes-rx';

/** When a tool call began, and when its result was there, in milliseconds of the run. */
export interface CallTime {
  readonly toolCallId: string;
  readonly start: number;
  readonly end?: number | undefined;
}

/**
 * What a run took, as it was seen from where its events came by. All times are milliseconds since
 * the run began, so that whoever looks later, after a reload or elsewhere, sees the same.
 */
export interface Timing {
  /** The first event of the last turn. */
  readonly began: number | undefined;
  /** Its first piece of text or thinking. */
  readonly firstToken: number | undefined;
  /** Its ending. */
  readonly ended: number | undefined;
  /** The calls of all turns, in order of first sight. */
  readonly calls: readonly CallTime[];
  /** Characters that were written, of all turns, in one piece of time after the other. */
  readonly written: readonly number[];
  /** How long such a piece is: 250 ms, and twice that each time there would be too many of them. */
  readonly span: number;
}

/** Nothing has come yet. */
export const untimed: Timing = {
  began: undefined,
  firstToken: undefined,
  ended: undefined,
  calls: [],
  written: [],
  span: 250,
};

/** A plot has room for so many, and a waterfall: a run may last for days, and its times are kept. */
const MOST_SPANS = 120;
const MOST_CALLS = 1_000;

/** Whether only a next turn says this after an ending. Other things may follow one, as metrics do. */
export const beginsTurn = (event: RunEvent): boolean =>
  event.type === 'metadata'
    ? event.payload.usage === undefined
    : /^((text|thinking|reasoning|plan)-(start|delta)|tool-call-start|message-start|sandbox-connecting)$/.test(
        event.type,
      );

const pairs = (counts: readonly number[]): readonly number[] =>
  counts.flatMap((count, i) => (i % 2 === 0 ? [count + (counts[i + 1] ?? 0)] : []));

const write = (state: Timing, characters: number, at: number): Timing => {
  let { written, span } = state;
  for (; at >= span * MOST_SPANS; span *= 2) written = pairs(written);
  const index = Math.floor(at / span);
  const counts = Array.from(
    { length: Math.max(index + 1, written.length) },
    (_, i) => written[i] ?? 0,
  );
  counts[index]! += characters;
  return { ...state, firstToken: state.firstToken ?? at, written: counts, span };
};

const call = (state: Timing, change: CallTime, isNew: boolean): Timing => {
  const { calls } = state;
  const index = calls.findIndex(({ toolCallId }) => toolCallId === change.toolCallId);
  if (index < 0) return calls.length < MOST_CALLS ? { ...state, calls: [...calls, change] } : state;
  const known = calls[index]!;
  const next = isNew ? change : { ...known, end: change.end };
  return { ...state, calls: calls.with(index, next) };
};

/**
 * What a run took, after one more event. An event that tells nothing of time leaves the state as it
 * is, and the state stays small however long the run goes on.
 *
 * @param at milliseconds since the run began
 */
export const timing = (before: Timing, event: RunEvent, at: number): Timing => {
  const isNew = before.began === undefined || (before.ended !== undefined && beginsTurn(event));
  const state = isNew ? { ...before, began: at, firstToken: undefined, ended: undefined } : before;
  switch (event.type) {
    case 'text-delta':
    case 'thinking-delta':
    case 'reasoning-delta':
      return event.delta === '' ? state : write(state, event.delta.length, at);
    case 'tool-call-start':
      // One that has ended is begun anew; another start says only what is known.
      return call(state, { toolCallId: event.toolCallId ?? '', start: at }, isOver(state, event));
    case 'tool-result-end':
      return call(state, { toolCallId: event.toolCallId ?? '', start: at, end: at }, false);
    default:
      return isTerminal(event) && state.ended === undefined ? { ...state, ended: at } : state;
  }
};

const isOver = ({ calls }: Timing, { toolCallId = '' }: { toolCallId?: string | undefined }) =>
  calls.some((one) => one.toolCallId === toolCallId && one.end !== undefined);
