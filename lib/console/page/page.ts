import { createClient } from 'm8tes-rx';
import {
  catchError,
  combineLatest,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  finalize,
  fromEvent,
  ignoreElements,
  map,
  merge,
  of,
  shareReplay,
  startWith,
  Subject,
  switchMap,
  tap,
  withLatestFrom,
  type Observable,
} from 'rxjs';
import { composer, type Sent } from './composer';
import { conversation } from './conversation';
import { byId, say, set } from './dom';
import { following } from './following';
import { about } from './kept';
import { painted } from './painted';
import { listed, runList, titleOf } from './runs';
import { sentence } from './sentences';
import { beginning, session, type Opening, type Session } from './session';
import { statusOf } from './status';
import { welcome } from './welcome';

const client = createClient({ relay: '/m8tes' }); // no key: the server has it

const box = composer();
const log = byId('log');
const follow = following(log, byId('latest'));
const opened$ = new Subject<Opening>();
const happened$ = new Subject<void>();
const about$ = about().pipe(shareReplay(1));
const list$ = listed(client, happened$);
const clicked = (id: string): Observable<Event> => fromEvent(byId(id), 'click');

/** The run that the address names; null for a new one, undefined for the address of something else. */
const addressed = (): number | null | undefined => {
  const [, id] = /^#\/runs\/([1-9]\d{0,14})$/.exec(location.hash) ?? [];
  if (id !== undefined) return Number(id);
  return /^#?\/?$/.test(location.hash) ? null : undefined;
};

/** Where there is no room for the list of runs beside a run, it is open or not. */
const setOpen = (isOpen: boolean): void => {
  set(document.body, 'data-open', isOpen);
  set(byId('toggle'), 'aria-expanded', isOpen ? 'true' : 'false');
};

const begin = ({ message, permission_mode }: Sent): void =>
  opened$.next(beginning(client, message, permission_mode));

/** What is to be seen: a run by its address, one that begins, or an invitation to begin one. */
const seen$: Observable<Opening | undefined> = merge(
  fromEvent(window, 'hashchange').pipe(
    startWith(undefined),
    map(addressed),
    filter((run_id) => run_id !== undefined),
    map((run_id) => (run_id === null ? undefined : { run_id })),
  ),
  opened$,
);

/** An invitation: whatever is sent begins a run. */
const invite = (): Observable<Session | undefined> => {
  log.replaceChildren(
    welcome(about$, (message) => begin({ message, permission_mode: box.mode() })),
  );
  box.focus();
  return merge(of(undefined), box.sent$.pipe(tap(begin), ignoreElements()));
};

/**
 * A run, painted whenever there is something new of it; whatever is sent is a reply to it. One that did
 * not come to be gives back its message, to be sent as it was or otherwise.
 */
const look = (opening: Opening): Observable<Session> => {
  const one = session(client, opening, list$.pipe(map(({ runs }) => runs)));
  let run_id: number | undefined;
  let unsent = 'message' in opening ? opening.message : '';
  const giveBack = (): void => {
    box.restore(unsent);
    unsent = '';
  };
  const view = conversation(client, {
    onDecided: one.lookAgain,
    onAgain: () => {
      if ('message' in opening) box.take(opening.message);
      opened$.next(run_id === undefined ? opening : { run_id });
    },
  });
  log.replaceChildren(view.element);
  follow.restart();
  const painted$ = one.session$.pipe(
    painted(),
    tap((session) => {
      run_id = session.run_id;
      if (run_id === undefined && session.trouble !== undefined) giveBack();
      view.show(session);
      follow.grown();
    }),
  );
  const replied$ = box.sent$.pipe(
    tap((sent) => {
      const { message } = sent;
      if (run_id === undefined) return begin(sent);
      one.reply(run_id, message, () => box.restore(message));
      follow.restart();
    }),
    ignoreElements(),
  );
  return merge(painted$, replied$);
};

const session$ = seen$.pipe(
  tap(() => {
    setOpen(false);
    say(byId('note'), '');
  }),
  switchMap((opening) => (opening === undefined ? invite() : look(opening))),
  shareReplay({ bufferSize: 1, refCount: true }),
);

const run_id$ = session$.pipe(map((session) => session?.run_id));
const acting = (id: string, act: (run_id: number) => Observable<unknown>): Observable<unknown> =>
  clicked(id).pipe(
    withLatestFrom(run_id$),
    exhaustMap(([, run_id]) => {
      say(byId('note'), '');
      if (run_id === undefined) return [];
      set(byId(id), 'aria-busy', 'true');
      return act(run_id).pipe(
        catchError((error: unknown) => {
          const { what, advice } = sentence(error);
          say(byId('note'), `${what} ${advice}`);
          return EMPTY;
        }),
        finalize(() => set(byId(id), 'aria-busy', false)),
      );
    }),
  );

/** What is around the conversation says how it is. */
const surround = (session: Session | undefined): void => {
  const { is, text } = statusOf(session);
  const { run_id, told, isReading = false } = session ?? {};
  set(byId('status'), 'data-is', is);
  say(byId('status-text'), text);
  const isLive = isReading && told?.isOver !== true;
  set(log, 'aria-busy', isLive ? 'true' : 'false'); // it is read out when it is whole
  set(byId('stop'), 'hidden', !isLive || run_id === undefined);
  set(byId('retry'), 'hidden', isLive || run_id === undefined || !/^(failed|cancelled)$/.test(is));
  box.show(run_id !== undefined, session !== undefined && isReading);
  // A run that has just begun has an address now, for a reload and for others.
  if (run_id !== undefined && addressed() === null) history.pushState(null, '', `#/runs/${run_id}`);
};

const showList = runList(byId('runs-list'), byId('runs-note'));

merge(
  session$.pipe(tap(surround)),
  // Whatever becomes of this run, the list is to tell soon.
  session$.pipe(
    map((session) => [session?.run_id, session?.isReading, statusOf(session).is].join()),
    distinctUntilChanged(),
    tap(() => happened$.next()),
  ),
  combineLatest([list$, session$]).pipe(
    tap(([found, session]) => {
      showList(found, session?.run_id);
      const record = found.runs.find(({ id }) => id === session?.run_id);
      const title = record ? titleOf(record) : session?.messages[0] || 'New run';
      say(byId('title'), title);
      say(byId('about-run'), record ? `Run ${record.id}` : '');
      document.title = `${title.slice(0, 60)} · m8tes-rx console`;
    }),
  ),
  about$.pipe(
    tap(({ mode, version }) => {
      say(byId('where'), mode === 'local' ? 'local' : 'API');
      const what = mode === 'local' ? 'a local server, which plays from a script' : 'the API';
      set(byId('where'), 'title', `m8tes-rx ${version ?? ''} on ${what}`);
    }),
  ),
  follow.moved$,
  acting('stop', (run_id) => client.runs.cancel(run_id)),
  acting('retry', (run_id) =>
    client.runs.retry(run_id).pipe(tap(({ id }) => void (location.hash = `#/runs/${id}`))),
  ),
  clicked('skip').pipe(
    tap((event) => {
      event.preventDefault(); // the address is the run's
      byId('message').focus();
    }),
  ),
  merge(
    clicked('toggle').pipe(map(() => !document.body.hasAttribute('data-open'))),
    fromEvent<KeyboardEvent>(document, 'keydown').pipe(
      filter(({ key }) => key === 'Escape'),
      map(() => false),
    ),
  ).pipe(tap(setOpen)),
).subscribe();
