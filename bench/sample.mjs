// One sample, in a process of its own: `node sample.mjs '{"task": …}'` prints what it measured.
import process from 'node:process';

const { task, ...options } = JSON.parse(process.argv[2]);
const { measure } = await import(`./tasks/${task}.mjs`);
process.stdout.write(`${JSON.stringify(await measure(options))}\n`);
process.exit();
