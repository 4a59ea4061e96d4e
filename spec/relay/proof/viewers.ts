import {
  ConnectionError,
  createClient,
  ofType,
  RunTimeoutError,
  type ConnectionState,
  type RunEvent,
} from 'm8tes-rx';
import {
  concat,
  defer,
  retry,
  take,
  tap,
  throwError,
  timer,
  toArray,
  Subject,
  takeUntil,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';

/** Somebody who watches a run, wherever it is served, and comes back when it breaks off. */
export interface Viewer {
  readonly name: string;
  readonly run_id: () => number | undefined;
  readonly text: () => string;
  /** What happened to its connections, for who reads why it was told something wrong. */
  readonly history: readonly string[];
  /** What it was told that it should not have been. */
  readonly wrongs: readonly string[];
  readonly isDone: () => boolean;
}

/** Sends each request to the next of some addresses: one that is dead refuses, one that is stopped is silent. */
export const balancer = (urls: readonly (() => string)[]): typeof fetch => {
  let next = 0;
  return (url, init) => {
    const { pathname, search } = new URL(url instanceof Request ? url.url : url);
    return fetch(urls[next++ % urls.length]!() + pathname + search, init);
  };
};

/** Longer than the silence of a relay that lives, as short as the spec can wait for one that is stopped. */
const SILENCE = 5_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A client, as in a page. Every viewer has one, so that its connections are its own. */
const page = (fetch: typeof globalThis.fetch, history: string[]) =>
  createClient({
    baseUrl: 'http://127.0.0.1',
    apiKey: 'm8_viewer',
    fetch,
    retries: { count: 1_000, delay: 20, maxDelay: 200 },
    resume: { attempts: 1_000, delay: 20, maxDelay: 200 },
    timeouts: { linger: 50, idle: SILENCE, request: SILENCE },
    onConnection: ({ state, cause }: ConnectionState) =>
      void history.push(cause instanceof Error ? `${state}: ${cause.message}` : state),
    onLog: ({ message }) => void history.push(message),
  });

type Page = ReturnType<typeof page>;

const leaving = new Subject<void>();
const isLeft = { yes: false };

/** Nobody watches any more. */
export const leaveAll = (): void => {
  isLeft.yes = true;
  leaving.next();
};

const watching = (
  name: string,
  fetch: typeof globalThis.fetch,
  events: (page: Page) => Observable<RunEvent>,
): Viewer => {
  const history: string[] = [];
  const wrongs: string[] = [];
  let text = '';
  let run_id: number | undefined;
  let isDone = false;
  const told = events(page(fetch, history)).pipe(
    tap((event) => {
      if (event.type === 'metadata') run_id ??= event.payload.run_id;
      if (event.type === 'text-delta') text += event.delta;
    }),
    ofType('done'),
    toArray(),
    takeUntil(leaving),
  );
  told.subscribe({
    next: (endings) => {
      if (endings.length !== 1) wrongs.push(`${endings.length} endings`);
      isDone = true;
    },
    error: (error: unknown) => {
      wrongs.push(String(error));
      isDone = true;
    },
  });
  return {
    ...{ name, history, wrongs },
    run_id: () => run_id,
    text: () => text,
    isDone: () => isDone,
  };
};

/** Starts a run, and watches it. */
export const starter = (fetch: typeof globalThis.fetch, message: string): Viewer =>
  watching(`starter of ${message}`, fetch, ({ runs }) => runs.create({ message }));

/** A stream that is broken off heals itself; one that was never there is asked for again, as of a page that is opened. */
const opened: MonoTypeOperatorFunction<RunEvent> = retry({
  delay: (error) =>
    error instanceof ConnectionError || error instanceof RunTimeoutError
      ? timer(50)
      : throwError(() => error as Error),
});

/** Joins a run from its beginning. */
export const joiner = (fetch: typeof globalThis.fetch, run_id: number): Viewer =>
  watching(`joiner of run ${run_id}`, fetch, ({ runs }) => runs.join(run_id).pipe(opened));

/** Joins a run, leaves after so many events, and comes back with what it has. */
export const comer = (
  fetch: typeof globalThis.fetch,
  run_id: number,
  events: number,
): Viewer =>
  watching(`comer to run ${run_id} after ${events}`, fetch, ({ runs }) => {
    const after: RunEvent[] = [];
    const first = runs.join(run_id).pipe(
      opened,
      take(events),
      tap((event) => void after.push(event)),
    );
    return concat(
      first,
      defer(() => runs.join(run_id, { after }).pipe(opened)),
    );
  });

/** A server-sent event as a raw viewer reads it. */
interface Frame {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

const frameOf = (block: string): Frame | undefined => {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
  const data = field('data');
  return data === undefined ? undefined : { id: field('id'), event: field('event'), data };
};

/** Bytes of a body as frames; errors when nothing comes for too long. */
async function* framesOf(body: ReadableStream<Uint8Array>, beat: () => void): AsyncGenerator<Frame> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    beat();
    text += decoder.decode(read.value, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const frame = frameOf(block);
      if (frame !== undefined) yield frame;
    }
  }
}

/**
 * Reads a run's stream as a browser's `EventSource` does, by its ids: each time it comes back it says
 * which the last one was. Positions are a log's: in one log they follow each other, without a hole.
 */
export const reader = (fetch: typeof globalThis.fetch, run_id: number): Viewer => {
  const history: string[] = [];
  const wrongs: string[] = [];
  let text = '';
  let last = '';
  let isDone = false;

  const take = ({ id, event, data }: Frame): boolean => {
    if (event === 'reset') {
      history.push(`reset after ${last}`);
      text = last = '';
      return false;
    }
    if (data === '[DONE]') return true;
    const [gen, pos] = (id ?? '').split('-');
    const [lastGen, lastPos = 0] = last.split('-');
    if (gen === lastGen && Number(pos) !== Number(lastPos) + 1) {
      wrongs.push(`${id} came after ${last}`);
    }
    last = id ?? '';
    const told = JSON.parse(data) as { readonly type: string; readonly delta: string };
    if (told.type === 'text-delta') text += told.delta;
    return false;
  };

  const connect = async (): Promise<boolean> => {
    const own = new AbortController();
    const left = leaving.subscribe(() => own.abort());
    let timer: NodeJS.Timeout | undefined;
    const beat = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => own.abort(new Error('silence')), SILENCE);
    };
    beat();
    try {
      const told = await fetch(`http://127.0.0.1/runs/${run_id}/stream`, {
        headers: { authorization: 'viewer', ...(last !== '' && { 'last-event-id': last }) },
        signal: own.signal,
      });
      history.push(`${told.status} after ${last || 'nothing'}`);
      if (told.status === 204) return true;
      if (told.status !== 200 || told.body === null) {
        await told.body?.cancel();
        return false;
      }
      if (last !== '' && told.headers.get('m8tes-resumed') === last) history.push('resumed');
      for await (const frame of framesOf(told.body, beat)) if (take(frame)) return true;
      return false;
    } finally {
      clearTimeout(timer);
      left.unsubscribe();
      own.abort();
    }
  };

  const read = async (): Promise<void> => {
    while (!isLeft.yes && !(await connect().catch((error: unknown) => history.push(String(error)) < 0))) {
      await pause(20);
    }
    isDone = true;
  };
  void read();
  return {
    name: `reader of run ${run_id}`,
    ...{ history, wrongs },
    run_id: () => run_id,
    text: () => text,
    isDone: () => isDone,
  };
};
