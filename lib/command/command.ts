import { InvalidArgumentError } from 'm8tes-rx';
import { console } from './console';
import { complaint, explained } from './exit';
import { common, helpOf, overview } from './help';
import { run } from './run';
import { server } from './server';
import { parsed, unknown, type Installed, type Subcommand } from './Subcommand';
import { painter, type Terminal } from './Terminal';
import { watch } from './watch';

const subcommands: { readonly [name: string]: Subcommand } = { run, watch, console, server };

/**
 * The `m8tes-rx` command: does what its arguments say, and gives the exit code. Whatever goes wrong is
 * a sentence on stderr.
 */
export const command = async (
  args: readonly string[],
  terminal: Terminal,
  installed: Installed,
): Promise<number> => {
  const { stdout, stderr } = terminal;
  const [name = '', ...rest] = args;
  const paint = painter(terminal, stdout);
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  try {
    if (subcommand !== undefined) {
      if (rest.some((one) => one === '--help' || one === '-h')) {
        stdout.write(helpOf(name, subcommand, paint));
        return 0;
      }
      const given = parsed(rest, { ...subcommand.options, ...common });
      if (subcommand.takes === '' && given.positionals.length > 0) {
        throw new InvalidArgumentError(name, 'takes nothing but options');
      }
      return await subcommand.start(given, terminal, installed);
    }
    if (/^(-v|--version|version)$/.test(name)) {
      stdout.write(`${installed.version}\n`);
      return 0;
    }
    if (/^(-h|--help|help)$/.test(name)) {
      const [of = ''] = rest;
      const its = Object.hasOwn(subcommands, of) ? subcommands[of] : undefined;
      stdout.write(its === undefined ? overview(subcommands, paint) : helpOf(of, its, paint));
      return 0;
    }
    if (name === '') {
      stderr.write(overview(subcommands, painter(terminal, stderr)));
      return 2;
    }
    throw unknown('command', name, Object.keys(subcommands));
  } catch (error) {
    const reason = explained(error, subcommand === undefined ? '' : name);
    stderr.write(`${complaint(terminal, reason)}\n`);
    return reason.code;
  }
};
