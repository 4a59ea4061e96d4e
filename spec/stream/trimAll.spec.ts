import { defer, tap, type MonoTypeOperatorFunction } from 'rxjs';
import { DecodeError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { Seen } from '../../lib/stream/Seen';
import { Tally } from '../../lib/stream/Tally';
import { trimAll } from '../../lib/stream/trimAll';
import { marbles } from '../helpers/marbles';

const t = (delta: string): RunEvent => ({ type: 'text-delta', delta });
/** Three turns: `mabd` says "ab", `nxyd` says "xy", `oabd` says what the first one said. */
const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'message-start', messageId: 'm1' },
  n: { type: 'message-start', messageId: 'm2' },
  o: { type: 'message-start', messageId: 'm3' },
  a: t('a'),
  b: t('b'),
  j: t('ab'),
  l: t('xyb'),
  k: t('yb'),
  x: t('x'),
  y: t('y'),
  z: t('xy'),
  c: { type: 'tool-call-start', toolCallId: 'tc_1' },
  C: { type: 'tool-call-start', toolCallId: 'tc_1', toolName: 'another' },
  r: { type: 'run_metrics', execution_time_ms: 1 },
  R: { type: 'run_metrics', execution_time_ms: 2 },
  d: { type: 'done' },
};
const quiet = 5;
const wrong = new DecodeError('what was replayed is not what was delivered');

/** A connection's events, counted as they come, and trimmed. */
const trimmed =
  (delivered: string): MonoTypeOperatorFunction<RunEvent> =>
  (replay) =>
    defer(() => {
      const told = Tally();
      const seen = Seen();
      for (const marble of delivered) seen.note(values[marble]!);
      return replay.pipe(
        tap((event) => told.note(event)),
        trimAll(seen, told, quiet),
      );
    });

/** What was delivered, the replay, and what arrives of it. */
type Row = readonly [name: string, delivered: string, replay: string, expected: string];

const whole: readonly Row[] = [
  ['what is new', 'mabdnx', 'mabdnxyd|', '------yd|'],
  ['what is new of a joined delta', 'mabdnx', 'mjdnzd|', '----yd|'],
  ['a turn that had not begun', 'mabd', 'mabdnxyd|', '----nxyd|'],
  ['a turn that had only begun', 'mabdn', 'mabdnxyd|', '-----xyd|'],
  ['a turn that begins as the first', 'mabdna', 'mabdnabd|', '------bd|'],
  ['one that has said what it said', 'mabdoab', 'mabdoabd|', '-------d|'],
  ['one that is no different at all', 'mabdmab', 'mabdmabd|', '-------d|'],
  ['the third turn', 'mabdnxydo', 'mabdnxydoabd|', '---------abd|'],
  ['all that is behind a pause', 'mabdnx', '(mabd)-------nxyd|', '---------------yd|'],
  ['what is live', 'mabdnx', '(mabdnx)------y--d|', '--------------y--d|'],
  ['the turn after one without words', 'mdnx', 'mdnxyd|', '----yd|'],
  ['turns without words', 'mdn', 'mdnd|', '---d|'],
  ['a later state', 'mabrdnx', 'mabRdnxyd|', '------Ryd|'],
];

const alone: readonly Row[] = [
  ['what is new', 'mabdnx', 'nxyd|', '--yd|'],
  ['what is new of a joined delta', 'mabdnx', 'nzd|', '-yd|'],
  ['the rest of a delta', 'mabdnx', 'nlad|', '-kad|'],
  ['a turn that had only begun', 'mabdn', 'nxy----d|', '--(xy)-d|'],
  ['a turn that begins as the first', 'mabdoa', 'oabd|', '----(bd|)'],
  ['one that has said what it said', 'mabdoab', 'oabd|', '----(d|)'],
  ['the third turn', 'mabdnxydo', 'oabd|', '----(abd|)'],
  ['another turn after it', 'mabdnx', 'nxydoabd|', '--ydoabd|'],
  ['another after one that says what the first said', 'mabdoa', 'oabdn----xyd|', '----(bdn)xyd|'],
  ['nothing new', 'mabdnxyd', 'nxyd|', '----|'],
  ['what is live, once all has been told', 'mabdnx', '(nx)-----y--d|', '---------y--d|'],
  ['what came before that, too', 'mabdoa', '(oab)------d|', '-----b-----d|'],
  ['it, where the first had no words', 'mdnx', 'nxyd|', '----(yd|)'],
];

describe.each([
  ['the whole history', whole],
  ['the latest turn alone', alone],
])('trimAll, of %s', (_, rows) => {
  it.each(rows)('passes on %s (%s)', (_, delivered, replay, expected) => {
    marbles(({ cold, expectObservable }) => {
      const source = cold(replay, values);
      expectObservable(source.pipe(trimmed(delivered))).toBe(expected, values);
    })();
  });
});

describe('trimAll', () => {
  it.each([
    ['neither', 'mabdnx', 'nya|', '--#'],
    ['neither, in a tool call', 'mabdncx', 'nCxyd|', '-#'],
    ['neither, in a tool call of the first turn', 'macbdnx', 'maCbdnxyd|', '--#'],
    ['neither, by where its first turn ends', 'mabdnx', 'mad|', '--#'],
    ['less than the whole', 'mabdnx', 'mabd|', '----#'],
    ['less than the whole, after a pause', 'mabdna', '(mabd)-------|', '-------------#'],
    ['less than the turn', 'mabdnxy', 'nx|', '--#'],
    ['another next turn', 'mabdnx', 'mabdna|', '-----#'],
    ['another text, when it had verified', 'mabdnxcb', 'nxCy|', '--#'],
  ])('fails at a replay that tells %s (%s, %s)', (_, delivered, replay, fails) => {
    marbles(({ cold, expectObservable }) => {
      const source = cold(replay, values);
      expectObservable(source.pipe(trimmed(delivered))).toBe(fails, values, wrong);
    })();
  });

  it(
    'passes on an error, and lets go of its source and of its clock',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(cold('nx#', values).pipe(trimmed('mabdnx'))).toBe('--#');
      const source = cold('  oab-------', values);
      expectObservable(source.pipe(trimmed('mabdoa')), '^---!').toBe('-----');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    }),
  );

  it('sets no timer for a run of one turn', () => {
    const set = jest.spyOn(globalThis, 'setInterval');
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('mab---', values).pipe(trimmed('mabd')), '---!').toBe('---');
    })();
    expect(set).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });
});
