// A process of its own and what is asked of it, from both sides: a question has a name and what
// belongs to it, and one answer.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { bench } from '../here.mjs';

/**
 * Starts `crowd/NAME.mjs`, which is told its options, and waits until it is there. What it does with
 * its time tells `M8TES_BENCH_NODE=--cpu-prof`.
 */
export const child = async (name, options) => {
  const started = fork(join(bench, 'crowd', `${name}.mjs`), [JSON.stringify(options)], {
    execArgv: (process.env['M8TES_BENCH_NODE'] ?? '').split(' ').filter(Boolean),
    serialization: 'advanced',
  });
  const open = new Map();
  const settle = ({ id, value, error }) => {
    const { resolve, reject } = open.get(id);
    open.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(`${name}: ${error}`));
  };
  started.on('message', settle);
  started.on('exit', (code) => {
    for (const id of open.keys()) settle({ id, error: `ended with ${code}` });
  });
  let asked = 0;
  const ask = (question, ...args) =>
    new Promise((resolve, reject) => {
      const id = asked++;
      open.set(id, { resolve, reject });
      if (started.connected) started.send({ id, question, args });
      else settle({ id, error: 'has ended' });
    });
  const end = async () => {
    if (!started.connected) return;
    const exit = once(started, 'exit');
    started.disconnect();
    await exit;
  };
  return { ask, end, began: await ask('begin') };
};

/** The other side: its options, and `serve` for what answers each question. */
export const options = () => JSON.parse(process.argv[2]);

export const serve = (answers) => {
  process.on('message', async ({ id, question, args }) => {
    try {
      process.send({ id, value: await answers[question](...args) });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.on('disconnect', () => process.exit());
};
