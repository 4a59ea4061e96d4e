import { defer, NEVER, of, tap, type MonoTypeOperatorFunction } from 'rxjs';
import { DecodeError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { Seen } from '../../lib/stream/Seen';
import { Tally } from '../../lib/stream/Tally';
import { trim, type Turn } from '../../lib/stream/trim';
import { marbles } from '../helpers/marbles';

const t = (delta: string): RunEvent => ({ type: 'text-delta', delta });
/** Two turns: `mabd` says "ab", `nxyd` says "xy". */
const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  n: { type: 'message-start', messageId: 'm2' },
  a: t('a'),
  b: t('b'),
  j: t('ab'),
  x: t('x'),
  y: t('y'),
  z: t('xy'),
  c: { type: 'tool-call-start', toolCallId: 'tc_1' },
  C: { type: 'tool-call-start', toolCallId: 'tc_1', toolName: 'another' },
  r: { type: 'run_metrics', execution_time_ms: 1 },
  d: { type: 'done' },
};
const quiet = 5;
const wrong = new DecodeError('what was replayed is not what was delivered');

const seenOf = (delivered: string): Seen => {
  const seen = Seen();
  for (const marble of delivered) seen.note(values[marble]!);
  return seen;
};

/** A connection's events, counted as they come, and trimmed. */
const trimmed =
  (delivered: string, turn: Turn, quiet: number): MonoTypeOperatorFunction<RunEvent> =>
  (replay) =>
    defer(() => {
      const told = Tally();
      return replay.pipe(
        tap((event) => told.note(event)),
        trim(seenOf(delivered), told, turn, quiet),
      );
    });

/** Turn, what was delivered, the replay, and what arrives of it. */
type Row = readonly [name: string, turn: Turn, delivered: string, replay: string, expected: string];

const rows: readonly Row[] = [
  ['all of it when nothing was delivered', 'first', '', 'mabcd|', 'mabcd|'],
  ['what is new', 'first', 'ma', '  mabcd|', '--bcd|'],
  ['what is new of a joined delta', 'first', 'ma', '  mjcd|', '-bcd|'],
  ['what is new when only the ending is', 'first', 'mab', ' mabd|', '---d|'],
  ['nothing when nothing is new', 'first', 'mabd', 'mabd|', '----|'],
  ['what is new, live', 'first', 'ma', '  (mab)--c--d|', 'b------c--d|'],
  ['an error', 'first', 'ma', '  mab#', '--b#'],
  ['an error before it verifies', 'first', 'mab', '  ma#', '--#'],
  ['all turns to whoever joined', 'first', '', ' mabdnxyd|', 'mabdnxyd|'],
  ['the next turn to whoever joined', 'first', 'mabd', ' mabdnxyd|', '----nxyd|'],
  ['the rest of the next turn', 'first', 'mabdnx', ' mabdnxyd|', '------yd|'],
  ['only a turn that verifies', 'last', 'nx', '  mabdnxyd|', '--------(yd|)'],

  ['the last turn of a history', 'last', '', '  mabdnxyd|', '--------(nxyd|)'],
  ['the rest of the last turn', 'last', 'nx', ' mabdnxyd|', '--------(yd|)'],
  ['the rest of a joined last turn', 'last', 'nx', ' mabdnzd|', '-------(yd|)'],
  ['the last turn, its metrics too', 'last', 'nx', ' mabdrnxydr|', '----------(ydr|)'],
  ['the last turn when it is replayed alone', 'last', 'nx', ' nxyd|', '----(yd|)'],
  ['the last of two that verify', 'last', 'ma', '  mabdmabcd|', '---------(bcd|)'],
  ['what comes after a silence', 'last', 'nx', '  mabdnxy-------c--d|', '-----------y--c--d|'],
  ['nothing of a turn that comes after', 'last', 'nx', '  nxy-------cd--nab', '-------y--cd--|'],
];

describe('trim', () => {
  it.each(rows)('passes on %s (%s)', (_, turn, delivered, replay, expected) => {
    marbles(({ cold, expectObservable }) => {
      const source = cold(replay.trim(), values);
      expectObservable(source.pipe(trimmed(delivered, turn, quiet))).toBe(expected, values);
    })();
  });

  it(
    'lets life go on after a history that was told in one go',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  (mabdnx)------y--d|', values);
      const expected = '     --------------y--d|';
      expectObservable(source.pipe(trimmed('nx', 'last', quiet))).toBe(expected, values);
    }),
  );

  it(
    'waits, for a reply that had to queue, for the turn after the one that goes on',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  (mab)------d-nxyd-|', values);
      const expected = '     -------------nxyd-|';
      expectObservable(source.pipe(trimmed('', 'next', quiet))).toBe(expected, values);
    }),
  );

  it(
    'passes on the last turn of a reply that had to queue, when it has been told',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  (mabdnx)------yd-|', values);
      const expected = '     -----------------(nxyd|)';
      expectObservable(source.pipe(trimmed('', 'next', quiet))).toBe(expected, values);
    }),
  );

  it.each<readonly [name: string, turn: Turn, delivered: string, replay: string, fails: string]>([
    ['another text', 'first', 'xy', 'mabd|', '--#'],
    ['another text, in its first turn', 'first', 'nx', 'mabdnxyd|', '-#'],
    ['another tool call', 'first', 'mac', 'maCbd|', '--#'],
    ['another tool call, its text being right', 'first', 'macb', 'mabCd', '---#'],
    ['less than was delivered', 'first', 'mab', 'ma|', '--#'],
    ['another text', 'last', 'xyx', 'mabdnxyd|', '--------#'],
    ['another text, live', 'last', 'xyx', '(mabdnxz)----a-a-a', '-----#'],
    ['nothing', 'last', 'nx', '|', '#'],
  ])('fails at a replay that tells %s (%s, %s), as soon as it is seen', (...row) => {
    const [, turn, delivered, replay, fails] = row;
    marbles(({ cold, expectObservable }) => {
      const source = cold(replay, values);
      expectObservable(source.pipe(trimmed(delivered, turn, quiet))).toBe(fails, values, wrong);
    })();
  });

  it(
    'lets go of its source, and of its clock',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  nxy-------', values);
      expectObservable(source.pipe(trimmed('nx', 'last', quiet)), '^---!').toBe('-----');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    }),
  );

  it(
    'has a state for each subscriber',
    marbles(({ cold, expectObservable }) => {
      const rest = cold('mabcd|', values).pipe(trimmed('ma', 'first', quiet));
      expectObservable(rest).toBe('--bcd|', values);
      expectObservable(rest).toBe('--bcd|', values);
    }),
  );

  it('sets no timer where turns need not be told apart', () => {
    const set = jest.spyOn(globalThis, 'setInterval');
    NEVER.pipe(trimmed('ma', 'first', quiet))
      .subscribe()
      .unsubscribe();
    expect(set).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });
});

it.each([
  ['housekeeping', { type: 'ping' }],
  ['metrics', { type: 'sandbox_metrics' }],
  ['a list', { type: 'todo-update', todos: [] }],
] as const)('takes no ending back for %s that a replay has before it', (_, event) => {
  const seen = seenOf('mabd');
  const told = Tally();
  const arrived: RunEvent[] = [];
  of(values['m']!, values['j']!, event)
    .pipe(
      tap((event) => told.note(event)),
      trim(seen, told, 'first', quiet),
    )
    .subscribe((event) => arrived.push(event));
  expect([arrived, told.ended, seen.ended]).toEqual([[event], false, true]);
});
