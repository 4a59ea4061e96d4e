import {
  ApiError,
  ConnectionError,
  createClient,
  RunTimeoutError,
  type Client,
  type RunEvent,
} from 'm8tes-rx';
import {
  concat,
  defer,
  filter,
  map,
  Observable,
  retry,
  take,
  tap,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Subscription,
} from 'rxjs';

/** Somebody who watches a run, wherever it is served, and comes back when that breaks off. */
export interface Viewer {
  readonly name: string;
  readonly run_id: () => number | undefined;
  readonly text: () => string;
  /** What it was told that it should not have been. */
  readonly wrongs: readonly string[];
  /** What happened to its connections, for who reads why it was told something wrong. */
  readonly history: readonly string[];
  readonly isDone: () => boolean;
  readonly subscription: Subscription;
}

type Fetch = typeof globalThis.fetch;

/** Sends each request to the next of some addresses: one that is dead refuses, one that is stopped is silent. */
export const balancer = (urls: readonly (() => string)[]): Fetch => {
  let next = 0;
  return (url, init) => {
    const { pathname, search } = new URL(url instanceof Request ? url.url : url);
    return fetch(urls[next++ % urls.length]!() + pathname + search, init);
  };
};

const RELAY = 'http://127.0.0.1/m8tes';

/** Milliseconds without a byte until a viewer comes back: a process may be stopped. */
const SILENCE = 5_000;
/** And between two tries. */
const WAIT = 50;

/** The client of a page; every viewer has its own, so that its connections are. */
const page = (fetch: Fetch, history: string[]): Client =>
  createClient({
    relay: RELAY,
    fetch,
    retries: { count: 10_000, delay: WAIT, maxDelay: WAIT },
    resume: { attempts: 10_000, delay: WAIT, maxDelay: WAIT },
    timeouts: { idle: SILENCE, request: SILENCE },
    onConnection: ({ state, cause }) =>
      void history.push(cause instanceof Error ? `${state}: ${cause.message}` : state),
  });

const viewer = (
  name: string,
  events: (history: string[], wrongs: string[], anew: () => void) => Observable<RunEvent>,
): Viewer => {
  const history: string[] = [];
  const wrongs: string[] = [];
  let text = '';
  let run_id: number | undefined;
  let endings = 0;
  let isDone = false;
  const end = (wrong?: string): void => {
    if (wrong !== undefined) wrongs.push(wrong);
    if (endings !== 1) wrongs.push(`${endings} endings`);
    isDone = true;
  };
  const anew = (): void => {
    history.push('reset');
    text = '';
    endings = 0;
  };
  const subscription = events(history, wrongs, anew).subscribe({
    next: (event) => {
      if (event.type === 'metadata') run_id ??= event.payload.run_id;
      if (event.type === 'text-delta') text += event.delta;
      if (event.type === 'done') endings++;
    },
    error: (error: unknown) => end(String(error)),
    complete: () => end(),
  });
  return {
    ...{ name, wrongs, history, subscription },
    run_id: () => run_id,
    text: () => text,
    isDone: () => isDone,
  };
};

/** A stream heals itself when it breaks off; one that was never there, a person asks for again. */
const reloaded: MonoTypeOperatorFunction<RunEvent> = retry({
  delay: (error) =>
    error instanceof ConnectionError ||
    error instanceof RunTimeoutError ||
    (error instanceof ApiError && error.kind === 'server')
      ? timer(WAIT)
      : throwError(() => error as Error),
});

/** Starts a run, and watches it. */
export const starter = (fetch: Fetch, message: string): Viewer =>
  viewer(`who started ${message}`, (history) => page(fetch, history).runs.create({ message }));

/** Joins a run from its beginning. */
export const joiner = (fetch: Fetch, run_id: number): Viewer =>
  viewer(`who joined ${run_id}`, (history) =>
    page(fetch, history).runs.join(run_id).pipe(reloaded),
  );

/** Joins a run, leaves after so many events, and comes back with them. */
export const comer = (fetch: Fetch, run_id: number, events: number): Viewer =>
  viewer(`who came back to ${run_id} after ${events}`, (history) => {
    const { runs } = page(fetch, history);
    const after: RunEvent[] = [];
    const first = runs.join(run_id).pipe(
      reloaded,
      take(events),
      tap((event) => void after.push(event)),
    );
    return concat(
      first,
      defer(() => runs.join(run_id, { after }).pipe(reloaded)),
    );
  });

/** A server-sent event, as it is on the wire. */
interface Frame {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

const frameOf = (block: string): Frame => {
  const field = (name: string): string =>
    new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
  return { id: field('id'), event: field('event'), data: field('data') };
};

/** The frames of a run after an id; errors where they end without an ending, or do not come. */
const framesOf = (fetch: Fetch, run_id: number, last: string, history: string[]) =>
  new Observable<Frame>((subscriber) => {
    const leaving = new AbortController();
    let silence: NodeJS.Timeout | undefined;
    const isAlive = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => leaving.abort(new Error('silence')), SILENCE);
    };
    const read = async (): Promise<void> => {
      isAlive();
      const headers = last === '' ? {} : { 'last-event-id': last };
      const url = `${RELAY}/runs/${run_id}/stream`;
      const { status, body } = await fetch(url, { headers, signal: leaving.signal });
      history.push(`${status} after ${last}`);
      if (status === 204) return subscriber.complete();
      if (status !== 200 || body === null) throw new Error(`status ${status}`);
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        isAlive();
        const blocks = (rest + read.value).split('\n\n');
        rest = blocks.pop()!;
        for (const frame of blocks.map(frameOf)) {
          if (frame.data === '[DONE]') return subscriber.complete();
          if (frame.data !== '') subscriber.next(frame);
        }
      }
      throw new Error('cut');
    };
    read().catch((error: unknown) => {
      history.push(String(error));
      subscriber.error(error);
    });
    return () => {
      clearTimeout(silence);
      leaving.abort();
    };
  });

/**
 * Reads a run's stream as a browser's `EventSource` does, by its ids: each time it comes back it
 * says which was the last. Positions are the log's: within one they follow each other, without a
 * hole. Where it is told that it begins anew, it does.
 */
export const reader = (fetch: Fetch, run_id: number): Viewer =>
  viewer(`who read ${run_id} by its ids`, (history, wrongs, anew) => {
    let last = '';
    return defer(() => framesOf(fetch, run_id, last, history)).pipe(
      retry({ delay: WAIT }),
      tap(({ id, event }) => {
        if (event === 'reset') {
          last = '';
          return anew();
        }
        const [gen, pos] = id.split('-');
        const [lastGen = gen, lastPos = 0] = last.split('-');
        if (gen === lastGen && Number(pos) !== Number(lastPos) + 1) {
          wrongs.push(`${id} after ${last}`);
        }
        last = id;
      }),
      filter(({ event }) => event === ''),
      map(({ data }) => JSON.parse(data) as RunEvent),
    );
  });

/** All viewers leave. */
export const leave = (viewers: readonly Viewer[]): void =>
  viewers.forEach(({ subscription }) => subscription.unsubscribe());
