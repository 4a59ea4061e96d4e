import { isOver, type Client, type Run } from 'm8tes-rx';
import {
  catchError,
  fromEvent,
  map,
  merge,
  of,
  repeat,
  shareReplay,
  startWith,
  switchMap,
  take,
  takeUntil,
  timer,
  toArray,
  type Observable,
} from 'rxjs';
import { ago } from './amounts';
import { h, say, set } from './dom';
import { sentence } from './sentences';

/** How many runs the list has, and milliseconds between two looks: more and more, while nothing happens. */
const MOST = 50;
const SOON = 1_000;
const LATE = 8_000;

/** The newest runs, or why there are none to be had. */
export interface Listed {
  readonly runs: readonly Run[];
  readonly trouble?: unknown;
}

/**
 * The newest runs, looked at again and again, and less and less often while nobody does anything; not
 * at all while nobody sees the page.
 */
export const listed = ({ runs }: Client, happened$: Observable<unknown>): Observable<Listed> => {
  const visibility$ = fromEvent(document, 'visibilitychange');
  const look$ = runs.list({ limit: MOST }).pipe(
    take(MOST),
    toArray(),
    map((runs): Listed => ({ runs })),
    catchError((trouble: unknown) => of<Listed>({ runs: [], trouble })),
  );
  const looking$ = look$.pipe(
    repeat({ delay: (looks) => timer(Math.min(SOON * 1.3 ** (looks - 1), LATE)) }),
    takeUntil(visibility$),
  );
  return merge(visibility$, happened$).pipe(
    startWith(undefined),
    switchMap(() => (document.hidden ? [] : looking$)),
    shareReplay({ bufferSize: 1, refCount: true }),
  );
};

/** What a run is called: by what it was asked, or by what it said. */
export const titleOf = ({ id, metadata, output }: Run): string => {
  const { title } = metadata ?? {};
  const text = typeof title === 'string' && title !== '' ? title : output?.split('\n', 1)[0];
  return text || `Run ${id}`;
};

export const statusOf = ({ status }: Pick<Run, 'status'>): string =>
  status === 'awaiting_approval' ? 'waits for you' : status.replaceAll('_', ' ');

const entry = () => {
  const title = h('span', { class: 'title' });
  const about = h('span', { class: 'about' });
  const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
  const link = h('a', {}, mark, title, about);
  return {
    element: h('li', {}, link),
    show: (run: Run, isCurrent: boolean) => {
      set(link, 'href', `#/runs/${run.id}`);
      set(link, 'aria-current', isCurrent && 'page');
      set(link, 'data-status', isOver(run) ? run.status : statusOf(run).replaceAll(' ', '-'));
      say(title, titleOf(run));
      say(about, [`${run.id}`, statusOf(run), ago(run.created_at, Date.now())].join(' · '));
    },
  };
};

/** The list of runs, newest first. */
export const runList = (list: HTMLElement, note: HTMLElement) => {
  const entries = new Map<number, ReturnType<typeof entry>>();
  let shown: readonly Run[] = [];

  return (found: Listed, current: number | undefined): void => {
    const { what, advice } = sentence(found.trouble);
    if (found.trouble === undefined) shown = found.runs; // else what there was is better than nothing
    const elements = shown.map((run) => {
      const one = entries.get(run.id) ?? entry();
      entries.set(run.id, one);
      one.show(run, run.id === current);
      return one.element;
    });
    const isSame =
      list.children.length === elements.length &&
      elements.every((element, i) => list.children[i] === element);
    if (!isSame) list.replaceChildren(...elements);
    const isEmpty = shown.length === 0;
    set(note, 'hidden', !isEmpty && found.trouble === undefined);
    say(
      note,
      found.trouble === undefined
        ? 'No runs yet. Send a message, and the first is here.'
        : `${what} ${advice}`,
    );
  };
};
