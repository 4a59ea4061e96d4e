// Samples: each a fresh process, in rounds, in which the variants take turns.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { redisVersion } from './crowd/redis.mjs';
import { bench, newestNode, root } from './here.mjs';
import { variants } from './variants.mjs';

const manifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The packages that are compared, with their versions. */
export const { dependencies: pins } = manifest(bench);

/** A peer may be as well among the root's packages: one that the library itself needs. */
export const installed = (name) =>
  [bench, root]
    .map((folder) => join(folder, 'node_modules', name))
    .some(
      (folder) =>
        existsSync(folder) && manifest(folder).version === pins[name].replace(/^npm:.*@/, ''),
    );

/** The package of a Node has none in it where scripts of installation are not run. */
const isThere = (name) => {
  if (name === 'redis-server') return redisVersion !== undefined;
  return installed(name) && (name !== 'node' || existsSync(newestNode));
};

/** What a row wants and is not there: packages, or a Redis on the PATH. */
export const missing = ({ needs = [], samples }) =>
  [
    ...needs.map((name) => variants[name].needs),
    ...Object.values(samples).map(({ node }) => (node === 'newest' ? 'node' : undefined)),
    ...Object.values(samples).map(({ log }) => (log === 'redis' ? 'redis-server' : undefined)),
  ].filter((name) => name !== undefined && !isThere(name));

export const install = () => {
  const quickly = ['--no-audit', '--no-fund', '--fetch-retries=1', '--fetch-timeout=10000'];
  return spawnSync('npm', ['ci', '--prefix', bench, ...quickly], { stdio: 'inherit' }).status === 0;
};

const samples = (all) => {
  const [{ node }] = all;
  const { status, stdout, stderr } = spawnSync(
    node === 'newest' ? newestNode : process.execPath,
    ['--expose-gc', join(bench, 'sample.mjs'), JSON.stringify(all)],
    { encoding: 'utf8', env: { ...process.env, M8TES_API_KEY: '' } },
  );
  if (status !== 0) throw new Error(`${JSON.stringify(all)} failed:\n${stderr}`);
  return JSON.parse(stdout);
};

/** Whose samples may share a process, where nobody looks at the figures. */
const kind = ({ node, task, variant }) => JSON.stringify([node, task, variant]);

/**
 * One round: every sample that the rows want, once, in an order that turns from round to round. What
 * it gives tells of each row what its samples told.
 */
export const round = (rows, number, { isHurried }) => {
  const jobs = [
    ...new Set(
      rows.flatMap(({ samples }) => Object.values(samples).map((job) => JSON.stringify(job))),
    ),
  ];
  const turn = number % 2 === 0 ? jobs : jobs.reverse();
  const processes = new Map();
  for (const job of turn) {
    const key = isHurried ? kind(JSON.parse(job)) : job;
    processes.set(key, [...(processes.get(key) ?? []), job]);
  }
  const told = new Map();
  for (const shared of processes.values()) {
    const figures = samples(shared.map((job) => JSON.parse(job)));
    shared.forEach((job, index) => told.set(job, figures[index]));
  }
  return ({ samples }) =>
    Object.fromEntries(
      Object.entries(samples).map(([name, options]) => [name, told.get(JSON.stringify(options))]),
    );
};
