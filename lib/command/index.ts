import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { command } from './command';

// A reader that has seen enough, such as `head`, is no reason to break down: see `leaving`.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const { version } = createRequire(import.meta.url)('m8tes-rx/package.json') as { version: string };
const page = fileURLToPath(new URL('console', import.meta.url));

process.exitCode = await command(process.argv.slice(2), process, { version, page });
