// An agent triages a support inbox each weekday at 8, and now you watch it work. The agent, its task
// and its schedule are made the first time, and found when they are there:
//
//   npm start
//   npm start -- "Which customers have waited since Monday?"

import { collectRun, failOnError, RunFailedError, toolCalls } from 'm8tes-rx';
import type { Agent, EventOf, EventType, RunEvent, RunResult, ToolCall } from 'm8tes-rx';
import { concat, concatMap, connect, finalize, fromEvent, lastValueFrom, map, merge } from 'rxjs';
import { of, pairwise, startWith, takeUntil, tap, type Observable } from 'rxjs';
import type { OperatorFunction } from 'rxjs';
import { connected } from './connected';
import { supportAgent, type SupportAgent } from './supportAgent';
import { supportDesk } from './supportDesk';
import { bold, compact, cyan, dim, green, printable, red } from './terminal';

/** Something to write: a new block begins after a blank line, a new line on a line of its own. */
interface Piece {
  readonly block: 'header' | 'thinking' | 'plan' | 'text' | 'tools' | 'summary';
  readonly line?: string | undefined;
  readonly text: string;
}

/** What is written of an event, by its type. Other events are left out. */
const pieces: { readonly [K in EventType]?: (event: EventOf<K>) => Piece } = {
  'thinking-delta': ({ delta, id }) => ({ block: 'thinking', line: id, text: dim(delta) }),
  'reasoning-delta': ({ delta, id }) => ({ block: 'thinking', line: id, text: dim(delta) }),
  'plan-delta': ({ delta, id }) => ({ block: 'plan', line: id, text: cyan(delta) }),
  'text-delta': ({ delta, id }) => ({ block: 'text', line: id, text: printable(delta) }),
  'tool-call-start': ({ toolCallId = '', toolName = 'a tool' }) => ({
    block: 'tools',
    line: `${toolCallId} starts`,
    text: `${cyan('▸')} ${bold(toolName)}`,
  }),
};

const ofEvent = (event: RunEvent): readonly Piece[] => {
  const piece = pieces[event.type] as ((event: RunEvent) => Piece) | undefined;
  return piece === undefined ? [] : [piece(event)];
};

const ofCall = ({ toolCallId, toolName, args, result, completed }: ToolCall): Piece => ({
  block: 'tools',
  line: `${toolCallId} ends`,
  text:
    `${completed ? green('✓') : red('✗')} ${bold(toolName)} ` +
    dim(`${compact(args, 0.3)} → ${compact(result, 0.4)}`),
});

const ofSetup = ({ agent, task, trigger }: SupportAgent): Piece => ({
  block: 'header',
  line: 'agent',
  text: dim(
    `${agent.name}: agent ${agent.id}, task ${task.id}, ${trigger.id} (weekdays at 8 in New York)`,
  ),
});

const ofResult = ({ run_id, stop_reason, metrics }: RunResult): Piece => {
  const { input_tokens_used = '?', output_tokens_used = '?', claude_token_cost_usd } = metrics;
  const facts = [
    `run ${run_id}`,
    stop_reason,
    `${process.uptime().toFixed(1)} s`,
    `${input_tokens_used} tokens in, ${output_tokens_used} out`,
    claude_token_cost_usd && `$${claude_token_cost_usd}`,
  ];
  return { block: 'summary', text: dim(facts.filter(Boolean).join(' · ')) };
};

/** Pieces as they stand on the screen, each with what divides it from the one before. */
const layout =
  (header: Piece): OperatorFunction<Piece, string> =>
  (piece$) =>
    piece$.pipe(
      startWith(header, header),
      pairwise(),
      map(([before, { block, line, text }]) =>
        block !== before.block ? `\n\n${text}` : line !== before.line ? `\n${text}` : text,
      ),
    );

/** What went wrong, in one line. */
const reason = (error: unknown): string => {
  if (error instanceof RunFailedError) {
    const { run_id, status, errors } = error.result;
    return `run ${run_id} ${status}${errors.length > 0 ? `: ${errors.map(({ text }) => text).join('; ')}` : ''}`;
  }
  return error instanceof Error ? error.message : String(error);
};

const message = process.argv.slice(2).join(' ') || 'Triage the support inbox: what is urgent?';

try {
  const { client, where, close } = await connected({ script: supportDesk, pace: 30 });
  const asked: Piece = { block: 'header', line: 'message', text: `${cyan('›')} ${message}` };

  const run = ({ id: agent_id }: Agent): Observable<Piece> =>
    client.runs.create({ message, agent_id }).pipe(
      failOnError(),
      connect((run$) =>
        merge(
          run$.pipe(concatMap(ofEvent)),
          run$.pipe(toolCalls(), map(ofCall)),
          run$.pipe(collectRun(), map(ofResult)),
        ),
      ),
    );
  const written$ = supportAgent(client).pipe(
    concatMap((all) => concat(of(ofSetup(all), asked), run(all.agent))),
    layout({ block: 'header', text: `${bold('m8tes-rx')} → ${where}` }),
    tap((text) => process.stdout.write(text)),
    takeUntil(fromEvent(process, 'SIGINT').pipe(tap(() => (process.exitCode = 130)))),
    finalize(() => {
      process.stdout.write('\n');
      close();
    }),
  );
  await lastValueFrom(written$);
} catch (error) {
  process.exitCode = 1;
  console.error(red(reason(error).replace(/\s+/g, ' ')));
}
