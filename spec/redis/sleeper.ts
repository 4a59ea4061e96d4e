/**
 * A process that has a run's office and appends a letter every few milliseconds, telling each answer
 * on a line, until it is refused: `sleeper.ts <port> <prefix>`.
 */
import { createClient } from 'redis';
import { redisLog } from '../../lib/redis/redisLog';
import { pause, teller, writer } from '../../lib/testing/log/tales';

const sleeper = async (port: string, prefix: string): Promise<void> => {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  await client.connect();
  const tell = teller();
  const { append } = await writer(redisLog(client, { prefix }), 'r', 'sleeper', 100);
  for (let type = ''; type !== 'fenced'; await pause(5)) {
    ({ type } = await append(tell('z')));
    console.log(type);
  }
  client.destroy();
};

const [port = '', prefix = ''] = process.argv.slice(2);
void sleeper(port, prefix);
