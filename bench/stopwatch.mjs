import { performance } from 'node:perf_hooks';
import process from 'node:process';

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Milliseconds since: of this process's CPU time, all its threads together, and on the wall. Where
 * others want the same cores, the wall tells more of them than of us.
 */
export const stopwatch = () => {
  const [began, wall] = [cpu(), performance.now()];
  return () => ({ ms: cpu() - began, wall: performance.now() - wall });
};
