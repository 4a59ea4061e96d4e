import {
  collectRun,
  encodeEvent,
  respond,
  toolCalls,
  UnansweredError,
  type Client,
  type ConnectionState,
  type RunEvent,
  type RunResult,
} from 'm8tes-rx';
import {
  connect,
  identity,
  ignoreElements,
  lastValueFrom,
  map,
  merge,
  race,
  take,
  tap,
  type Observable,
} from 'rxjs';
import { answering, approvings, type Approving } from './asking';
import { complaint, exitCodes, unanswered, type Explained } from './exit';
import { screen } from './screen';
import type { Given, Options } from './Subcommand';
import { inLine, isAttended, leaving, painter, spelt, type Terminal } from './Terminal';

/** How a run is told. */
export const telling: Options = {
  json: { what: 'Each event as a line of JSON on stdout, and nothing else there.' },
  thinking: { what: 'What the agent thinks as well, on stderr.' },
  verbose: {
    what: 'What it does meanwhile as well, on stderr. Default: where that is a terminal.',
  },
  approve: {
    takes: '<how>',
    what: 'Who decides on tools: ask (you, in a terminal), allow, or deny.',
  },
};

/** A run that is told. */
export interface Told {
  readonly client: Client;
  /** Whether it ends with this process. */
  readonly isLocal: boolean;
  readonly run$: Observable<RunEvent>;
  /** Who decides; undefined: others, for this one only looks on. */
  readonly approving: Approving | undefined;
  /** What is said of the run to whoever leaves before its end. */
  readonly onLeave: (run_id: number | undefined) => string;
}

/** Who is to decide, where it was said. */
export const approvingOf = (given: Given): Approving | undefined =>
  given.oneOf('approve', approvings);

/** Why a run failed; what an agent says of it may be anything. */
const failure = ({ run_id, errors, error_code }: RunResult): Explained => {
  const code = error_code === undefined ? '' : ` (${inLine(error_code)})`;
  const text = errors.map((error) => inLine(error.text, 300)).join('; ');
  const why = text === '' ? '' : `: ${text}`;
  return { code: 1, lines: [`run ${run_id ?? '?'} failed${code}${why}`] };
};

/** What becomes of its connection, where that is worth a line. */
const notices: { readonly [S in ConnectionState['state']]?: string } = {
  interrupted: '◌ The connection was lost …',
  resumed: '● It is back, and nothing is missing',
  settled: '● The run has ended meanwhile: its record tells the rest',
};

/** Writes a run to its end, or until it is time to leave, and gives the exit code. */
export const told = async (
  { client, isLocal, run$, approving, onLeave }: Told,
  given: Given,
  terminal: Terminal,
): Promise<number> => {
  const { stdout, stderr } = terminal;
  const isJson = given.flag('json');
  const progress = given.flag('verbose') || (stderr.isTTY === true && !isJson);
  const shown = screen(terminal, { thinking: given.flag('thinking'), progress });
  const paint = painter(terminal, stderr);
  let run_id: number | undefined;

  const note = (event: RunEvent): void => {
    if (event.type === 'metadata') run_id ??= event.payload.run_id;
    if (isJson) stdout.write(`${spelt(encodeEvent(event))}\n`);
    else shown.event(event);
  };
  const handlers =
    approving &&
    answering({ ...shown, terminal, run_id: () => run_id }, approving, isAttended(terminal));

  const ended$ = run$.pipe(
    tap(note),
    handlers ? respond(client, handlers) : identity,
    connect((events$) =>
      merge(
        events$.pipe(toolCalls(), tap(isJson ? () => {} : shown.call), ignoreElements()),
        events$.pipe(collectRun()),
      ),
    ),
    map((result) => {
      shown.end(isJson ? undefined : result);
      if (result.status === 'failed') shown.line(complaint(terminal, failure(result)));
      return exitCodes[result.status] ?? 0;
    }),
  );
  const connection$ = client.connection$.pipe(
    tap(({ state }) => {
      const notice = notices[state];
      if (progress && notice !== undefined) shown.line(paint('dim', notice));
    }),
    ignoreElements(),
  );
  const left$ = leaving(terminal).pipe(
    tap((code) => {
      shown.end();
      if (code !== 141) shown.line(onLeave(run_id));
    }),
  );
  return lastValueFrom(race(left$, merge(connection$, ended$).pipe(take(1)))).catch(
    (error: unknown) => {
      shown.end();
      if (!(error instanceof UnansweredError)) throw error;
      const reason = unanswered(error, isLocal);
      shown.line(complaint(terminal, reason));
      return reason.code;
    },
  );
};
