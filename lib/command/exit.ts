import {
  ApiError,
  InvalidArgumentError,
  isPlanApproval,
  questions,
  StreamInterruptedError,
  type PermissionRequest,
  type UnansweredError,
} from 'm8tes-rx';
import { inLine, painter, printable, type Terminal } from './Terminal';

/** What a command says when it has come to nothing. */
export interface Explained {
  /** Its exit code. */
  readonly code: number;
  /** What went wrong, and on further lines what can be done. */
  readonly lines: readonly string[];
}

/** The exit codes by how a run ended. */
export const exitCodes: { readonly [status: string]: number } = {
  completed: 0,
  closed: 0,
  failed: 1,
  cancelled: 3,
};

const UNREACHED = 4;

/** What a run asks, on one line. What the agent calls its tool is nothing to decide by. */
export const asked = (request: PermissionRequest): string => {
  if (isPlanApproval(request)) return 'whether its plan is good';
  const [question] = questions(request);
  const { display_name, consequence } = request;
  if (question !== undefined) return `“${inLine(question.question)}”`;
  const what = `whether it may: ${inLine(display_name ?? 'use a tool')}`;
  return consequence === undefined ? what : `${what} (${inLine(consequence)})`;
};

/** What a run asks that nobody is there to say, and how it can be said. */
export const unanswered = (error: UnansweredError, isLocal: boolean): Explained => {
  const { run_id } = error;
  const request = error.request as PermissionRequest | undefined;
  const isQuestion = request !== undefined && questions(request).length > 0;
  const asks = `run ${run_id ?? '?'} asks ${request === undefined ? 'something' : asked(request)}`;
  const hint = isLocal
    ? 'start it in a terminal; or, where it asks for tools, with --approve allow, or deny'
    : isQuestion
      ? `answer it in a terminal: m8tes-rx watch ${run_id}; or in the console: m8tes-rx console`
      : `m8tes-rx watch ${run_id} --approve allow, or deny; or answer it in the console: m8tes-rx console`;
  const state = isLocal ? '' : ' It waits.';
  return { code: 5, lines: [`${asks}, and nobody is there to say.${state}`, `  ${hint}`] };
};

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | null)?.code;

/** What is said on stderr, for the colours it has. */
export const complaint = (terminal: Terminal, { lines }: Explained): string => {
  const [first = '', ...more] = lines;
  const name = painter(terminal, terminal.stderr)('red', 'm8tes-rx:');
  return [`${name} ${first}`, ...more].join('\n');
};

/** An error as a sentence for whoever typed the command, and as an exit code. */
export const explained = (error: unknown, subcommand: string): Explained => {
  if (error instanceof InvalidArgumentError) {
    const help = `m8tes-rx ${subcommand === '' ? '' : `${subcommand} `}--help`;
    return { code: 2, lines: [printable(error.message), `  How it is used: ${help}`] };
  }
  if (error instanceof StreamInterruptedError) {
    const again = error.run_id === undefined ? [] : [`  m8tes-rx watch ${error.run_id}`];
    return { code: UNREACHED, lines: [printable(error.message), ...again] };
  }
  if (error instanceof ApiError && error.kind === 'unauthorized') {
    return { code: UNREACHED, lines: [printable(error.message), '  Is M8TES_API_KEY right?'] };
  }
  if (codeOf(error) === 'EADDRINUSE') {
    return {
      code: UNREACHED,
      lines: ['the port is taken; choose another, or any free one: --port 0'],
    };
  }
  return {
    code: UNREACHED,
    lines: [printable(error instanceof Error ? error.message : String(error))],
  };
};
