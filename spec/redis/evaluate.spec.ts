import { createHash } from 'node:crypto';
import { evaluate } from '../../lib/redis/evaluate';
import type { Redis } from '../../lib/redis/clients';

const script = "return { 'done', 1 }";
const sha = createHash('sha1').update(script).digest('hex');

/** A Redis that answers so, and what it was asked. */
const answering = (evalsha: () => Promise<unknown>) => {
  const asked: unknown[] = [];
  const redis: Redis = {
    evalsha: (...args) => (asked.push(['evalsha', ...args]), evalsha()),
    eval: (...args) => (asked.push(['eval', ...args]), Promise.resolve(['done', 2])),
    hear: () => {
      throw new Error('nobody listens');
    },
  };
  return { redis, asked };
};

describe('evaluate', () => {
  it('runs a script by its name, with all arguments as text', async () => {
    const { redis, asked } = answering(() => Promise.resolve(['done', 1]));
    expect(await evaluate(redis, script, ['k'], ['a', 7])).toEqual(['done', 1]);
    expect(asked).toEqual([['evalsha', sha, ['k'], ['a', '7']]]);
  });

  it('runs it as a whole where Redis does not know it', async () => {
    const unknown = new Error('NOSCRIPT No matching script. Please use EVAL.');
    const { redis, asked } = answering(() => Promise.reject(unknown));
    expect(await evaluate(redis, script, ['k'], ['a'])).toEqual(['done', 2]);
    expect(asked).toEqual([
      ['evalsha', sha, ['k'], ['a']],
      ['eval', script, ['k'], ['a']],
    ]);
  });

  it('passes on what else goes wrong', async () => {
    const reason = new Error('READONLY You can’t write against a read only replica.');
    const { redis, asked } = answering(() => Promise.reject(reason));
    await expect(evaluate(redis, script, [])).rejects.toBe(reason);
    expect(asked).toHaveLength(1);
  });
});
