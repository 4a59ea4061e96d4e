import type { ToolCall } from 'm8tes-rx';
import type { CallTime } from '../timing';
import { count, duration } from './amounts';
import { h, say, set } from './dom';

/** Characters of a result that are shown unasked. */
const SHORT = 2_000;

const pretty = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');

/** Arguments arrive as the text of some JSON, which is none until it is whole. */
const spaced = (json: string): string => {
  try {
    return pretty(JSON.parse(json) as unknown);
  } catch {
    return json;
  }
};

/** A text that may be very long: its beginning, and the rest when it is asked for. */
const long = (label: string) => {
  const code = h('code');
  const more = h('button', { type: 'button', class: 'quiet', hidden: true });
  const element = h(
    'div',
    { hidden: true },
    h('p', { class: 'label' }, label),
    h('pre', { tabindex: 0 }, code),
    more,
  );
  let whole = '';
  let isAll = false;
  const show = (text: string): void => {
    whole = text;
    const isShort = isAll || text.length <= SHORT;
    say(code, isShort ? text : `${text.slice(0, SHORT)}…`);
    set(element, 'hidden', text === '');
    set(more, 'hidden', isShort);
    say(more, `Show all ${count(text.length)} characters`);
  };
  more.onclick = () => {
    isAll = true;
    show(whole);
  };
  return { element, show };
};

type CallState = 'running' | 'done' | 'failed' | 'stopped';

const stateOf = ({ completed, result }: ToolCall, isOver: boolean): CallState => {
  if (!completed) return isOver ? 'stopped' : 'running';
  const isFailed = typeof result === 'object' && result !== null && 'error' in result;
  return isFailed ? 'failed' : 'done';
};

/** One call: a line that opens. What is in it is written only where it is open. */
const row = () => {
  const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
  const name = h('span', { class: 'name' });
  const state = h('span', { class: 'hidden' });
  const bar = h('span', { class: 'bar' });
  const took = h('span', { class: 'took' });
  const track = h('span', { class: 'track', 'aria-hidden': 'true' }, bar);
  const args = long('Arguments');
  const result = long('Result');
  const nothing = h('p', { class: 'muted' }, 'Nothing to show yet.');
  const details = h(
    'details',
    {},
    h('summary', {}, mark, name, state, track, took),
    h('div', { class: 'inside' }, nothing, args.element, result.element),
  );
  let shown: ToolCall | undefined;
  let wasOver = false;
  const fill = (): void => {
    if (!details.open || shown === undefined) return;
    args.show(spaced(shown.args));
    result.show(shown.result === undefined ? '' : pretty(shown.result));
    set(nothing, 'hidden', shown.args !== '' || shown.result !== undefined);
  };
  details.ontoggle = fill;

  return {
    element: h('li', {}, details),
    show: (call: ToolCall, isOver: boolean) => {
      if (call === shown && isOver === wasOver) return;
      shown = call;
      wasOver = isOver;
      const is = stateOf(call, isOver);
      set(details, 'data-state', is);
      say(state, is);
      say(name, call.toolName || 'A tool');
      fill();
    },
    /** Where on the track the call went, which lasts from one time to another. */
    place: (time: CallTime | undefined, from: number, to: number) => {
      set(track, 'data-known', time !== undefined);
      if (time === undefined) return say(took, '');
      const end = time.end ?? to; // it still goes on, or was left when the run ended
      const all = Math.max(1, to - from);
      bar.style.left = `${(100 * (time.start - from)) / all}%`;
      bar.style.width = `${(100 * (end - time.start)) / all}%`;
      say(took, duration(end - time.start));
    },
  };
};

/** When calls went, as far as it is known; and when it is now, in milliseconds of the run. */
export interface Times {
  readonly of: (toolCallId: string) => CallTime | undefined;
  readonly now: number;
}

/** Calls that follow one another, with nothing said in between; a waterfall where they overlap. */
export const tools = () => {
  const list = h('ol', { class: 'tools', 'aria-label': 'Tool calls' });
  const rows: ReturnType<typeof row>[] = [];
  let placed: Times | undefined;

  return {
    element: list,
    show: (calls: readonly ToolCall[], isOver: boolean, times: Times | undefined) => {
      for (const [i, call] of calls.entries()) {
        if (rows[i] === undefined) list.append((rows[i] = row()).element);
        rows[i].show(call, isOver);
      }
      if (times === undefined || times === placed) return;
      placed = times;
      const known = calls.map(({ toolCallId }) => times.of(toolCallId));
      const spans = known.filter((time) => time !== undefined);
      const from = Math.min(...spans.map(({ start }) => start));
      const to = Math.max(...spans.map(({ start, end }) => end ?? Math.max(start, times.now)));
      for (const [i, time] of known.entries()) rows[i]!.place(time, from, to);
    },
  };
};
