/** The page: it shows what a run says, and what becomes of it, and keeps all that it was told. */
import {
  accumulate,
  createClient,
  respond,
  type ConnectionState,
  type RunEvent,
  type RunResult,
} from 'm8tes-rx';
import { fromEvent, map, merge, Subscription, take, tap, type Observable } from 'rxjs';

declare global {
  interface Window {
    readonly page: typeof page;
  }
}

const relay = new URLSearchParams(location.search).get('relay') ?? '/m8tes';
const states: ConnectionState['state'][] = [];
const client = createClient({
  relay,
  retries: { count: 1, delay: 10 },
  resume: { delay: 10, maxDelay: 200, attempts: 40 },
  onConnection: ({ state }) => states.push(state),
});

const element = (id: string): HTMLElement => document.getElementById(id)!;
const show = (id: string, text: string): void => void (element(id).textContent = text);
const clicked = (id: string): Observable<unknown> => fromEvent(element(id), 'click').pipe(take(1));

const told: RunEvent[] = [];
const remembered = (): number => Number(sessionStorage.getItem('run'));
let watching = Subscription.EMPTY;

const watch = (run$: Observable<RunEvent>): void => {
  let result: RunResult | undefined;
  show('text', '');
  show('state', 'watching');
  watching = run$
    .pipe(
      tap((event) => {
        told.push(event);
        const run_id = event.type === 'metadata' && event.payload.run_id;
        if (run_id) sessionStorage.setItem('run', String(run_id));
      }),
      // A person decides, and sees what about.
      respond(client, {
        onApproval: ({ display_name }) => {
          show('state', `may it ${display_name}?`);
          return merge(
            clicked('allow').pipe(map(() => true)),
            clicked('deny').pipe(map(() => false)),
          ).pipe(take(1));
        },
      }),
      accumulate(),
    )
    .subscribe({
      next: (next) => {
        result = next;
        show('text', next.text);
      },
      error: (error: Error) => show('state', `${error.name}: ${error.message}`),
      complete: () => show('state', String(result?.status)),
    });
};

/** What `EventSource` says of itself, by its `readyState`. */
const readiness = ['coming back', 'open', 'closed'];
const heard: string[] = [];

/** A run without this library: as the platform's own `EventSource` has it. */
const listen = (run_id: number): void => {
  const source = new EventSource(`${relay}/runs/${run_id}/stream`, { withCredentials: true });
  let text = '';
  const note = (what: string): void => {
    heard.push(what);
    show('text', text);
    show('state', readiness[source.readyState]!);
  };
  source.onopen = () => note('open');
  source.onerror = () => note(readiness[source.readyState]!);
  source.addEventListener('reset', () => {
    text = '';
    note('reset');
  });
  source.onmessage = ({ data }: MessageEvent<string>) => {
    if (data === '[DONE]') return note(data);
    const event = JSON.parse(data) as RunEvent;
    if (event.type === 'text-delta') text += event.delta;
    note(event.type);
  };
};

const page = {
  told,
  states,
  heard,
  ask: (message: string) => watch(client.runs.create({ message })),
  again: (run_id = remembered()) => watch(client.runs.join(run_id)),
  leave: () => watching.unsubscribe(),
  listen,
};
Object.assign(window, { page });

fromEvent(element('stop'), 'click').subscribe(() =>
  client.runs.cancel(remembered()).subscribe({ error: () => show('state', 'not stopped') }),
);
show('state', 'ready');
