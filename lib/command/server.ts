import { lastValueFrom } from 'rxjs';
import { localRoutes, localServer } from 'm8tes-rx/testing';
import type { Subcommand } from './Subcommand';
import { leaving } from './Terminal';

export const server: Subcommand = {
  takes: '',
  what: 'The API on this machine, with scripted answers.',
  more: 'A server that plays the hosted API, in memory: any client of the API can be pointed at it, in any language, with any key that begins with m8_.',
  options: {
    port: { takes: '<number>', short: 'p', what: 'Default 4610; 0 is any free one.' },
    pace: { takes: '<ms>', what: 'Milliseconds before each event. Default 25.' },
    routes: { what: 'Lists what it answers, and does nothing else.' },
  },
  examples: [
    ['m8tes-rx server', 'Says where it is, and what to set.'],
    ['m8tes-rx server --routes', 'Lists what it answers.'],
  ],
  start: async (given, terminal) => {
    const { stdout } = terminal;
    if (given.flag('routes')) {
      const width = Math.max(...localRoutes.map(({ name }) => name.length));
      for (const { name, method, path } of localRoutes) {
        stdout.write(`${name.padEnd(width)}  ${method.padEnd(6)}  ${path}\n`);
      }
      return 0;
    }
    const port = given.number('port', 65_535) ?? 4610;
    const local = await localServer({ port, pace: given.number('pace', 60_000) ?? 25 });
    stdout.write(`${local.url}

Point any client at it, in any language:
  export M8TES_BASE_URL=${local.url}
  export M8TES_API_KEY=m8_local   # any key that begins with m8_ is an account of its own
What it answers is listed by --routes. Stop it with Ctrl-C.
`);
    await lastValueFrom(leaving(terminal)).finally(local.close);
    const { length } = local.runs();
    stdout.write(`\nclosed after ${length} ${length === 1 ? 'run' : 'runs'}\n`);
    return 0;
  },
};
