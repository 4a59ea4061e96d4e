// Under which conditions a run measured: the page says so.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { root } from './here.mjs';
import { redisVersion } from './crowd/redis.mjs';
import { pins } from './sampling.mjs';

const version = (name) =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

export const conditions = ({ rounds, scale }) => ({
  rounds,
  ...scale,
  node: process.versions.node,
  newestNode: pins.node,
  machine: `${cpus().length} × ${cpus()[0].model.trim()}`,
  packages: [
    `redis-server ${redisVersion}`,
    ...['rxjs', 'io-ts', 'fp-ts', 'redis'].map((name) => `${name} ${version(name)}`),
    ...Object.entries(pins)
      .filter(([name]) => name !== 'node')
      .map(([name, pin]) => `${name.replace(/-4$/, '')} ${pin.replace(/^npm:.*@/, '')}`),
  ],
});
