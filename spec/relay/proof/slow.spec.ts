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
const MOST_AHEAD = 128;

jest.setTimeout(120_000);

const piece = (number: number): string => `${number} `.padEnd(PIECE, '.');

/** Says all pieces, but no more of them at once than who reads them has room for. */
const script = (read: () => number): Script =>
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
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data === '[DONE]') isWhole = true;
        if (!data?.startsWith('{')) continue;
        const { result } = JSON.parse(data) as { readonly result?: string };
        if (result === undefined) continue;
        isRight &&= result === piece(++pieces);
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
    const fast = [reading(), reading(), reading()];
    const read = () => Math.min(...fast.map(({ pieces }) => pieces()));
    const api = await localServer({ pace: 0, script: script(read) });
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

    for (const { take } of fast) {
      const told = await opened(relay!.url(), run_id);
      told.setEncoding('utf8').on('data', take);
    }
    let most = begun;
    while (!fast.every(({ isWhole }) => isWhole())) {
      const now = await relay!.memory();
      if (now.used > most.used) most = now;
      if (false) process.stderr.write(JSON.stringify([now.used - begun.used, now.resident - begun.resident, fast.map((f) => f.pieces()), slow.pieces(), told.readableLength]) + '\n');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(fast.map(({ pieces }) => pieces())).toEqual(fast.map(() => PIECES));
    expect([slow, ...fast].every(({ isRight }) => isRight())).toBe(true);
    console.log(most.used - begun.used);
    expect(most.used - begun.used).toBeLessThan(32 * MIB);
    expect(isCut).toBe(false);
    expect(api.runs()).toHaveLength(1);
  });
});
