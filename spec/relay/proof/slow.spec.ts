/**
 * A viewer that reads a kilobyte a second of a run of fifty megabytes: it waits in the log, and not
 * in the relay's memory; nobody hangs up on it, and nobody else waits for it.
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

jest.setTimeout(120_000);

const piece = (number: number): string => `${number} `.padEnd(PIECE, '.');

const script: Script = function* () {
  for (let number = 1; number <= PIECES; number++) {
    yield { type: 'text-delta', delta: piece(number) };
  }
};

/** The text of a stream, held against the script as it comes: how much of it there was. */
const reading = () => {
  let rest = '';
  let pieces = 0;
  let isWhole = false;
  return {
    pieces: () => pieces,
    isWhole: () => isWhole,
    take: (text: string): void => {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data === '[DONE]') isWhole = true;
        if (!data?.startsWith('{')) continue;
        const told = JSON.parse(data) as { readonly type: string; readonly delta: string };
        if (told.type === 'text-delta') expect(told.delta === piece(++pieces)).toBe(true);
      }
    },
  };
};

const opened = (url: string, run_id: number) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: 'viewer' };
    get(`${url}/runs/${run_id}/stream`, { headers, agent: false }, resolve).once('error', reject);
  });

describeRedis('a viewer that reads a kilobyte a second', () => {
  const closings: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close();
  });

  it('waits in the log, of a run of fifty megabytes', async () => {
    const redis = await aRedis();
    closings.push(() => redis.stop());
    const api = await localServer({ pace: 0, script });
    closings.push(() => api.close());
    const place = { api: api.url, redis: redis.port, lease: 5_000 };
    const { all, close } = await replicas(place, 'one');
    closings.push(close);
    const [relay] = all;

    const begun = await relay!.memory();
    const page = createClient({ baseUrl: relay!.url(), apiKey: 'm8_viewer' });
    const first = await firstValueFrom(page.runs.create({ message: 'on' }).pipe(take(1)));
    const run_id = first.type === 'metadata' ? first.payload.run_id! : 0;

    const slow = reading();
    const told = await opened(relay!.url(), run_id);
    told.setEncoding('utf8').pause();
    let isCut = false;
    told.once('close', () => (isCut = true));
    const sips = setInterval(() => {
      const sip = told.read(1024) as string | null;
      if (sip !== null) slow.take(sip);
    }, 1_000);
    closings.push(() => {
      clearInterval(sips);
      told.destroy();
    });

    const fast = [reading(), reading(), reading()];
    for (const { take } of fast) {
      const told = await opened(relay!.url(), run_id);
      told.setEncoding('utf8').on('data', take);
    }
    let most = begun;
    while (!fast.every(({ isWhole }) => isWhole())) {
      const now = await relay!.memory();
      if (now.used > most.used) most = now;
      process.stderr.write(JSON.stringify([now.used - begun.used, now.resident - begun.resident, fast.map((f) => f.pieces()), slow.pieces(), told.readableLength]) + '\n');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(fast.map(({ pieces }) => pieces())).toEqual(fast.map(() => PIECES));
    expect(most.used - begun.used).toBeLessThan(32 * MIB);
    expect(isCut).toBe(false);
    expect(api.runs()).toHaveLength(1);
  });
});
