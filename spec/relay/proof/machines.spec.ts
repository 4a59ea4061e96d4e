/**
 * The relay on three machines with a Redis, which are killed, stopped and started again while many
 * watch many runs. The runs go on until all of that has been done to them.
 */
import { block, localServer, thinking, tool, type Fault, type Script } from 'm8tes-rx/testing';
import { createClient } from 'redis';
import { random } from '../../../lib/testing/random';
import { aRedis, describeRedis } from '../../redis/aRedis';
import { replicas, type Replica } from './replicas';
import { balancer, comer, joiner, leave, reader, starter, type Viewer } from './viewers';

const RUNS = 50;
const VIEWERS = 500;
const KILLS = 20;
const STOPS = 5;
/** Rounds in which Redis is restarted with its file, is silent for longer than a lease, is restarted without. */
const RESTARTED = 7;
const SILENT = 10;
const EMPTIED = 14;

/** Milliseconds. */
const LEASE = 1_000;
const PACE = 400;
/** For a machine that others use. */
const PATIENCE = 90_000;
jest.setTimeout(4 * PATIENCE);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until nothing is left, and tells what is where something always is. */
const untilNone = async <A>(what: string, left: () => Promise<readonly A[]>): Promise<void> => {
  const begun = performance.now();
  for (;;) {
    const some = await left();
    if (some.length === 0) return;
    if (performance.now() - begun > PATIENCE) throw new Error(`${what}: ${JSON.stringify(some)}`);
    await pause(50);
  }
};

const words = ['ticket ', 'open ', 'é ', '🎈', '日本 ', 'a longer piece, ', '"quoted" ', '\n'];

/** Runs that go on until they are told to end; what each said, by its message. */
const speaking = () => {
  const said = new Map<string, string>();
  let isOver = false;
  const script: Script = function* ({ message }) {
    const chance = random(Number(message));
    const word = (): string => words[Math.floor(chance() * words.length)]!;
    said.set(message, '');
    yield* thinking('Let me ', 'see.');
    for (let number = 1; !isOver; number++) {
      const deltas = Array.from({ length: 1 + Math.floor(chance() * 8) }, word);
      said.set(message, said.get(message)! + deltas.join(''));
      yield* block('text', deltas, `text_${number}`);
      const use = { name: 'gmail_search', id: `tc_${number}`, input: { query: word() } };
      if (chance() < 0.3) yield* tool({ ...use, result: { found: word() } });
    }
  };
  return { said, script, end: () => void (isOver = true) };
};

/** What goes wrong with a stream that is joined: who takes over has the API's own troubles, too. */
const trouble = (chance: () => number, rejoin: number): Fault => {
  const events = Math.floor(chance() * 150);
  const kinds: readonly Fault[] = [
    { status: 503 },
    { reset: 'before-handling' },
    { reset: 'after-headers' },
    { rejoin, shorten: 1 + (events % 4) },
    { rejoin, split: rejoin },
    { rejoin, cut: { afterEvents: events, how: 'end' } },
    { rejoin, cut: { afterEvents: events } },
  ];
  // More often than not it goes well, but for the deltas, which are cut elsewhere.
  return { on: 'join', ...(kinds[Math.floor(chance() * 2 * kinds.length)] ?? { rejoin }) };
};

/** Where two texts part. */
const difference = (told: string, said: string): string => {
  let at = 0;
  while (at < told.length && told[at] === said[at]) at++;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 30), at + 30));
  return `at ${at} of ${said.length} characters ${around(told)}, where ${around(said)} was said`;
};

/** What Redis knows of a run. */
interface Office {
  readonly run: number;
  readonly owner: string | null;
  readonly epoch: number;
  readonly pos: number;
  readonly gen: string | null;
  readonly end: string | null;
}

const anInspector = async (port: number) => {
  const reconnectStrategy = () => 20;
  const redis = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy } });
  redis.on('error', () => {});
  await redis.connect();
  const office = async (run: number): Promise<Office> => {
    const names = ['owner', 'epoch', 'pos', 'gen', 'end'];
    const [owner = null, epoch, pos, gen = null, end = null] = await redis.hmGet(
      `{m8tes:${run}}:m`,
      names,
    );
    return { run, owner, epoch: Number(epoch), pos: Number(pos), gen, end };
  };
  return {
    /** As soon as Redis answers. */
    offices: async (runs: readonly number[]): Promise<readonly Office[]> => {
      for (;;) {
        try {
          return await Promise.all(runs.map(office));
        } catch {
          await pause(50);
        }
      }
    },
    length: (run: number) => redis.xLen(`{m8tes:${run}}:l`),
    close: () => redis.destroy(),
  };
};

