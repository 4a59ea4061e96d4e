import { AsyncSubject, defaultIfEmpty, forkJoin, of, type Observable } from 'rxjs';
import { frameLine } from '../Line';
import { now } from '../clock';
import type { PermissionRecord } from '../records';
import type { Ask, Frame, Verdict } from '../Script';
import type { World } from '../World';
import { change, executing, type Gate, type HeldRun, type HeldTurn } from './HeldRun';

/** Asks people, all at once, and waits for what they decide; nobody is asked needlessly. */
export const ask = (
  held: HeldRun,
  turn: HeldTurn,
  asks: readonly Ask[],
  world: World,
): Observable<readonly Verdict[]> => {
  const opened: Gate[] = [];
  const verdicts = asks.map((one): Observable<Verdict> => {
    if (mustWait(one, held, turn)) {
      const made = gate(one, world);
      opened.push(made.opened);
      return made.verdict;
    }
    const { tool_name } = one;
    if (!isQuestion(one))
      turn.lines.next(frameLine({ type: 'permission_auto_allowed', tool_name }));
    return of(ALLOWED);
  });
  if (opened.length > 0) {
    held.gates.push(...opened);
    change(held, { status: 'awaiting_approval' });
    const frames = askedFrames(opened.map(({ request }) => request));
    for (const frame of frames) turn.lines.next(frameLine(frame));
    held.tell('run.awaiting_input');
    held.paused.next();
  }
  return forkJoin(verdicts).pipe(defaultIfEmpty([]));
};

/** A gate is decided; when it was the last that the run waited for, the run goes on. */
export const decide = (
  held: HeldRun,
  gate: Gate,
  status: Exclude<PermissionRecord['status'], 'pending'>,
  verdict: Verdict,
): void => {
  const resumed = !held.gates.some((other) => other !== gate && other.request.status === 'pending');
  if (resumed) change(held, { status: 'running' });
  gate.request = {
    ...gate.request,
    status,
    resumed,
    remembered: verdict.remember && gate.request.can_remember,
    resolved_at: now(),
  };
  const { request: payload } = gate;
  const { request_id } = payload;
  executing(held)?.lines.next(frameLine({ type: 'permission_resolved', request_id, payload }));
  gate.settle(verdict);
};

const ALLOWED: Verdict = { decision: 'allow', remember: false, answers: {} };

const isQuestion = ({ tool_name }: Ask): boolean => tool_name === 'AskUserQuestion';

/** "Created with `human_in_the_loop: true` and a permission mode, a run pauses." [wire §5] */
const mustWait = (ask: Ask, held: HeldRun, turn: HeldTurn): boolean =>
  turn.interactive && (isQuestion(ask) || held.record.permission_mode !== 'autonomous');

const gate = (ask: Ask, world: World): { opened: Gate; verdict: Observable<Verdict> } => {
  const verdict = new AsyncSubject<Verdict>();
  const opened: Gate = {
    meanwhile: ask.meanwhile,
    settle: (decided) => {
      verdict.next(decided);
      verdict.complete();
    },
    request: requestOf(
      ask,
      { request_id: world.token('req'), tool_use_id: world.token('toolu') },
      now(),
    ),
  };
  return { opened, verdict };
};

/** What is asked, as it is pending. */
export const requestOf = (
  ask: Ask,
  ids: Pick<PermissionRecord, 'request_id' | 'tool_use_id'>,
  created_at: string,
): PermissionRecord => ({
  ...ids,
  tool_name: ask.tool_name,
  tool_input: ask.tool_input,
  status: 'pending',
  display_name: ask.display_name ?? ask.tool_name,
  consequence: ask.consequence ?? null,
  fields: ask.fields ?? [],
  prose: ask.prose ?? null,
  can_remember: ask.can_remember ?? false,
  remember_default: false,
  timeout_seconds: ask.timeout_seconds ?? null,
  auto_resolved: false,
  resumed: false,
  remembered: false,
  created_at,
  resolved_at: null,
});

/** What a stream says of what is asked: each, and that the run waits. */
export const askedFrames = (requests: readonly PermissionRecord[]): readonly Frame[] => [
  ...requests.map((payload) => ({
    type: 'permission_request',
    request_id: payload.request_id,
    payload,
  })),
  {
    type: 'awaiting_approval',
    payload: { request_ids: requests.map(({ request_id }) => request_id) },
  },
];
