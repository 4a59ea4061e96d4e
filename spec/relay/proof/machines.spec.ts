/**
 * The relay on three machines, with a real Redis, that are killed, stopped and started again while
 * many people watch many runs: nobody sees a word twice, or misses one.
 */
import { createClient } from 'redis';
import { block, localServer, tool, thinking, type LocalServer, type Script } from 'm8tes-rx/testing';
import { random } from '../../../lib/testing/random';
import { aRedis, describeRedis, type ARedis } from '../../redis/aRedis';
import { replicas, type Replica } from './replicas';
import { balancer, comer, joiner, leaveAll, reader, starter, type Viewer } from './viewers';

const RUNS = Number(process.env['RUNS'] ?? 50);
const VIEWERS = RUNS * 10;
const KILLS = Number(process.env['KILLS'] ?? 20);
const STOPS = 5;
const LEASE = 1_000;

jest.setTimeout(300_000);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it is so; says what was waited for where it is never so. */
const until = async (what: () => string, isSo: () => boolean | Promise<boolean>, ms = 90_000) => {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it never came to this: ${what()}`);
    await pause(100);
  }
};

const words = ['ticket ', 'open ', 'é ', '🎈', '日本 ', 'a longer piece, ', '"quoted" ', '\n'];

/** Runs that go on until they are told to end, and what they said. */
const speech = () => {
  const texts = new Map<string, string>();
  let isOver = false;
  const script: Script = function* ({ message }) {
    const chance = random(Number(message));
    const word = (): string => words[Math.floor(chance() * words.length)]!;
    texts.set(message, '');
    yield* thinking('Let me ', 'see.');
    for (let number = 1; !isOver; number++) {
      const deltas = Array.from({ length: 1 + Math.floor(chance() * 8) }, word);
      texts.set(message, texts.get(message)! + deltas.join(''));
      yield* block('text', deltas, `text_${number}`);
      const use = { name: 'gmail_search', id: `tc_${number}`, input: { query: word() } };
      if (chance() < 0.3) yield* tool({ ...use, result: { found: word() } });
    }
  };
  return { texts, script, end: () => void (isOver = true) };
};

/** Where two texts part. */
const difference = (told: string, said: string): string => {
  let at = 0;
  while (at < told.length && told[at] === said[at]) at++;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 30), at + 30));
  return `of ${said.length} characters, at ${at}: told ${around(told)}, said ${around(said)}`;
};

describeRedis('a relay on three machines', () => {
  let redis: ARedis;
  let api: LocalServer;
  let closings: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closings.reverse()) await close();
    closings = [];
  });

  it('tells all viewers all of all runs, whatever dies', async () => {
    const t0 = performance.now();
    const log = (...a: unknown[]) => process.stderr.write(`${((performance.now() - t0) / 1000).toFixed(1)} ${a.join(' ')}\n`);
    redis = await aRedis('--appendonly', 'yes', '--appendfsync', 'always');
    closings.push(() => redis.stop());
    const { texts, script, end } = speech();
    api = await localServer({
      pace: 400,
      script,
      faults: [{ on: 'join', rejoin: 7, times: 1_000_000 }],
    });
    closings.push(() => api.close());
    const place = { api: api.url, redis: redis.port, lease: LEASE };
    const { all, close } = await replicas(place, 'a', 'b', 'c');
    closings.push(close);
    log('up');
    const inspector = createClient({
      url: `redis://127.0.0.1:${redis.port}`,
      socket: { reconnectStrategy: () => 20 },
    });
    inspector.on('error', () => {});
    await inspector.connect();
    closings.push(() => inspector.destroy());

    const office = async (run: number) => {
      const fields = ['owner', 'epoch', 'pos', 'gen', 'end'];
      const [owner, epoch, pos, gen, end] = await inspector.hmGet(`{m8tes:${run}}:m`, fields);
      return { run, owner, epoch: Number(epoch), pos: Number(pos), gen, end };
    };
    const runs = () => api.runs().map(({ id }) => id);
    const offices = () => Promise.all(runs().map(office));
    const heldBy = async ({ took }: Replica) =>
      (await offices()).filter(({ owner }) => owner != null && took(owner));

    const anywhere = balancer(all.map(({ url }) => url));
    const viewers: Viewer[] = [];
    closings.push(leaveAll);
    const chance = random(2);

    for (let n = 1; n <= RUNS; n++) viewers.push(starter(anywhere, `${n}`));
    await until(
      () => `${RUNS} runs, all known: ${runs().length}`,
      () => viewers.every(({ run_id }) => run_id() !== undefined),
    );
    log('started', runs().length);
    const comeIn = (count: number): void => {
      for (let n = 0; n < count; n++) {
        const all = runs();
        const run = all[viewers.length % all.length]!;
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
    comeIn(VIEWERS / 2);

    /** The process that pumps most, and what it pumps. */
    const busiest = async () => {
      const held = await Promise.all(
        all.map(async (replica) => ({ replica, offices: await heldBy(replica) })),
      );
      return held.sort((a, b) => b.offices.length - a.offices.length)[0]!;
    };
    /** Until others go on with what somebody held. */
    const takenOver = async (held: Awaited<ReturnType<typeof offices>>) => {
      let left: typeof held = held;
      let last: typeof held = held;
      await until(
        () =>
          `these are taken over, and go on: ${JSON.stringify(left)} ${JSON.stringify(last)} ${viewers
            .filter(({ run_id }) => run_id() === left[0]?.run)
            .map(({ name, history }) => `\n${name}: ${history.slice(-12).join('; ')}`)
            .join()}`,
        async () => {
          const now = new Map((await offices()).map((office) => [office.run, office]));
          last = left.map(({ run }) => now.get(run)!);
          left = held.filter(({ run, owner }) => {
            const office = now.get(run)!;
            return office.owner == null || office.owner === owner;
          });
          return left.length === 0;
        },
      );
    };

    for (let round = 1; round <= KILLS; round++) {
      const { replica, offices: held } = await busiest();
      expect(held.length).toBeGreaterThan(0);
      await replica.kill();
      log('killed', round, replica.name, held.length);
      await replica.start();
      await takenOver(held);
      comeIn(Math.floor((VIEWERS / 2 - RUNS) / KILLS));

      if (round % Math.floor(KILLS / STOPS) === 0) {
        const { replica, offices: held } = await busiest();
        replica.signal('SIGSTOP');
        log('stopped', replica.name, held.length);
        await takenOver(held);
        replica.signal('SIGCONT');
        const answers = () => held.map(({ run, epoch }) => [...replica.answers(`${run}`, epoch)]);
        await until(
          () => `all that it had is refused: ${JSON.stringify(answers().map((all, i) => [held[i]!.run, all.length, all.at(-1)]).filter(([, , last]) => last !== 'fenced'))} ${replica.noted()}`,
          () => answers().every((all) => all.at(-1) === 'fenced'),
        );
        log('woken');
      }
      if (round === Math.floor(KILLS / 3)) {
        const before = await offices();
        await redis.restart('SIGKILL');
        const after = await offices();
        expect(after.map(({ gen }) => gen)).toEqual(before.map(({ gen }) => gen));
        log('restarted');
      }
      if (round === Math.floor((KILLS * 2) / 3)) {
        const before = await offices();
        await redis.restart('SIGKILL', 'emptied');
        let after = before;
        await until(
          () => `all is built again: ${JSON.stringify(after)}`,
          async () => {
            after = await offices();
            return after.every(({ gen, pos }, i) => gen != null && gen !== before[i]!.gen && pos > 0);
          },
        );
        log('emptied');
      }
    }
    comeIn(VIEWERS - viewers.length);
    end();
    log('ended');
    const waiting = () => viewers.filter(({ isDone }) => !isDone());
    await until(
      () =>
        waiting()
          .map(({ name, history }) => `${name}: ${history.slice(-12).join('; ')}`)
          .join('\n'),
      () => waiting().length === 0,
    );
    log('done');
    const messages = new Map<number | undefined, string>(viewers.slice(0, RUNS).map(({ run_id }, i) => [run_id(), `${i + 1}`] as const));
    const wrong: string[] = viewers.flatMap(({ name, run_id, text, wrongs, history }) => {
      const said = texts.get(messages.get(run_id())!) ?? '';
      if (wrongs.length === 0 && text() === said) return [];
      return [`${name}: ${wrongs.join('; ')}; ${difference(text(), said)}; ${history.slice(-12).join('; ')}`];
    });
    log('cpu', JSON.stringify(process.cpuUsage()));
    for (const r of all) log(r.name, JSON.stringify((await r.memory())));
    log('texts', Math.min(...[...texts.values()].map((t) => t.length)));
    log('resets', viewers.filter(({history}) => history.some(h => h.startsWith('reset'))).length);
    expect(wrong).toEqual([]);
    expect(api.runs()).toHaveLength(RUNS);
    expect(api.runs().map(({ status }) => status)).toEqual(Array(RUNS).fill('completed'));
    await api.until(({ streams }) => streams() === 0);
  });
});