describeRedis('a relay on three machines', () => {
  const closings: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close();
  });
  const closing = <A>(thing: A, close: (thing: A) => unknown): A => {
    closings.push(() => close(thing));
    return thing;
  };

  it('tells all of all runs to all viewers, once, whatever dies', async () => {
    const { said, script, end } = speaking();
    const redis = closing(await aRedis('--appendonly', 'yes', '--appendfsync', 'always'), (one) =>
      one.stop(),
    );
    const chance = random(2);
    const faults = Array.from({ length: 5_000 }, (_, index) => trouble(chance, index));
    const api = closing(await localServer({ pace: PACE, script, faults }), (one) => one.close());
    const place = { api: api.url, redis: redis.port, lease: LEASE };
    const machines = closing(await replicas(place, ['a', 'b', 'c']), (one) => one.close());
    const inspector = closing(await anInspector(redis.port), (one) => one.close());
    const anywhere = balancer(machines.all.map(({ url }) => url));
    const viewers: Viewer[] = closing([], leave);

    const runs = () => api.runs().map(({ id }) => id);
    const offices = () => inspector.offices(runs());
    const heldBy = async (replica: Replica) =>
      (await offices()).filter(({ owner }) => replica.took(owner));
    /** The process that pumps most. */
    const busiest = async () => {
      const counts = await Promise.all(machines.all.map(async (one) => (await heldBy(one)).length));
      return machines.all[counts.indexOf(Math.max(...counts))]!;
    };
    const takenOver = (held: readonly Office[]) =>
      untilNone('nobody has taken these over', async () => {
        const now = new Map((await offices()).map((one) => [one.run, one.owner]));
        return held.filter(({ run, owner }) => now.get(run) === null || now.get(run) === owner);
      });

    const comeIn = (count: number): void => {
      for (let left = count; left > 0; left--) {
        const run = runs()[viewers.length % RUNS]!;
        const kind = chance();
        viewers.push(
          kind < 0.2
            ? reader(anywhere, run)
            : kind < 0.4
              ? comer(anywhere, run, 1 + Math.floor(chance() * 40))
              : joiner(anywhere, run),
        );
      }
    };

    const killed = async (meanwhile = () => Promise.resolve()): Promise<void> => {
      const replica = await busiest();
      const held = await heldBy(replica);
      expect(held.length).toBeGreaterThan(0);
      await Promise.all([replica.kill(), meanwhile()]);
      await Promise.all([replica.start(), takenOver(held)]);
    };

    /** Past its lease, until somebody else has what it had: then the first it writes is refused. */
    const stopped = async (): Promise<void> => {
      const replica = await busiest();
      replica.signal('SIGSTOP');
      const held = await heldBy(replica);
      expect(held.length).toBeGreaterThan(0);
      await takenOver(held);
      const answers = () => held.map(({ run, epoch }) => replica.answers(run, epoch));
      const before = answers().map(({ length }) => length);
      const since = () =>
        answers().map((all, index) => all.slice(before[index]).slice(0, 3).join());
      replica.signal('SIGCONT');
      await untilNone('who woke was not refused', () =>
        Promise.resolve(since().filter((all) => !all.includes('fenced'))),
      );
      // An answer may have lain in its socket while it was stopped; and an append that was on its way
      // then is asked again, for its lease was over: refused twice.
      expect(since().filter((all) => !/^(appended,)?fenced(,fenced)*$/.test(all))).toEqual([]);
    };

    const restarted = async (): Promise<void> => {
      const before = await offices();
      await redis.restart('SIGKILL');
      const after = await offices();
      expect(after.map(({ gen }) => gen)).toEqual(before.map(({ gen }) => gen));
      expect(after.filter(({ pos }, index) => pos < before[index]!.pos)).toEqual([]);
      expect(viewers.filter(({ history }) => history.includes('reset'))).toEqual([]);
    };

    const silent = async (): Promise<void> => {
      redis.process().kill('SIGSTOP');
      await pause(2 * LEASE);
      redis.process().kill('SIGCONT');
    };

    const emptied = async (): Promise<void> => {
      const before = await offices();
      await killed(() => redis.restart('SIGKILL', 'emptied'));
      await untilNone('these are not built again', async () =>
        (await offices()).filter(
          ({ gen, pos }, index) => gen === null || gen === before[index]!.gen || pos === 0,
        ),
      );
    };

    for (let number = 1; number <= RUNS; number++) viewers.push(starter(anywhere, `${number}`));
    await untilNone('these have not begun', () =>
      Promise.resolve(viewers.filter(({ run_id }) => run_id() === undefined)),
    );
    comeIn(VIEWERS / 2);
    for (let round = 1; round <= KILLS; round++) {
      if (round === EMPTIED) await emptied();
      else await killed();
      if (round === RESTARTED) await restarted();
      if (round === SILENT) await silent();
      if (round % (KILLS / STOPS) === 0) await stopped();
      comeIn(Math.floor((VIEWERS / 2 - RUNS) / KILLS));
    }
    comeIn(VIEWERS - viewers.length);
    end();
    await untilNone('these wait for ever', () =>
      Promise.resolve(
        viewers
          .filter(({ isDone }) => !isDone())
          .map(({ name, history }) => [name, ...history.slice(-12)]),
      ),
    );

    const messages = new Map(
      viewers.slice(0, RUNS).map(({ run_id }, index) => [run_id(), `${index + 1}`]),
    );
    const wrong = viewers.flatMap(({ name, run_id, text, wrongs, history }) => {
      const whole = said.get(messages.get(run_id()) ?? '') ?? '';
      if (whole !== '' && text() === whole && wrongs.length === 0) return [];
      return [[name, difference(text(), whole), ...wrongs, ...history.slice(-12)]];
    });
    expect(wrong).toEqual([]);
    expect(viewers).toHaveLength(VIEWERS);
    expect(api.runs().map(({ status }) => status)).toEqual(
      Array.from({ length: RUNS }, () => 'completed'),
    );
    expect(api.requests().filter(({ route }) => route === 'cancel')).toEqual([]);
    await untilNone('these are not closed', async () =>
      (await offices()).filter((one) => one.end !== 'ended'),
    );
    const lengths = await Promise.all(runs().map(inspector.length));
    expect(lengths).toEqual((await offices()).map(({ pos }) => pos));
    await api.until(({ streams }) => streams() === 0);
  });
});
