// Samples, in a process of their own: `node sample.mjs '[{"task": …}]'` prints what they measured.
// Where it is the figures that count, there is one a process.
import process from 'node:process';

const told = [];
for (const { task, ...options } of JSON.parse(process.argv[2])) {
  const { measure } = await import(`./tasks/${task}.mjs`);
  told.push(await measure(options));
}
process.stdout.write(`${JSON.stringify(told)}\n`);
process.exit();
