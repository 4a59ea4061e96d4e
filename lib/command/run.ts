import { text as textOf } from 'node:stream/consumers';
import { InvalidArgumentError, type CreateParams } from 'm8tes-rx';
import { tale } from '../console/tale';
import { connected, connecting } from './connected';
import type { Given, Options, Subcommand } from './Subcommand';
import { approvingOf, told, telling } from './telling';
import { isAttended, type Terminal } from './Terminal';

/** Which agent it is, and what it may do. */
export const choosing: Options = {
  agent: {
    takes: '<id>',
    short: 'a',
    what: 'The agent that works. Default: one is found, or made.',
  },
  user: { takes: '<id>', short: 'u', what: 'Your own user, on whose behalf it works.' },
  tool: {
    takes: '<name>',
    short: 't',
    multiple: true,
    what: 'A tool that it may use; once for each.',
  },
  model: { takes: '<name>', short: 'm', what: 'The model that it works with.' },
};

/** What was chosen of them. */
export const chosen = (given: Given): Omit<CreateParams, 'message' | 'stream'> => {
  const tools = given.texts('tool');
  const all = {
    agent_id: given.number('agent'),
    user_id: given.text('user'),
    model: given.text('model'),
    ...(tools.length > 0 && { tools }),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
};

const messageOf = async (words: readonly string[], { stdin }: Terminal): Promise<string> => {
  const message = words.length === 1 && words[0] === '-' ? await textOf(stdin) : words.join(' ');
  if (message.trim() !== '') return message;
  throw new InvalidArgumentError(
    'message',
    'is missing: m8tes-rx run "What is open?"; or - to read it from stdin',
  );
};

export const run: Subcommand = {
  takes: '"message"',
  what: 'Starts a run, and writes what it says.',
  more: 'What the run says is written to stdout as it says it, and nothing else is: all else goes to stderr. The exit code tells how it ended.',
  options: {
    ...choosing,
    plan: { what: 'It lays out a plan first, and waits until that is approved.' },
    reply: {
      takes: '<run>',
      short: 'r',
      what: 'Goes on with a run that has ended; such a turn asks nothing.',
    },
    ...telling,
    'cancel-on-exit': {
      what: 'Leaving (Ctrl-C) cancels the run. Default: it goes on without you.',
    },
    ...connecting,
  },
  examples: [
    ['m8tes-rx run "What is open?"', 'Says it, and what comes of it.'],
    ['m8tes-rx run "Mail the report" --approve allow', 'Asks nobody, for a script.'],
    ['m8tes-rx run --json "Hi" | jq -r .type', 'The events, for another program.'],
    ['git diff | m8tes-rx run -', 'Reads the message from stdin.'],
  ],
  start: async (given, terminal) => {
    const message = await messageOf(given.positionals, terminal);
    const approving = approvingOf(given) ?? 'ask';
    const isCancelling = given.flag('cancel-on-exit');
    const replied = given.number('reply');
    const params = {
      ...asking(approving, given.flag('plan'), isAttended(terminal)),
      ...chosen(given),
    };

    const script = tale(terminal.stdout.isTTY === true ? 25 : 0);
    const { client, isLocal, close } = await connected(terminal, given.text('base-url'), script);
    try {
      // A local server takes its run along anyway.
      const isCancelled = isCancelling && !isLocal;
      const options = { onUnsubscribe: isCancelled ? 'cancel' : 'detach' } as const;
      return await told(
        {
          ...{ client, isLocal, approving: replied === undefined ? approving : undefined },
          run$:
            replied === undefined
              ? client.runs.create({ message, ...params }, options)
              : client.runs.reply(replied, { message, ...toolsOf(params) }, options),
          onLeave: (run_id) => {
            if (isLocal) return 'Left; and the local server with its run is gone.';
            if (isCancelling) return `Left; run ${run_id ?? ''} is cancelled.`;
            return run_id === undefined
              ? 'Left, before it was known which run it is; it may go on.'
              : `Left; run ${run_id} goes on. See it again: m8tes-rx watch ${run_id}`;
          },
        },
        given,
        terminal,
      );
    } finally {
      await close();
    }
  },
};

const toolsOf = ({ tools }: Pick<CreateParams, 'tools'>) => (tools === undefined ? {} : { tools });

/** What a run may ask: nothing where all is allowed, and nobody is there for its questions. */
const asking = (
  approving: string,
  isPlanned: boolean,
  isAttended: boolean,
): Pick<CreateParams, 'human_in_the_loop' | 'permission_mode'> => {
  if (isPlanned) return { human_in_the_loop: true, permission_mode: 'plan' };
  if (approving === 'allow') return isAttended ? { human_in_the_loop: true } : {};
  return { human_in_the_loop: true, permission_mode: 'approval' };
};
