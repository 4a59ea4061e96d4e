import type { EventOf, EventType, RunEvent, RunResult, ToolCall } from 'm8tes-rx';
import { inLine, painter, printable, type Terminal } from './Terminal';

/** What is shown of a run, beside its text. */
export interface Showing {
  /** What it thinks. */
  readonly thinking: boolean;
  /** What it does meanwhile, and what it took. */
  readonly progress: boolean;
}

/** A run as it is written: its text to stdout, and all else to stderr. */
export interface Screen {
  readonly event: (event: RunEvent) => void;
  readonly call: (call: ToolCall) => void;
  /** A line that is no part of the run. */
  readonly line: (text: string) => void;
  /** Somebody is asked to type a line; the terminal shows it. */
  readonly prompt: () => void;
  /** It was typed. */
  readonly typed: () => void;
  /** The end, whatever it was: the text ends with a line. */
  readonly end: (result?: RunResult) => void;
}

type Shown = { readonly [K in EventType]?: (event: EventOf<K>) => void };

const json = (value: unknown): string =>
  inLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 60);

const marks: { readonly [status: string]: string } = { completed: '☑', in_progress: '◐' };

const todo = ({ content, status }: { readonly [field: string]: unknown }): string =>
  `${(typeof status === 'string' && marks[status]) || '☐'} ${typeof content === 'string' ? content : ''}`;

/** What a run took, on one line. */
const summary = ({ run_id, status, metrics }: RunResult): string => {
  const {
    execution_time_ms: ms,
    input_tokens_used: input,
    output_tokens_used: output,
    claude_token_cost_usd: cost,
  } = metrics;
  const facts = [
    `run ${run_id ?? '?'}`,
    status,
    ms !== undefined && `${(ms / 1000).toFixed(1)} s`,
    input !== undefined && output !== undefined && `${input} tokens in, ${output} out`,
    cost !== undefined && `$${Number(cost).toFixed(4)}`,
  ];
  return facts.filter((fact) => fact !== false).join(' · ');
};

/** Writes a run. Both streams may be the same terminal: then each begins where a line does. */
export const screen = (terminal: Terminal, { thinking, progress }: Showing): Screen => {
  const { stdout, stderr } = terminal;
  const paint = painter(terminal, stderr);
  const isShared = stdout.isTTY === true && stderr.isTTY === true;
  /** Whose line is not at its end. */
  let open: 'text' | 'thought' | 'prompt' | undefined;
  let last = '\n';

  const breakLine = (): void => {
    if (open === undefined || (open === 'text' && !isShared)) return;
    stderr.write('\n');
    open = undefined;
  };
  const line = (text: string): void => {
    breakLine();
    stderr.write(`${text}\n`);
  };
  const say = (delta: string): void => {
    const text = printable(delta);
    if (text === '') return;
    if (open !== 'text') breakLine();
    // After another's line, a paragraph is one empty line away, and not two.
    const isBroken = isShared && open === undefined && last !== '\n';
    stdout.write(isBroken ? text.replace(/^\n/, '') : text);
    last = text.slice(-1);
    open = last === '\n' ? undefined : 'text';
  };
  const think = (delta: string): void => {
    if (open !== 'thought') breakLine();
    stderr.write(paint('dim', printable(delta)));
    open = delta.endsWith('\n') ? undefined : 'thought';
  };

  const told: Shown = {
    'text-delta': ({ delta }) => say(delta),
    ...(thinking && {
      'thinking-delta': ({ delta }) => think(delta),
      'reasoning-delta': ({ delta }) => think(delta),
    }),
    ...(progress && {
      'sandbox-connecting': ({ message = 'A sandbox is started' }) =>
        line(paint('dim', `◌ ${inLine(message)} …`)),
      'sandbox-connected': ({ duration_ms }) =>
        line(
          paint('dim', `● The sandbox is there${duration_ms ? `, after ${duration_ms} ms` : ''}`),
        ),
      'tool-call-start': ({ toolName = 'a tool' }) =>
        line(`${paint('cyan', '▸')} ${paint('bold', inLine(toolName))}`),
      'todo-update': ({ todos }) => line(paint('dim', inLine(todos.map(todo).join('   '), 240))),
      'plan-delta': ({ delta }) => think(delta),
    }),
  };

  return {
    event: (event) => (told[event.type] as ((event: RunEvent) => void) | undefined)?.(event),
    call: ({ toolName, args, result }) => {
      if (!progress || toolName === '') return; // a list of things to do is one without a name
      const failed =
        (result as { readonly error?: unknown } | null | undefined)?.error !== undefined;
      const mark = failed ? paint('red', '✗') : paint('green', '✓');
      const came = result === undefined ? '' : ` → ${json(result)}`;
      line(`${mark} ${paint('bold', inLine(toolName))} ${paint('dim', `${json(args)}${came}`)}`);
    },
    line,
    prompt: () => {
      breakLine();
      stderr.write('> ');
      open = 'prompt';
    },
    typed: () => void (open = undefined),
    end: (result) => {
      const isBroken = open !== 'text' && isShared;
      if (open !== 'text') breakLine();
      if (last !== '\n' && !isBroken) stdout.write('\n');
      last = '\n';
      open = undefined;
      if (progress && result !== undefined) line(paint('dim', summary(result)));
    },
  };
};
