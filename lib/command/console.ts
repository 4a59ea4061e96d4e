import { lastValueFrom } from 'rxjs';
import { consoleServer } from '../console/consoleServer';
import { apiClient, connecting } from './connected';
import { choosing, chosen } from './run';
import type { Subcommand } from './Subcommand';
import { leaving, painter } from './Terminal';

export const console: Subcommand = {
  takes: '',
  what: 'A page in which runs are started, watched and answered.',
  more: 'One server, with a page to open in a browser. The key stays with the server; without one the answers are scripted. It keeps what runs say in memory, as long as it goes.',
  options: {
    port: { takes: '<number>', short: 'p', what: 'Default 4630; 0 is any free one.' },
    host: {
      takes: '<address>',
      what: 'Where it listens: for a phone, 0.0.0.0. Default 127.0.0.1: for this machine alone.',
    },
    ...choosing,
    page: { takes: '<folder>', what: 'Another page than the one that comes along.' },
    ...connecting,
  },
  examples: [
    ['m8tes-rx console', 'Says where it is: open it in a browser.'],
    ['m8tes-rx console --host 0.0.0.0', 'On a phone, too: whoever has the address may use it.'],
  ],
  start: async (given, terminal, { version, page }) => {
    const { stdout } = terminal;
    const paint = painter(terminal, stdout);
    const client = apiClient(terminal, given.text('base-url'));
    const { url, close } = await consoleServer({
      ...{ client, version, params: chosen(given), files: given.text('page') ?? page },
      ...{ port: given.number('port', 65_535) ?? 4630, host: given.text('host') },
    });
    const whose =
      client === undefined
        ? 'M8TES_API_KEY is not set: no agent is run, and what it shows is a script of the local server.'
        : 'Its runs are those of the API, and are billed.';
    const who = url.includes('token=')
      ? 'Whoever has this address may do what the console may: the connection is not encrypted.'
      : 'For this machine alone: another may be let in with --host.';
    stdout.write(`${paint('bold', url)}\n\n${whose}\n${who}\nStop it with Ctrl-C.\n`);
    await lastValueFrom(leaving(terminal)).finally(close);
    stdout.write('\nclosed\n');
    return 0;
  },
};
