import { defer, finalize, type MonoTypeOperatorFunction } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import { oneOf, rule, type Rules } from './allowed';
import type { Answer } from './answers';
import { moment, realTime, type Rest } from './clock';
import { exchange, type ReceivedRequest } from './exchange';
import { faultList, type Fault } from './faults';
import type { Line } from './Line';
import type { Reach } from './posting';
import type { RunRecord } from './records';
import type { Incoming } from './request';
import { fire } from './routes/triggers';
import { executing } from './runs/HeldRun';
import { isAsync, isScripted, played, type Scripted } from './scripted';
import { newWorld, type World } from './World';

/** How the API behaves that is played. */
export interface LocalApiOptions {
  /** Milliseconds before each event. The waits between the tries of a webhook grow with it. */
  readonly pace?: number | undefined;
  /** Milliseconds between the comments that keep a stream alive. Default 15,000. */
  readonly keepAlive?: number | undefined;
  readonly faults?: readonly Fault[] | undefined;
  /** What a join replays: all turns of the run, or the one it is executing. Default `whole`. */
  readonly history?: 'whole' | 'turn' | undefined;
  /** Whether streams stay open while the run waits for people. Default `open`. */
  readonly pauses?: 'open' | 'hang-up' | undefined;
  /** Decides the names that the server makes up. Default 1. */
  readonly seed?: number | undefined;
}

/** What is refused of the options that a server and a `fetch` share. */
export const apiRules: Rules<LocalApiOptions> = {
  pace: rule.amount,
  keepAlive: rule.amount,
  faults: { test: Array.isArray, must: 'must be a list of faults' },
  history: oneOf('whole', 'turn'),
  pauses: oneOf('open', 'hang-up'),
  seed: rule.whole,
};

/** What can be seen of the API that is played, and done to it. */
export interface LocalApi {
  /** The records of all runs, oldest first. */
  readonly runs: () => readonly RunRecord[];
  /** The requests that it got, in order. */
  readonly requests: () => readonly ReceivedRequest[];
  /** Event streams open now. */
  readonly streams: () => number;
  readonly fault: (...faults: readonly Fault[]) => void;
  /** Starts the task of a schedule, now, and gives the record of the run. Nothing else starts one. */
  readonly fire: (trigger_id: string) => RunRecord;
  /**
   * Waits until something is so: `await server.until(() => server.streams() === 0)`. Rejects when
   * it is not after `timeout` milliseconds of the real clock (5,000), and says what was so instead.
   */
  readonly until: (
    predicate: (api: LocalApi) => boolean,
    options?: { readonly timeout?: number | undefined },
  ) => Promise<void>;
}

/** The API without a door: a request goes in, an answer comes out. */
export interface Core {
  readonly api: LocalApi;
  /** `undefined` where the connection breaks off instead. */
  readonly answer: (request: Incoming, origin: string) => Answer | undefined;
  /** Stops every run and every webhook on its way. */
  readonly stop: () => void;
}

/** The hosted API, in memory: what a server on a socket and a `fetch` without one have in common. */
export const localApi = (
  script: Scripted | readonly Scripted[],
  {
    pace = 0,
    keepAlive = 15_000,
    faults: initialFaults = [],
    history = 'whole',
    pauses = 'open',
    seed = 1,
  }: LocalApiOptions,
  reach: Reach,
  rest: Rest,
): Core => {
  const scripts = [script].flat();
  if (scripts.some(isAsync)) {
    throw new InvalidArgumentError(
      'script',
      'must not be async, for no Promise settles in virtual time: let it yield wait(ms), or give ' +
        'an Observable of its steps',
    );
  }
  if (scripts.length === 0 || !scripts.every(isScripted)) {
    throw new InvalidArgumentError('script', 'must be a script, or run()…, or a list of them');
  }
  const world = newWorld({ script: played(scripts), pace, history, pauses, rest, reach }, seed);
  const faults = faultList(initialFaults);
  const received: ReceivedRequest[] = [];
  let streams = 0;

  const counted: MonoTypeOperatorFunction<Line> = (body) =>
    defer(() => {
      streams++;
      return body.pipe(finalize(() => streams--));
    });
  const note = (request: Omit<ReceivedRequest, 'closed'>): (() => void) => {
    const index = received.push({ ...request, closed: false }) - 1;
    return () => void (received[index] = { ...request, closed: true });
  };
  const all = { world, faults, note, keepAlive, counted };

  const api: LocalApi = {
    runs: () => held(world).map(({ record }) => record),
    requests: () => [...received],
    streams: () => streams,
    fault: faults.add,
    fire: (trigger_id) => fire(world, trigger_id),
    until: (predicate, options = {}) => until(api, predicate, options.timeout),
  };
  return {
    api,
    answer: (request, origin) => {
      world.origin = origin;
      return exchange(all, request);
    },
    stop: () => {
      world.closing.unsubscribe();
      for (const run of held(world)) {
        run.queue.length = 0;
        executing(run)?.playing.unsubscribe();
      }
    },
  };
};

const held = ({ accounts }: World) =>
  [...accounts.values()]
    .flatMap(({ runs }) => [...runs.values()])
    .sort((a, b) => a.record.id - b.record.id);

const until = async (
  api: LocalApi,
  predicate: (api: LocalApi) => boolean,
  timeout = 5_000,
): Promise<void> => {
  const { runs, requests, streams } = api;
  const end = realTime() + timeout;
  while (!predicate(api)) {
    if (realTime() > end) {
      const asked = requests().map(
        ({ method, path, closed }) => `${method} ${path}${closed ? ' (let go)' : ''}`,
      );
      const states = runs().map(({ id, status }) => `run ${id} ${status}`);
      throw new Error(
        `it was not so within ${timeout} ms. Requests: ${asked.join(', ') || 'none'}; ` +
          `runs: ${states.join(', ') || 'none'}; open streams: ${streams()}`,
      );
    }
    await moment();
  }
};
