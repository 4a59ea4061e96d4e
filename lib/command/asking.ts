import { createInterface } from 'node:readline';
import {
  isPlanApproval,
  planText,
  questions,
  UnansweredError,
  type Decision,
  type Handlers,
  type PermissionRequest,
  type Question,
  type Reply,
} from 'm8tes-rx';
import { concatMap, filter, from, map, Observable, reduce, repeat, take } from 'rxjs';
import type { Screen } from './screen';
import { inLine, painter, printable, type Terminal } from './Terminal';

/** Who decides whether a tool may be used: whoever sits there, or this, unseen. */
export const approvings = ['ask', 'allow', 'deny'] as const;
export type Approving = (typeof approvings)[number];

/** Where it is asked. */
export interface Desk extends Pick<Screen, 'line' | 'prompt' | 'typed'> {
  readonly terminal: Terminal;
  /** The run, where it is known. */
  readonly run_id: () => number | undefined;
}

type Paint = (style: 'bold' | 'dim' | 'yellow' | 'cyan', text: string) => string;

/** A line that somebody types. A request that is settled meanwhile wants none any more. */
const typed = (desk: Desk, request: PermissionRequest): Observable<string> =>
  new Observable((subscriber) => {
    desk.prompt();
    // The terminal itself edits the line, and turns Ctrl-C into what it is everywhere.
    const lines = createInterface({ input: desk.terminal.stdin, terminal: false });
    subscriber.add(() => lines.close());
    lines.on('line', (text) => {
      desk.typed();
      subscriber.next(text.trim());
      subscriber.complete();
    });
    lines.on('close', () =>
      subscriber.error(new UnansweredError('nobody answers any more', desk.run_id(), request)),
    );
  });

/** Asks until what is typed is an answer. */
const asked = <A>(
  desk: Desk,
  request: PermissionRequest,
  read: (text: string) => A | undefined,
): Observable<A> =>
  typed(desk, request).pipe(
    map(read),
    repeat(),
    filter((answer) => answer !== undefined),
    take(1),
  );

/** Characters of what somebody consents to: more than of what is merely told, for the rest is consented to as well. */
const CONSENT = 2_000;

const value = (given: unknown): string =>
  inLine(typeof given === 'string' ? given : (JSON.stringify(given) ?? ''), CONSENT);

/** What a person decides by. What the agent calls its tool is not among it: that may be anything. */
const card = (
  { display_name, consequence, fields, prose }: PermissionRequest,
  paint: Paint,
): readonly string[] => [
  `${paint('yellow', '?')} ${paint('bold', inLine(display_name ?? 'Use a tool'))}`,
  ...(consequence ? [`  ${value(consequence)}`] : []),
  ...(fields ?? []).flatMap((field) =>
    Array.isArray(field) ? [`  ${paint('dim', value(field[0]))}  ${value(field[1])}`] : [],
  ),
  ...(prose
    ? printable(prose)
        .split('\n')
        .map((text) => `  ${text}`)
    : []),
];

const approval = (desk: Desk, request: PermissionRequest, paint: Paint): Observable<Decision> => {
  const { can_remember: isLasting = false } = request;
  for (const text of card(request, paint)) desk.line(text);
  const choices = ['y allow', ...(isLasting ? ['a allow always'] : []), 'n deny, or n and why'];
  desk.line(paint('dim', `  ${choices.join(' · ')}`));
  return asked(desk, request, (text) => {
    if (/^y(es)?$/i.test(text)) return { decision: 'allow' };
    if (isLasting && /^a(lways)?$/i.test(text)) return { decision: 'allow', remember: true };
    const [isNo, reason] = /^no?(?:[\s:,]+(.+))?$/i.exec(text) ?? [];
    return isNo === undefined ? undefined : { decision: 'deny', ...(reason && { reason }) };
  });
};

/** The options by their numbers, or else what was typed itself. */
const chosen = (
  { options = [], multiSelect = false }: Question,
  text: string,
): string | undefined => {
  const numbers = text.split(/[\s,]+/);
  const labels = numbers.map((number) =>
    /^\d+$/.test(number) ? options[Number(number) - 1]?.label : undefined,
  );
  const isChoice = labels.every((label) => label !== undefined);
  return isChoice && (multiSelect || labels.length === 1) ? labels.join(', ') : text || undefined;
};

const question = (
  desk: Desk,
  request: PermissionRequest,
  one: Question,
  paint: Paint,
): Observable<string> => {
  const { options = [], multiSelect = false } = one;
  desk.line(`${paint('yellow', '?')} ${paint('bold', inLine(one.question, 500))}`);
  for (const [i, { label }] of options.entries())
    desk.line(`  ${paint('cyan', `${i + 1}`)} ${inLine(label)}`);
  const numbers = multiSelect ? 'numbers, such as 1,2' : 'a number';
  if (options.length > 0)
    desk.line(paint('dim', `  ${numbers}; or anything else in your own words`));
  return asked(desk, request, (text) => chosen(one, text));
};

const plan = (desk: Desk, request: PermissionRequest, paint: Paint): Observable<string> => {
  desk.line(`${paint('yellow', '?')} ${paint('bold', 'The plan')}`);
  for (const text of printable(planText(request) ?? '').split('\n')) desk.line(`  ${text}`);
  desk.line(paint('dim', '  y approve · or what to change'));
  return asked(desk, request, (text) =>
    /^y(es)?$/i.test(text) ? 'Approve' : text === '' ? undefined : `Revise: ${text}`,
  );
};

/**
 * Who answers what a run asks. Without a terminal a question has no handler, nor has a tool that is to
 * be asked for: then the run is left to somebody else.
 */
export const answering = (desk: Desk, approving: Approving, isAttended: boolean): Handlers => {
  const paint = painter(desk.terminal, desk.terminal.stderr);
  const decided: Handlers = approving !== 'ask' ? { onApproval: () => approving } : {};
  if (!isAttended) return decided;
  const all = (request: PermissionRequest): Observable<Reply> =>
    from(questions(request)).pipe(
      concatMap((one) =>
        question(desk, request, one, paint).pipe(
          map((answer) => [[one.question, answer]] as const),
        ),
      ),
      reduce(
        (answers, answer) => [...answers, ...answer],
        [] as readonly (readonly [string, string])[],
      ),
      map((answers): Reply => Object.fromEntries(answers)),
    );
  return {
    onApproval: (request) => approval(desk, request, paint),
    ...decided,
    onQuestion: (request) => (isPlanApproval(request) ? plan(desk, request, paint) : all(request)),
    concurrency: 1,
  };
};
