import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { collectRun, createClient, respond } from 'm8tes-rx';
import { approval, block, done, localServer, thinking, tool, type Script } from 'm8tes-rx/testing';
import { catchError, lastValueFrom, map, mergeMap, of, range, timer, toArray } from 'rxjs';
import { random } from '../../lib/testing/random';
import { axe } from './axe';
import { closing } from './closing';
import { timers } from './timers';

/** How much is soaked. */
export interface SoakOptions {
  readonly waves: number;
  /** Runs in a wave; each wave has a server of its own, which forgets its runs with it. */
  readonly runs: number;
  readonly atATime: number;
  /** Milliseconds between the events of a run: the slower it is, the more is there to join again. */
  readonly pace: number;
  readonly seed: number;
}

/** What came of it. */
export interface Soaked {
  /** Runs whose text is what the server's script said. */
  readonly right: number;
  /** Runs whose text is not. */
  readonly wrong: readonly string[];
  /** Runs whose stream failed, and why. */
  readonly failed: readonly string[];
  /** Runs on the servers. */
  readonly onServers: number;
  /** Runs that waited for people, and how often people were asked: once a run. */
  readonly waited: number;
  readonly asked: number;
  readonly connections: number;
  readonly cut: number;
  readonly interrupted: number;
  readonly resumed: number;
  /** Records that were read, because there was no stream to join any more. */
  readonly records: number;
  readonly sockets: number;
  readonly timers: number;
  /** Bytes of the heap after each wave, its garbage collected. */
  readonly heap: readonly number[];
  readonly seconds: number;
}

const words = [
  'ticket ',
  'open ',
  'é ',
  '🎈',
  '日本 ',
  'a longer piece of text, ',
  '"quoted" ',
  '\n',
];

/** The pieces of a run's text, which its number decides. */
const pieces = (number: number): readonly string[] => {
  const chance = random(number);
  const length = 5 + Math.floor(chance() * 60);
  return Array.from({ length }, () => words[Math.floor(chance() * words.length)]!);
};

/** Every fourth run waits for people. */
const waits = (number: number): boolean => number % 4 === 3;

const script: Script = function* ({ message }) {
  const all = pieces(Number(message));
  const half = all.length >> 1;
  yield* thinking('Let me ', 'see.');
  yield* block('text', all.slice(0, half), 'first');
  yield* tool({ name: 'gmail_search', input: { query: message }, result: { found: message } });
  if (waits(Number(message))) yield* approval({ tool_name: 'gmail_send' });
  yield* block('text', all.slice(half), 'second');
  yield* done();
};

const paramsOf = (number: number) => ({
  message: String(number),
  ...(waits(number) && { human_in_the_loop: true, permission_mode: 'approval' as const }),
});

/**
 * The JSON that a repeated POST is answered with: requests are repeated until their answer begins,
 * and not when it breaks off in the middle.
 */
const spared = /^idempotent-replay:/im;

const collect = (): void => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
};

const gone = async (open: () => number): Promise<void> => {
  for (let tries = 0; open() > 0 && tries < 1_000; tries++) await sleep(10);
};

/** Runs many runs at a time over a proxy that cuts their connections at random. */
export const soak = async ({ waves, runs, atATime, pace, seed }: SoakOptions): Promise<Soaked> => {
  const begun = performance.now();
  const left = timers();
  const proxy = await axe(seed, spared);
  const count = { interrupted: 0, resumed: 0, records: 0, onServers: 0, waited: 0, asked: 0 };
  const client = createClient({
    baseUrl: `http://127.0.0.1:${proxy.port}/api/v2`,
    apiKey: 'm8_soak',
    fetch: closing,
    retries: { count: 20, delay: 5, maxDelay: 100 },
    resume: { attempts: 20, delay: 5, maxDelay: 100 },
    timeouts: { linger: 200 },
    onConnection: ({ state }) => {
      if (state === 'interrupted' || state === 'resumed') count[state]++;
    },
  });

  const onApproval = () => {
    count.asked++;
    return timer(10 * pace).pipe(map(() => true));
  };

  const wrong: string[] = [];
  const failed: string[] = [];
  const heap: number[] = [];
  let right = 0;
  for (let wave = 0; wave < waves; wave++) {
    // Every other server hangs up while a run waits, and has no stream of it as long as it does.
    const server = await localServer({ pace, script, pauses: wave % 2 ? 'open' : 'hang-up' });
    proxy.to(Number(new URL(server.url).port));
    count.waited += Array.from({ length: runs }, (_, n) => wave * runs + n).filter(waits).length;
    const outcomes = range(wave * runs, runs).pipe(
      mergeMap(
        (number) =>
          client.runs.create(paramsOf(number)).pipe(
            respond(client, { onApproval }),
            collectRun(),
            map(({ text }) => ({ number, text, why: '' })),
            catchError((error: Error) => of({ number, text: '', why: String(error) })),
          ),
        atATime,
      ),
      toArray(),
    );
    for (const { number, text, why } of await lastValueFrom(outcomes)) {
      if (why !== '') failed.push(`run ${number}: ${why}`);
      else if (text === pieces(number).join('')) right++;
      else wrong.push(`run ${number}: ${JSON.stringify(text)}`);
    }
    count.onServers += server.runs().length;
    count.records += server.requests().filter(({ route }) => route === 'get').length;
    await gone(server.streams);
    await server.close();
    collect();
    heap.push(process.memoryUsage().heapUsed);
  }

  await gone(proxy.open);
  const sockets = proxy.open();
  await proxy.close();
  left.stop();
  const seconds = (performance.now() - begun) / 1_000;
  const { connections, cut } = proxy;
  return {
    ...{ right, wrong, failed, ...count },
    ...{ connections: connections(), cut: cut(), sockets, timers: left.left(), heap, seconds },
  };
};
