/**
 * `npm run soak`: 2,000 runs, 200 at a time, over a proxy that cuts their connections at random;
 * every fourth waits for people.
 * Every text must be what the server's script said, and nothing may be left behind.
 */
import { soak } from '../spec/helpers/soak';

const seed = Number(process.env['SOAK_SEED'] ?? 1);
const options = { waves: 5, runs: 400, atATime: 200, pace: 30, seed };
const total = options.waves * options.runs;
const told = await soak(options);

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const [, warm = NaN] = told.heap;
const last = told.heap.at(-1) ?? NaN;
const growth = last - warm;

const rows: readonly (readonly [name: string, value: string | number, holds?: boolean])[] = [
  ['seed', options.seed],
  ['runs', total],
  ['at a time', options.atATime],
  ['connections', told.connections],
  ['cut', told.cut],
  ['interrupted streams', told.interrupted],
  ['resumed streams', told.resumed],
  ['records read', told.records],
  ['texts that are right', told.right, told.right === total],
  ['texts that are wrong', told.wrong.length, told.wrong.length === 0],
  ['streams that failed', told.failed.length, told.failed.length === 0],
  ['runs on the servers', told.onServers, told.onServers === total],
  ['runs that waited for people', told.waited],
  ['people asked', told.asked, told.asked === told.waited],
  ['sockets left', told.sockets, told.sockets === 0],
  ['timers left', told.timers, told.timers === 0],
  ['heap after each wave, MB', told.heap.map(megabytes).join(' ')],
  ['heap growth since the second, MB', megabytes(growth), growth < warm / 10],
  ['seconds', told.seconds.toFixed(1)],
];

for (const [name, value, holds] of rows) {
  const mark = holds === undefined ? '' : holds ? 'ok' : 'NOT OK';
  console.log(`${name.padEnd(34)}${String(value).padStart(26)}  ${mark}`.trimEnd());
}
for (const line of [...told.wrong, ...told.failed].slice(0, 10)) console.log(line);
if (rows.some(([, , holds]) => holds === false)) process.exitCode = 1;
