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
  /** The end, whatever it was: the text ends with a line. */
  readonly end: (result?: RunResult) => void;
}

type Shown = { readonly [K in EventType]?: (event: EventOf<K>) => void };

const json = (value: unknown): string =>
  inLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 60);

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
  let open: 'text' | 'thought' | undefined;
  let last = '\n';

  const breakLine = (): void => {
    if (open === 'thought' || (open === 'text' && isShared)) stderr.write('\n');
    if (open === 'thought' || isShared) open = undefined;
  };
  const line = (text: string): void => {
    breakLine();
    stderr.write(`${text}\n`);
  };
  const say = (delta: string): void => {
    const text = printable(delta);
    if (text === '') return;
    if (open === 'thought') breakLine();
    stdout.write(text);
    last = text.slice(-1);
    open = last === '\n' ? undefined : 'text';
  };
  const think = (delta: string): void => {
    if (open === 'text') breakLine();
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
      'todo-update': ({ todos }) => {
        for (const { content = '', status } of todos) {
          const mark = status === 'completed' ? '☑' : status === 'in_progress' ? '◐' : '☐';
          line(paint('dim', `  ${mark} ${inLine(String(content))}`));
        }
      },
      'plan-delta': ({ delta }) => think(delta),
    }),
  };

  return {
    event: (event) => (told[event.type] as ((event: RunEvent) => void) | undefined)?.(event),
    call: ({ toolName, args, result }) => {
      if (!progress) return;
      const failed =
        (result as { readonly error?: unknown } | null | undefined)?.error !== undefined;
      const mark = failed ? paint('red', '✗') : paint('green', '✓');
      line(
        `${mark} ${paint('bold', inLine(toolName))} ${paint('dim', `${json(args)} → ${json(result)}`)}`,
      );
    },
    line,
    end: (result) => {
      const isBroken = open !== 'text' && isShared;
      if (open === 'thought') breakLine();
      if (last !== '\n' && !isBroken) stdout.write('\n');
      last = '\n';
      open = undefined;
      if (progress && result !== undefined) line(paint('dim', summary(result)));
    },
  };
};
