import type { Bench } from './Contract';
import { contents, LONG, numbers, teller, until, writer } from './tales';

/** Who may write. */
export const office = ({ withLog, expectEqual }: Bench): void => {
  withLog('is taken by one, who learns where the log is', async ({ log }) => {
    const first = await writer(log, 'r', 'a');
    const [frame] = teller()('one');
    await first.append([frame!]);
    expectEqual(first.at, { pos: 0, fingerprint: '' });
    const again = await writer(log, 'r', 'a');
    expectEqual([again.gen, again.at], [first.gen, { pos: 1, fingerprint: frame!.fingerprint }]);
    expectEqual(again.epoch > first.epoch, true);
  });

  withLog(
    'is refused to others while it is held, and says for how long',
    async ({ log, other }) => {
      const held = await writer(log, 'r', 'a');
      const acquired = await other.acquire('r', 'b', LONG);
      expectEqual(acquired.type, 'held');
      const left = acquired.type === 'held' ? acquired.for : 0;
      expectEqual(left > 0 && left <= LONG, true);
      expectEqual(await held.append(teller()('still mine')), { type: 'appended', pos: 1 });
    },
  );

  withLog('is one’s of many who ask at once', async ({ log, other }) => {
    const asked = numbers(1, 20).map((n) => (n % 2 ? log : other).acquire('r', `p${n}`, LONG));
    const types = (await Promise.all(asked)).map(({ type }) => type).sort();
    expectEqual(types, [...Array<string>(19).fill('held'), 'yours']);
  });

  withLog('is free when it was released, by its owner only', async ({ log, other }) => {
    const a = await writer(log, 'r', 'a');
    await other.release('r', 'b');
    expectEqual((await other.acquire('r', 'b', LONG)).type, 'held');
    await log.release('r', 'a');
    expectEqual((await log.stat('r'))?.held, 0);
    const b = await other.acquire('r', 'b', LONG);
    expectEqual(b.type, 'yours');
    const epoch = b.type === 'yours' ? b.epoch : 0;
    expectEqual(await a.append(teller()('late')), { type: 'fenced', epoch });
  });

  withLog('is given up by release: what was its owner’s writes no more', async ({ log }) => {
    const { append, epoch } = await writer(log, 'r', 'a');
    await log.release('r', 'a');
    expectEqual(await append(teller()('late')), { type: 'fenced', epoch });
    expectEqual(await contents(log, 'r'), []);
  });

  withLog(
    'is lost by who slept past the lease: the first write is refused',
    async ({ log, other }) => {
      const tell = teller();
      const sleeper = await writer(log, 'r', 'a', 20);
      await sleeper.append(tell('one '));
      const next = await writer(other, 'r', 'b');
      expectEqual(next.at.pos, 1);
      const { epoch } = next;
      expectEqual(await sleeper.append(tell('woken ')), { type: 'fenced', epoch });
      expectEqual(await sleeper.append([]), { type: 'fenced', epoch });
      expectEqual(await next.append(teller()('two')), { type: 'appended', pos: 2 });
      expectEqual(await sleeper.append(tell('again ')), { type: 'fenced', epoch });
      const held = await contents(log, 'r');
      expectEqual(
        held.map(({ pos, data }) => [pos, JSON.parse(data) as unknown]),
        [
          [1, { type: 'text-delta', delta: 'one ' }],
          [2, { type: 'text-delta', delta: 'two' }],
        ],
      );
    },
  );

  withLog('is kept by appends, empty ones too', async ({ log, other }) => {
    const tell = teller();
    const { append } = await writer(log, 'r', 'a', 200);
    await append([], { lease: LONG });
    expectEqual((await other.acquire('r', 'b', LONG)).type, 'held');
    expectEqual(((await log.stat('r'))?.held ?? 0) > 200, true);
    await append(tell('…'), { lease: 1 });
    await until(async () => (await log.stat('r'))?.held === 0);
    expectEqual((await other.acquire('r', 'b', LONG)).type, 'yours');
  });

  withLog('is told by owner and epoch, both', async ({ log }) => {
    const { append, epoch } = await writer(log, 'r', 'a');
    const frames = teller()('not mine');
    expectEqual(await append(frames, { owner: 'b' }), { type: 'fenced', epoch });
    expectEqual(await append(frames, { epoch: epoch + 1 }), { type: 'fenced', epoch });
    expectEqual(await append(frames, { epoch: epoch - 1 }), { type: 'fenced', epoch });
    expectEqual(await contents(log, 'r'), []);
  });

  withLog('is had again of a run that had ended, by who asks for it', async ({ log, other }) => {
    const tell = teller();
    const first = await writer(log, 'r', 'a');
    await first.append(tell('one '), { close: 'ended' });
    expectEqual(await other.acquire('r', 'b', LONG), { type: 'closed', end: 'ended' });
    const again = await other.acquire('r', 'b', LONG, { reopen: 'reply' });
    expectEqual(again.type, 'yours');
    if (again.type !== 'yours') return;
    const { epoch, gen, at, reopened } = again;
    expectEqual([gen, at.pos, reopened], [first.gen, 1, true]);
    expectEqual(await first.append(tell('late')), { type: 'fenced', epoch });
    expectEqual((await log.acquire('r', 'c', LONG, { reopen: 'reply' })).type, 'held');
    expectEqual((await log.stat('r'))?.end, undefined);
    const frames = teller()('two');
    const append = { run: 'r', owner: 'b', epoch, from: 1, frames, lease: LONG };
    expectEqual(await other.append({ ...append, close: 'ended' }), { type: 'appended', pos: 2 });
    expectEqual(
      (await contents(log, 'r')).map(({ pos }) => pos),
      [1, 2],
    );
  });

  withLog('is had again once for each reply, wherever that is repeated', async ({ log, other }) => {
    const tell = teller();
    const first = await writer(log, 'r', 'a');
    await first.append(tell('one '), { close: 'ended' });
    for (const [index, reply] of ['k1', 'k2'].entries()) {
      const pos = index + 1;
      const again = await other.acquire('r', reply, LONG, { reopen: reply });
      const epoch = again.type === 'yours' ? again.epoch : 0;
      const frames = tell(reply);
      const append = { run: 'r', owner: reply, epoch, from: pos, frames, lease: LONG };
      await other.append({ ...append, close: 'ended' });
      for (const repeated of [log, other]) {
        const refused = await repeated.acquire('r', 'c', LONG, { reopen: reply });
        expectEqual(refused, { type: 'closed', end: 'ended' });
      }
    }
    const late = await log.acquire('r', 'c', LONG, { reopen: 'k1' });
    expectEqual(late, { type: 'closed', end: 'ended' });
    expectEqual((await contents(log, 'r')).length, 3);
  });

  withLog('is not had again where the run could not be kept to its end', async ({ log }) => {
    const { append } = await writer(log, 'r', 'a');
    await append(teller()('…'), { close: 'interrupted' });
    const again = await log.acquire('r', 'a', LONG, { reopen: 'reply' });
    expectEqual(again, { type: 'closed', end: 'interrupted' });
  });
};
