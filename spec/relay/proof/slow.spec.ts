/**
 * A viewer that reads a kilobyte a second of a run of fifty megabytes: what it has not read waits in
 * the log, and not in the relay's memory. Nobody hangs up on it, and nobody waits for it.
 */
import { get, type IncomingMessage } from 'node:http';
import { createClient } from 'm8tes-rx';
import { localServer, type Script } from 'm8tes-rx/testing';
import { firstValueFrom, take } from 'rxjs';
import { aRedis, describeRedis } from '../../redis/aRedis';
import { replicas } from './replicas';

const MIB = 1024 * 1024;
const PIECE = 16 * 1024;
const PIECES = 3_200; // fifty megabytes
/** So many may be on their way. */
const MOST_AHEAD = 128;

jest.setTimeout(180_000); // on a machine that others use

const piece = (number: number): string => `${number} `.padEnd(PIECE, '.');

/** Shows all pieces, the next ones when those before have been read. */
const showing = (read: () => number): Script =>
  function* () {
    for (let number = 1; number <= PIECES; number++) {
      while (number - read() > MOST_AHEAD) yield { step: 'wait', ms: 5 };
      yield { type: 'tool-result-end', toolCallId: `tc_${number}`, result: piece(number) };
    }
  };

/** A stream, held against the script as it comes. */
const reading = () => {
  let rest = '';
  let pieces = 0;
  let isRight = true;
  let isWhole = false;
  return {
    pieces: () => pieces,
    isRight: () => isRight,
    isWhole: () => isWhole,
    take: (text: string): void => {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1] ?? '';
        if (data === '[DONE]') isWhole = true;
        if (!data.startsWith('{')) continue;
        const { result } = JSON.parse(data) as { readonly result?: string };
        if (result !== undefined) isRight &&= result === piece(++pieces);
      }
    },
  };
};

const opened = (url: string, run_id: number) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/runs/${run_id}/stream`, { agent: false }, resolve).once('error', reject);
  });

describeRedis('a viewer that reads a kilobyte a second', () => {
  const closings: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close();
  });

  it('waits in the log, of a run of fifty megabytes', async () => {
    const redis = await aRedis();
    closings.push(() => redis.stop());
    const fast = [reading(), reading(), reading()];
    const read = () => Math.min(...fast.map(({ pieces }) => pieces()));
    const api = await localServer({ pace: 0, script: showing(read) });
    closings.push(() => api.close());
    const place = { api: api.url, redis: redis.port, lease: 5_000 };
    const { all, close } = await replicas(place, ['a']);
    closings.push(close);
    const relay = all[0]!;

    const begun = await relay.memory();
    const { runs } = createClient({ relay: relay.url() });
    const first = await firstValueFrom(runs.create({ message: 'on' }).pipe(take(1)));
    const run_id = first.type === 'metadata' ? first.payload.run_id! : 0;

    const slow = reading();
    const sipped = await opened(relay.url(), run_id);
    let isCut = false;
    sipped.setEncoding('utf8').pause();
    sipped.once('close', () => (isCut = true));
    const sip = (): void => slow.take((sipped.read(1_000) as string | null) ?? '');
    const sips = setInterval(sip, 1_000);
    closings.push(() => {
      clearInterval(sips);
      sipped.destroy();
    });

    for (const { take } of fast) {
      const told = await opened(relay.url(), run_id);
      told.setEncoding('utf8').on('data', take);
    }
    let most = begun;
    while (!fast.every(({ isWhole }) => isWhole())) {
      most = Math.max(most, await relay.memory());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(most - begun).toBeLessThan(32 * MIB);
    expect(fast.map(({ pieces }) => pieces())).toEqual(fast.map(() => PIECES));
    expect([slow, ...fast].every(({ isRight }) => isRight())).toBe(true);
    expect(isCut).toBe(false);
    expect(slow.isWhole()).toBe(false);
  });
});
