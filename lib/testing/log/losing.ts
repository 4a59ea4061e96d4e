import type { Bench } from './Contract';
import { contents, numbers, teller, writer, whole } from './tales';

/** What becomes of readers and writers where the storage loses its last entries. */
export const losing = ({ withLog, expectEqual }: Bench): void => {
  withLog('loses its end and is written again from there', async ({ log, other, lose }) => {
    const { append } = await writer(log, 'r', 'a');
    const frames = teller()('1', '2', '3', '4', '5');
    await append(frames.slice(0, 4));
    await lose('r', 2);
    expectEqual((await other.stat('r'))?.at, { pos: 2, fingerprint: frames[1]!.fingerprint });
    expectEqual(await append(frames.slice(4)), { type: 'gap', pos: 2 });
    expectEqual(await append(frames.slice(2), { from: 2 }), { type: 'appended', pos: 5 });
    const held = await contents(other, 'r');
    expectEqual(
      held.map(({ pos }) => pos),
      numbers(1, 5),
    );
  });

  withLog('goes on for readers of what was lost and came back as it was', async ({ log, lose }) => {
    const { append } = await writer(log, 'r', 'a');
    const frames = teller()('1', '2', '3', '4', '5');
    await append(frames.slice(0, 4));
    const after = { pos: 4, fingerprint: frames[3]!.fingerprint };
    await lose('r', 2);
    await append(frames.slice(2), { from: 2, close: 'ended' });
    const told = await whole(log.read('r', { after }));
    expectEqual(told, [
      { type: 'entries', gen: (await log.stat('r'))?.gen, entries: [{ pos: 5, ...frames[4] }] },
      { type: 'closed', end: 'ended' },
    ]);
  });

  withLog('tells readers of what was lost and came back in other pieces', async ({ log, lose }) => {
    const { append } = await writer(log, 'r', 'a');
    const tell = teller();
    const [one] = tell('one ');
    await append([one!, ...tell('two ', 'three ', 'four')]);
    const mark = (await log.stat('r'))!.at;
    await lose('r', 3);
    const again = teller();
    again('one ');
    await append(again('two', ' three', ' four and', ' five'), { from: 1 });
    const told = await whole(log.read('r', { after: mark }));
    expectEqual(told, [{ type: 'rewound' }]);
  });
};
