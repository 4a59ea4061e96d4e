import type { Bench } from './Contract';
import { contents, numbers, teller, until, writer, LONG } from './tales';

/** What is written, and what is not. */
export const writing = ({ withLog, expectEqual }: Bench): void => {
  withLog('gives positions without holes, and keeps frames as they are', async ({ log, other }) => {
    const { append, epoch, gen } = await writer(log, 'r', 'a');
    const texts = ['a', '"\\\n\r\n\u2028\u0000', 'é日🎈', '', 'x'.repeat(100_000), '{}'];
    const frames = teller()(...texts);
    expectEqual(await append(frames.slice(0, 1)), { type: 'appended', pos: 1 });
    expectEqual(await append(frames.slice(1)), { type: 'appended', pos: 6 });
    const entries = frames.map((frame, index) => ({ pos: index + 1, ...frame }));
    expectEqual(await contents(other, 'r'), entries);
    const stat = await other.stat('r');
    expectEqual(
      { ...stat, held: (stat?.held ?? 0) > 0, bytes: (stat?.bytes ?? 0) >= 100_000 },
      {
        ...{ gen, epoch, held: true, floor: 1, bytes: true, end: undefined },
        at: { pos: 6, fingerprint: frames[5]!.fingerprint },
      },
    );
  });

  withLog('refuses what would leave a hole, and says where it is', async ({ log }) => {
    const { append } = await writer(log, 'r', 'a');
    const frames = teller()('1', '2', '3');
    await append(frames.slice(0, 1));
    expectEqual(await append(frames.slice(2), { from: 2 }), { type: 'gap', pos: 1 });
    expectEqual(await append([], { from: 2 }), { type: 'gap', pos: 1 });
    expectEqual((await contents(log, 'r')).length, 1);
    expectEqual(await append(frames.slice(1), { from: 1 }), { type: 'appended', pos: 3 });
  });

  withLog('answers a repeat as it did, and writes what is new in it', async ({ log }) => {
    const { append } = await writer(log, 'r', 'a');
    const frames = teller()(...numbers(1, 6).map(String));
    const first = { from: 0, frames: frames.slice(0, 4) };
    const answers = [
      await append(first.frames, first),
      await append(first.frames, first),
      await append(frames.slice(2, 4), { from: 2 }),
      await append(frames.slice(1), { from: 1 }),
    ];
    expectEqual(
      answers.map((answer) => (answer.type === 'appended' ? answer.pos : answer.type)),
      [4, 4, 4, 6],
    );
    const held = await contents(log, 'r');
    expectEqual(
      held.map(({ pos, fingerprint }) => [pos, fingerprint]),
      frames.map(({ fingerprint }, index) => [index + 1, fingerprint]),
    );
  });

  withLog('writes once what is sent many times at once', async ({ log }) => {
    const { append } = await writer(log, 'r', 'a');
    const frames = teller()('once', ' and', ' only');
    await Promise.all(numbers(1, 20).map(() => append(frames, { from: 0 })));
    expectEqual(
      (await contents(log, 'r')).map(({ pos }) => pos),
      [1, 2, 3],
    );
  });

  withLog('is closed by its writer, for good', async ({ log, other }) => {
    const { append } = await writer(log, 'r', 'a');
    const tell = teller();
    const last = { from: 0, frames: tell('the', ' end'), close: 'interrupted' } as const;
    expectEqual(await append(last.frames, last), { type: 'appended', pos: 2 });
    expectEqual(await append(last.frames, last), { type: 'appended', pos: 2 });
    const closed = { type: 'closed', end: 'interrupted' };
    expectEqual(await append(tell(' late'), { from: 2 }), { ...closed, pos: 2 });
    expectEqual(await append(last.frames.slice(1), { from: 1 }), { type: 'appended', pos: 2 });
    expectEqual(await other.acquire('r', 'b', LONG), closed);
    expectEqual(await log.acquire('r', 'a', LONG), closed);
    expectEqual((await other.stat('r'))?.end, 'interrupted');
    expectEqual((await contents(other, 'r')).length, 2);
  });

  withLog('is closed by a word of nothing else', async ({ log }) => {
    const { append } = await writer(log, 'r', 'a');
    expectEqual(await append([], { close: 'ended' }), { type: 'appended', pos: 0 });
    expectEqual(await append([], { close: 'ended' }), { type: 'appended', pos: 0 });
    expectEqual((await log.stat('r'))?.end, 'ended');
  });

  withLog(
    'is closed as full, rather than cut, where it would hold too many bytes',
    async ({ log }) => {
      const { append } = await writer(log, 'r', 'a');
      const tell = teller();
      const first = tell('x'.repeat(300));
      const more = tell('y'.repeat(300), 'z'.repeat(800));
      await append(first);
      const full = { type: 'closed', pos: 1, end: 'full' };
      expectEqual(await append(more), full);
      expectEqual(await append(more), full);
      expectEqual(await append(first, { from: 0 }), { type: 'appended', pos: 1 });
      expectEqual(await log.acquire('r', 'b', LONG), { type: 'closed', end: 'full' });
      expectEqual((await contents(log, 'r')).length, 1);
    },
    { limit: 1_000 },
  );

  withLog('is made by taking the office, and by nothing else', async ({ log }) => {
    const frames = teller()('a');
    const nobody = { run: 'r', owner: 'a', epoch: 1, from: 0, lease: LONG };
    expectEqual(await log.append({ ...nobody, frames }), { type: 'gone' });
    await log.release('r', 'a');
    expectEqual(await log.stat('r'), undefined);
    await writer(log, 'another', 'a');
    expectEqual(await log.stat('r'), undefined);
  });

  withLog(
    'is gone some time after the last append, and never comes back in the middle',
    async ({ log, other }) => {
      const { append, gen } = await writer(log, 'r', 'a');
      const frames = teller()('1', '2');
      await append(frames.slice(0, 1));
      await until(async () => (await other.stat('r')) === undefined);
      expectEqual(await append(frames.slice(1), { from: 1 }), { type: 'gone' });
      expectEqual(await log.stat('r'), undefined);
      const anew = await other.acquire('r', 'b', LONG);
      expectEqual(anew.type === 'yours' && anew.at, { pos: 0, fingerprint: '' });
      expectEqual(anew.type === 'yours' && anew.gen !== gen, true);
    },
    { retention: 40 },
  );

  withLog('keeps runs apart', async ({ log }) => {
    const names = ['r', 'R', 'r:m', '{r}', 'r}', '7', ''];
    for (const name of names) {
      const { append } = await writer(log, name, 'a');
      await append(teller()(`of ${name}`));
    }
    for (const name of names) {
      const [entry] = await contents(log, name);
      expectEqual(JSON.parse(entry?.data ?? ''), { type: 'text-delta', delta: `of ${name}` });
    }
  });
};
