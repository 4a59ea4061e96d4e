import { createServer } from 'node:net';
import { Cluster } from 'ioredis';
import { createClient, createCluster } from 'redis';
import { redisOf, type IoRedis, type NodeRedis } from '../../lib/redis/clients';
import { pause, until } from '../../lib/testing/log/tales';
import { leftovers } from '../helpers/leftovers';
import { aRedis, describeRedis, type ARedis } from './aRedis';
import { clients } from './connecting';

describe('redisOf', () => {
  it.each([undefined, null, {}, 'redis://127.0.0.1', { get: () => 'a Map, say' }])(
    'refuses what is no client: %s',
    (given) => {
      expect(() => redisOf(given as never)).toThrow('client must be a client of `redis` or');
    },
  );

  it('takes the types of both packages, of clusters too', () => {
    const never = (): (NodeRedis | IoRedis)[] => [
      createClient({ RESP: 2 }),
      createCluster({ rootNodes: [] }),
      new Cluster([]),
    ];
    expect(typeof never).toBe('function');
  });
});

describeRedis.each(clients)('redisOf a client of %s', (_, connect) => {
  const left = leftovers();
  let server: ARedis;
  beforeAll(async () => (server = await aRedis()));
  afterAll(() => server.stop());

  const connections = async (command: (...words: string[]) => Promise<unknown>) =>
    String(await command('CLIENT', 'LIST', 'TYPE', 'pubsub')).match(/^id=/gm)?.length ?? 0;

  it('evaluates, by name or whole, with keys and arguments', async () => {
    const { client, command, close } = await connect(server.port);
    const redis = redisOf(client);
    const script = 'return { KEYS[1], #KEYS, ARGV[1], ARGV[2] }';
    const sha = String(await command('SCRIPT', 'LOAD', script));
    expect(await redis.evalsha(sha, ['k'], ['a', 'b'])).toEqual(['k', 1, 'a', 'b']);
    expect(await redis.eval(script, ['k', 'l'], ['é🎈', ''])).toEqual(['k', 2, 'é🎈', '']);
    close();
  });

  it('hears what is published, over one connection of its own', async () => {
    const { client, command, close } = await connect(server.port);
    const heard: string[] = [];
    const ear = redisOf(client).hear({
      onMessage: (channel, message) => heard.push(`${channel}: ${message}`),
      onReady: () => {},
    });
    await Promise.all(['a', 'b'].map(ear.listen));
    expect(await connections(command)).toBe(1);
    await command('SPUBLISH', 'a', '1');
    await command('SPUBLISH', 'b', '2');
    await until(() => Promise.resolve(heard.length === 2));
    await ear.leave('a');
    await command('SPUBLISH', 'a', '3');
    await command('SPUBLISH', 'b', '4');
    await until(() => Promise.resolve(heard.length === 3));
    expect(heard).toEqual(['a: 1', 'b: 2', 'b: 4']);
    ear.close();
    await until(async () => (await connections(command)) === 0);
    close();
    expect(await left.rejections()).toEqual([]);
  });

  it('says when the connection is there again, and hears again', async () => {
    const { client, command, close } = await connect(server.port);
    let ready = 0;
    const heard: string[] = [];
    const ear = redisOf(client).hear({
      onMessage: (_, message) => heard.push(message),
      onReady: () => ready++,
    });
    await ear.listen('a');
    const before = ready;
    await command('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until(() => Promise.resolve(ready > before));
    await ear.listen('a');
    await command('SPUBLISH', 'a', 'again');
    await until(() => Promise.resolve(heard.length > 0));
    expect(heard).toEqual(['again']);
    ear.close();
    close();
  });

  it('can be closed before it is connected, and leaves no connection', async () => {
    const { client, command, close } = await connect(server.port);
    const others = async () => String(await command('CLIENT', 'LIST')).match(/^id=/gm)!.length - 1;
    const ear = redisOf(client).hear({ onMessage: () => {}, onReady: () => {} });
    ear.listen('a').catch(() => {});
    ear.close();
    await until(async () => (await others()) === 0);
    close();
    expect(await left.rejections()).toEqual([]);
  });

  it('can be closed while there is no server, and tries no more', async () => {
    const mine = await aRedis();
    const { client, close } = await connect(mine.port);
    await mine.stop();
    const ear = redisOf(client).hear({ onMessage: () => {}, onReady: () => {} });
    ear.listen('a').catch(() => {});
    await pause(20);
    ear.close();
    close();
    let asked = 0;
    const server = createServer((socket) => {
      asked++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(mine.port, '127.0.0.1', resolve));
    await pause(700);
    expect(asked).toBe(0);
    await new Promise((resolve) => server.close(resolve));
    expect(await left.rejections()).toEqual([]);
  });
});
