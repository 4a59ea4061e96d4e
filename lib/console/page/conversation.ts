import { count } from './amounts';
import { cards } from './asking';
import { h, say, set } from './dom';
import { markdown } from './markdown';
import { numbers } from './numbers';
import { sentence } from './sentences';
import type { Session } from './session';
import type { Block, Told } from './story';
import { tools } from './tools';

/** What shows a block, and what else is known when it does. */
interface View<B extends Block = Block> {
  readonly element: HTMLElement;
  readonly show: (block: B, told: Told, session: Session) => void;
}
type Of<K extends Block['kind']> = Extract<Block, { readonly kind: K }>;
type Views = { readonly [K in Block['kind']]: () => View<Of<K>> };

const prose = (): View<Of<'text' | 'thinking' | 'plan'>> => {
  const { element, show } = markdown();
  return { element, show: ({ text, isOver }, told) => show(text, isOver || told.isOver) };
};

const views: Omit<Views, 'ask'> = {
  turn: () => {
    const text = h('p', { class: 'pre' });
    const element = h('div', { class: 'said' }, text);
    return {
      element,
      show: ({ turn }, _, { messages }) => {
        set(element, 'hidden', !messages[turn]);
        say(text, messages[turn] ?? '');
      },
    };
  },
  text: prose,
  plan: () => {
    const { element, show } = prose();
    return { element: h('div', { class: 'plan' }, h('h3', {}, 'Plan'), element), show };
  },
  thinking: () => {
    const summary = h('summary');
    const text = new Text();
    const element = h('details', { class: 'thinking' }, summary, h('p', { class: 'pre' }, text));
    return {
      element,
      show: ({ text: all, isOver }, told) => {
        say(summary, isOver || told.isOver ? 'Thought' : 'Thinking …');
        if (all.length > text.length) text.appendData(all.slice(text.length));
      },
    };
  },
  tools: () => {
    const { element, show } = tools();
    return {
      element,
      show: ({ toolCallIds }, told, { clock }) =>
        show(callsOf(toolCallIds, told), told.isOver, clock?.times),
    };
  },
  todos: () => {
    const list = h('ul', { class: 'todos', 'aria-label': 'To do' });
    let shown: Of<'todos'>['todos'] | undefined;
    const item = (todo: { readonly [field: string]: unknown }): HTMLElement => {
      const { content, title, status } = todo;
      const is = typeof status === 'string' ? status : 'pending';
      const text = [content, title].find((one) => typeof one === 'string') ?? '';
      return h(
        'li',
        { 'data-status': is },
        h('span', { class: 'mark', 'aria-hidden': 'true' }),
        h('span', {}, text),
        h('span', { class: 'hidden' }, `, ${is.replaceAll('_', ' ')}`),
      );
    };
    return {
      element: list,
      show: ({ todos }) => {
        if (todos === shown) return;
        shown = todos;
        list.replaceChildren(...todos.map(item));
      },
    };
  },
  sandbox: () => {
    const element = h('p', { class: 'aside' });
    return {
      element,
      show: ({ text, isOver }, told) => {
        set(element, 'data-working', !isOver && !told.isOver);
        say(element, text);
      },
    };
  },
  error: () => {
    const text = h('p');
    return {
      element: h('div', { class: 'trouble' }, h('p', { class: 'eyebrow' }, 'Error'), text),
      show: ({ index }, { result }) => {
        const { text: what = '', code } = result.errors[index] ?? {};
        say(text, code === undefined ? what : `${what} (${code})`);
      },
    };
  },
  notice: () => {
    const element = h('p', { class: 'aside' });
    return { element, show: ({ text }) => say(element, text) };
  },
};

const callsOf = (ids: readonly string[], { result: { toolCalls } }: Told) => {
  const byId = new Map(toolCalls.map((call) => [call.toolCallId, call]));
  return ids.flatMap((id) => byId.get(id) ?? []);
};

/** The run that is looked at, block under block. Only what has changed is touched. */
export const conversation = (
  client: Parameters<typeof cards>[0],
  { onDecided, onAgain }: { readonly onDecided: () => void; readonly onAgain: () => void },
) => {
  const list = h('div', { class: 'blocks' });
  const took = numbers();
  const incomplete = h('p', { class: 'aside', hidden: true });
  const what = h('p');
  const advice = h('p', { class: 'muted' });
  const again = h('button', { type: 'button', class: 'plain' });
  const trouble = h('div', { class: 'trouble', role: 'alert', hidden: true }, what, advice, again);
  again.onclick = onAgain;

  let latest: Session | undefined;
  const deck = cards(client, () => latest!.run_id!, onDecided);
  const ask = (): View<Of<'ask'>> => {
    const element = h('div', { class: 'ask' });
    return {
      element,
      show: ({ request_id }, told, { asked }) => {
        const request = asked.requests.get(request_id);
        if (request === undefined) return;
        // A run may be over before the list tells what was decided just before.
        const card = deck.show(request, told.isOver && asked.asked === told.asked);
        if (!card.isConnected) element.append(card);
      },
    };
  };
  const made: { readonly block: Block['kind']; readonly view: View }[] = [];

  /** What comes from elsewhere is shown when it is there, and what follows it behind it: nothing moves later. */
  const known = ({ blocks, asked: all }: Told, { asked, messages }: Session): number => {
    const isMissing = (block: Block): boolean =>
      block.kind === 'turn'
        ? messages[block.turn] === undefined
        : block.kind === 'ask' && asked.asked < all && !asked.requests.has(block.request_id);
    const index = blocks.findIndex(isMissing);
    return index < 0 ? blocks.length : index;
  };

  return {
    element: h('div', { class: 'conversation' }, list, incomplete, trouble, took.element),
    show: (session: Session): void => {
      const { told, clock, isReading, trouble: error } = session;
      latest = session;
      set(trouble, 'hidden', error === undefined);
      if (error !== undefined) {
        const said = sentence(error);
        say(what, said.what);
        say(advice, said.advice);
        say(again, session.run_id === undefined ? 'Send it again' : 'Read it again');
      }
      if (told === undefined) return;
      for (const [i, block] of told.blocks.slice(0, known(told, session)).entries()) {
        if (made[i] === undefined) {
          const view = (block.kind === 'ask' ? ask() : views[block.kind]()) as View;
          made[i] = { block: block.kind, view };
          list.append(view.element);
        }
        made[i].view.show(block, told, session);
      }
      const { malformed } = told.result;
      set(incomplete, 'hidden', malformed === 0);
      say(incomplete, `${count(malformed)} events of this run could not be read.`);
      took.show(told.isOver && !isReading, told.result, clock?.timing);
    },
  };
};
