import { take, type Observable } from 'rxjs';
import { h, set } from './dom';
import type { About } from './kept';

/** What stands where no run is: what this page is for, and what to try. */
export const welcome = (
  about$: Observable<About>,
  send: (message: string) => void,
): HTMLElement => {
  const list = h('ul', { class: 'samples', 'aria-label': 'Messages to try' });
  const where = h('p', { class: 'muted' });
  const samples = h('div', { hidden: true }, where, list);
  about$.pipe(take(1)).subscribe(({ mode, samples: messages = [] }) => {
    where.textContent =
      mode === 'local'
        ? 'No key is needed here: a local server plays the agent from a script. Try one of these:'
        : 'Try one of these:';
    list.replaceChildren(
      ...messages.map((message) => {
        const button = h('button', { type: 'button', class: 'sample' }, message);
        button.onclick = () => send(message);
        return h('li', {}, button);
      }),
    );
    set(samples, 'hidden', messages.length === 0);
  });
  return h(
    'div',
    { class: 'welcome' },
    h('p', { class: 'lead' }, 'What shall the agent do?'),
    h(
      'p',
      { class: 'muted' },
      'Write a message, and watch the run live: what it says and thinks, the tools it calls, and what ' +
        'it asks of you. A run goes on when this page is closed, and is here again when you come back.',
    ),
    samples,
  );
};
