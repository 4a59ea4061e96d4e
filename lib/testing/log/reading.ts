import { Subject, Subscription } from 'rxjs';
import type { Entry, Mark, Reading, ReadOptions, RunLog } from '../../log/RunLog';
import type { Bench } from './Contract';
import { LONG, numbers, teller, until, writer, whole } from './tales';

/** A reader that stays, and what it has been told so far. */
const reader = (log: RunLog, run: string, options?: ReadOptions) => {
  const entries: Entry[] = [];
  const words: string[] = [];
  const note = (reading: Reading): void => {
    if (reading.type === 'entries') entries.push(...reading.entries);
    else words.push(reading.type);
  };
  const subscription = log.read(run, options).subscribe({
    next: note,
    error: (error: unknown) => words.push(`error: ${String(error)}`),
    complete: () => words.push('complete'),
  });
  return {
    entries,
    words,
    positions: () => entries.map(({ pos }) => pos),
    leave: () => subscription.unsubscribe(),
    has: (count: number) => until(() => Promise.resolve(entries.length >= count)),
    over: () => until(() => Promise.resolve(words.length >= 2)),
  };
};

/** What is read: each entry once and in order, or that one has to begin again. */
export const reading = ({ withLog, expectEqual }: Bench): void => {
  withLog('tells history, then what comes, without a gap', async ({ log, other }) => {
    const { append } = await writer(log, 'r', 'a');
    const frames = teller()(...numbers(1, 200).map((n) => `${n} `));
    const readers: ReturnType<typeof reader>[] = [];
    for (let from = 0; from < frames.length; from += 2) {
      if (from % 20 === 0) readers.push(reader(from % 40 ? log : other, 'r'));
      await append(frames.slice(from, from + 2));
    }
    await append([], { close: 'ended' });
    for (const one of readers) {
      await one.over();
      expectEqual(one.positions(), numbers(1, 200));
      expectEqual(
        one.entries.map(({ data, fingerprint }) => ({ data, fingerprint })),
        frames,
      );
      expectEqual(one.words, ['closed', 'complete']);
    }
  });

  withLog('wakes who waits, on any machine', async ({ log, other }) => {
    const { append } = await writer(log, 'r', 'a');
    const tell = teller();
    const near = reader(log, 'r');
    const far = reader(other, 'r');
    for (const n of numbers(1, 20)) {
      await append(tell(`${n}`));
      await near.has(n);
      await far.has(n);
    }
    near.leave();
    await append(tell('21'));
    await far.has(21);
    expectEqual([near.positions(), far.positions()], [numbers(1, 20), numbers(1, 21)]);
    far.leave();
  });

  withLog('goes on after a mark', async ({ log }) => {
    const { append } = await writer(log, 'r', 'a');
    const frames = teller()('1', '2', '3', '4');
    await append(frames.slice(0, 3));
    const at = (pos: number): Mark => ({ pos, fingerprint: frames[pos - 1]!.fingerprint });
    const readers = [1, 2, 3].map((pos) => reader(log, 'r', { after: at(pos) }));
    await append(frames.slice(3), { close: 'ended' });
    for (const one of readers) await one.over();
    expectEqual(
      readers.map(({ positions }) => positions()),
      [[2, 3, 4], [3, 4], [4]],
    );
    const over = await whole(log.read('r', { after: at(4) }));
    expectEqual(over, [{ type: 'closed', end: 'ended' }]);
  });

  withLog('says so where the log does not hold what was read', async ({ log }) => {
    const { append } = await writer(log, 'r', 'a');
    const frames = teller()('1', '2');
    await append(frames);
    const { fingerprint } = frames[0]!;
    for (const pos of [2, 3, 100]) {
      const told = await whole(log.read('r', { after: { pos, fingerprint } }));
      expectEqual(told, [{ type: 'rewound' }]);
    }
  });

  withLog('tells that it is closed, and why, to who comes late', async ({ log }) => {
    const { append } = await writer(log, 'r', 'a');
    await append(teller()('…'), { close: 'interrupted' });
    const told = await whole(log.read('r'));
    expectEqual(
      told.map(({ type }) => type),
      ['entries', 'closed'],
    );
    expectEqual(told.at(-1), { type: 'closed', end: 'interrupted' });
  });

  withLog('never hurries who is slow, and keeps nothing back', async ({ log }) => {
    const { append } = await writer(log, 'r', 'a');
    const tell = teller();
    await append(tell('1'));
    const gate = new Subject<void>();
    let asked = 0;
    const slow = reader(log, 'r', { ready: () => (asked++, gate) });
    const quick = reader(log, 'r');
    await slow.has(1);
    for (const n of numbers(2, 1_000)) await append(tell(`${n}`));
    await quick.has(1_000);
    expectEqual([slow.positions(), asked], [[1], 1]);
    await append([], { close: 'ended' });
    while (slow.words.length < 2) {
      const before = asked;
      gate.next();
      await until(() => Promise.resolve(asked > before || slow.words.length >= 2));
    }
    expectEqual(slow.positions(), numbers(1, 1_000));
    expectEqual(quick.positions(), numbers(1, 1_000));
  });

  withLog('lets go of who leaves, whenever that is', async ({ log }) => {
    const { append } = await writer(log, 'r', 'a');
    const tell = teller();
    const subscription = new Subscription();
    let told = 0;
    subscription.add(
      log.read('r').subscribe(() => {
        told++;
        subscription.unsubscribe();
      }),
    );
    const stays = reader(log, 'r');
    for (const n of numbers(1, 5)) {
      reader(log, 'r').leave();
      await append(tell(`${n}`));
      await stays.has(n);
    }
    expectEqual([told, stays.positions()], [1, numbers(1, 5)]);
    stays.leave();
  });

  withLog('has nothing to tell of what is not there', async ({ log }) => {
    const nobody = reader(log, 'r');
    await nobody.over();
    expectEqual([nobody.entries, nobody.words], [[], ['gone', 'complete']]);
  });

  withLog(
    'tells who waits that the log has gone',
    async ({ log }) => {
      await writer(log, 'r', 'a');
      const waits = reader(log, 'r');
      await waits.over();
      expectEqual(waits.words, ['gone', 'complete']);
    },
    { retention: 40 },
  );

  withLog('goes on in a log that was opened again', async ({ log, other }) => {
    const tell = teller();
    const { append } = await writer(log, 'r', 'a');
    const stays = reader(other, 'r');
    await append(tell('one '), { close: 'ended' });
    await stays.over();
    const keeps = other.read('r').subscribe(); // whatever this machine remembers of the log
    const again = await log.acquire('r', 'b', LONG, { reopen: 'reply' });
    await until(async () => (await other.stat('r'))?.end === undefined);
    const epoch = again.type === 'yours' ? again.epoch : 0;
    await log.append({
      ...{ run: 'r', owner: 'b', epoch, from: 1, lease: LONG },
      frames: tell('two'),
    });
    const late = reader(other, 'r');
    await late.has(2);
    expectEqual([stays.positions(), late.positions(), late.words], [[1], [1, 2], []]);
    keeps.unsubscribe();
    late.leave();
  });
};
