import {
  localServer,
  type Frame,
  type LocalServer,
  type LocalServerOptions,
  type RunRecord,
} from 'm8tes-rx/testing';

export interface Json {
  readonly [field: string]: unknown;
}

/** An answer, read to its end. */
export interface Got {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, when it is JSON. */
  readonly json: Json;
  /** Its items, when it is a list. */
  readonly items: readonly Json[];
  readonly text: string;
  /** The data of its events, parsed, when it is a stream. */
  readonly events: readonly Frame[];
}

export interface Asking {
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
}

const servers: LocalServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The data of each event in a stream's text. */
export const eventsIn = (text: string): readonly Frame[] =>
  text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => parsed(frame.slice(6)) as Frame);

/** The text that some events say. */
export const saidIn = (events: readonly Frame[]): string =>
  events
    .filter(({ type }) => type === 'text-delta')
    .map(({ delta }) => delta as string)
    .join('');

/** Waits, in turns of the event loop, until something is so. */
export const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
};

/** A server of the spec's own, closed after it, and ways to ask it. Instant unless said otherwise. */
export const served = async (options: LocalServerOptions = {}) => {
  const server = await localServer({ pace: 0, ...options });
  servers.push(server);

  /** Asks, and leaves the answer's body unread. */
  const ask = (
    method: string,
    path: string,
    body?: unknown,
    { key = 'm8_test', headers = {} }: Asking = {},
  ): Promise<Response> =>
    fetch(server.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined || body instanceof FormData
          ? {}
          : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });

  const read = async (response: Response): Promise<Got> => {
    const text = await response.text();
    const { status, headers } = response;
    const json = parsed(text) as Json;
    const items = (json?.['data'] ?? json) as readonly Json[];
    return { status, headers, text, json, items, events: eventsIn(text) };
  };

  const call = async (...asking: Parameters<typeof ask>): Promise<Got> =>
    read(await ask(...asking));
  const get = (path: string, asking?: Asking) => call('GET', path, undefined, asking);
  const post = (path: string, body?: unknown, asking?: Asking) => call('POST', path, body, asking);

  /** Starts a run in the background, and gives its record. */
  const start = async (body: Record<string, unknown> = {}, asking?: Asking): Promise<RunRecord> =>
    (await post('/runs/', { message: 'hello', stream: false, ...body }, asking))
      .json as unknown as RunRecord;

  /** A run's record once it has this status. */
  const reached = async (id: number, status = 'completed', asking?: Asking): Promise<RunRecord> => {
    let run = {} as RunRecord;
    await until(async () => {
      run = (await get(`/runs/${id}`, asking)).json as unknown as RunRecord;
      return run.status === status;
    });
    return run;
  };

  /** A run that has completed. */
  const finished = async (body?: Record<string, unknown>, asking?: Asking): Promise<RunRecord> =>
    reached((await start(body, asking)).id, 'completed', asking);

  return { server, ask, call, get, post, start, reached, finished };
};
