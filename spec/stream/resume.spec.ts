import { concat, of, tap, throwError, type Observable } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import { ApiError, ConnectionError, DecodeError, type ApiErrorKind } from '../../lib/errors';
import * as decoding from '../../lib/events/decode';
import type { RunEvent } from '../../lib/events/RunEvent';
import { responseOf } from '../../lib/http/fetching';
import type { TransportResponse } from '../../lib/http/Transport';
import { Fingerprint } from '../../lib/stream/Fingerprint';
import type { ConnectionState, Ended, Healing, Joined, Opened } from '../../lib/stream/Healing';
import { resume } from '../../lib/stream/resume';
import { marbles } from '../helpers/marbles';
import { overheard } from '../helpers/overheard';
import { told } from '../helpers/told';
import { aStream, aStreamOf, bytes, frame } from '../helpers/wire';
import { exactlyOnce } from './exactlyOnce';

const events: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  a: { type: 'text-delta', delta: 'a' },
  b: { type: 'text-delta', delta: 'b' },
  c: { type: 'text-delta', delta: 'c' },
  x: { type: 'text-delta', delta: 'x' },
  y: { type: 'text-delta', delta: 'y' },
  z: { type: 'text-delta', delta: 'z' },
  s: { type: 'text-delta', delta: 'bc' },
  j: { type: 'text-delta', delta: 'ab' },
  q: { type: 'permission_request', request_id: 'r1' },
  u: { type: 'metadata', payload: { run_id: 7, usage: { total_tokens: 3 } } },
  d: { type: 'done' },
  e: { type: 'settled' },
};
const chunks = Object.fromEntries(
  Object.entries(events).map(([marble, event]) => [marble, bytes(frame(event))]),
);
/** The same, each with an id: `A` is `a` with the id `A`. */
const withIds = Object.fromEntries(
  Object.entries(events).map(([marble, event]) => {
    const id = marble.toUpperCase();
    return [id, bytes(`id: ${id}\n${frame(event)}`)];
  }),
);

const refused = (status: number, kind: ApiErrorKind): ApiError =>
  new ApiError(`refused with ${status}`, { status, kind });
const gone = 'gone';
const missing = refused(404, 'missing');
const down = refused(503, 'server');

const ended = (...texts: readonly string[]): Ended => ({
  run: { id: 7, status: 'completed' },
  isOver: true,
  isWaiting: false,
  texts: of(...texts),
  metadata: events['u']!,
  ending: [events['d']!],
});
const running: Ended = { ...ended(), isOver: false };
const waiting: Ended = { ...running, isWaiting: true };

/** A spec of a stream: what it is told, and what it tells of its connections. */
const story = (
  tell: (
    helpers: RunHelpers & {
      /** A stream in marbles: `#` resets it, `|` ends its body. */
      readonly streams: (marbles: string) => TransportResponse;
      /** What is answered to one request after another; a text is a stream. */
      readonly inTurn: (
        ...answers: readonly (string | Error | Opened | Ended)[]
      ) => () => Observable<never>;
      /** Heals after 10 ms a failure, three times. */
      readonly healing: (fields: Partial<Healing>) => Healing;
      readonly asked: readonly string[];
      readonly log: string[];
    },
  ) => void,
): (() => void) =>
  marbles((helpers) => {
    const { cold } = helpers;
    const streams = (diagram: string): TransportResponse =>
      responseOf(aStreamOf(cold(diagram.trim(), { ...chunks, ...withIds })));
    const asked: string[] = [];
    const log: string[] = [];

    const inTurn = (...answers: readonly (string | Error | Opened | Ended)[]) => {
      const left = [...answers];
      return () => {
        const answer = left.shift() ?? new Error('asked once too often');
        if (answer instanceof Error) return throwError(() => answer);
        const isText = typeof answer === 'string' && answer !== gone;
        return of(isText ? streams(answer) : answer) as Observable<never>;
      };
    };
    const noted =
      <A extends readonly (string | number | undefined)[], R>(
        name: string,
        ask: (...args: A) => R,
      ) =>
      (...args: A): R => {
        asked.push([name, ...args.filter((arg) => arg !== undefined)].join(' '));
        return ask(...args);
      };
    const healing = ({ open, join, record, ...fields }: Partial<Healing>): Healing => ({
      open: noted('open', open ?? inTurn()),
      join: noted('join', join ?? inTurn()),
      record: noted('record', record ?? (() => of(ended('abc')))),
      turn: 'first',
      wait: (_, inARow, isPause) => (inARow > 3 && !isPause ? undefined : inARow * 10),
      number: () => 1,
      onConnection: ({ state, run_id, attempt, delay }: ConnectionState) =>
        log.push([state, run_id, attempt, ...(delay === undefined ? [] : [delay])].join(' ')),
      events: { linger: 5 },
      ...fields,
    });
    tell({ ...helpers, streams, inTurn, healing, asked, log });
  });

/** A first connection that streams. */
const first = (streams: (marbles: string) => TransportResponse, marbles: string) => () =>
  of<Opened>({ response: streams(marbles) });

/** The first connection of a run that was joined, and not begun. */
const joinedFirst = (streams: (marbles: string) => TransportResponse, marbles: string) => () =>
  of<Opened>({ response: streams(marbles), joined: 7 });

const interruption = (known: object) =>
  expect.objectContaining({ name: 'StreamInterruptedError', ...known });

describe('resume', () => {
  it(
    'opens nothing before it is subscribed to, then one stream, and tells of both its ends',
    story(({ streams, healing, asked, log, expectObservable, flush }) => {
      const stream = resume(healing({ open: first(streams, 'ma-b--d|') }));
      expect([asked, log]).toEqual([[], []]);
      expectObservable(stream).toBe('                       ma-b--d|', events);
      flush();
      expect(asked).toEqual(['open']);
      expect(log).toEqual(['connecting  0', 'open  0', 'closed 7 0']);
    }),
  );

  it(
    'joins a stream that broke off, and drops what was delivered',
    story(({ streams, inTurn, healing, asked, log, expectObservable, flush }) => {
      const open = first(streams, '   ma#');
      const join = inTurn('                     (mjc)--d|');
      expectObservable(resume(healing({ open, join }))).toBe('ma 10ms (bc)---d|', events);
      flush();
      expect(asked).toEqual(['open', 'join 7']);
      expect(log).toEqual([
        ...['connecting  0', 'open  0', 'interrupted 7 1 10'],
        ...['connecting 7 1', 'open 7 1', 'resumed 7 1', 'closed 7 0'],
      ]);
    }),
  );

  it(
    'joins a stream whose body ended too soon',
    story(({ streams, inTurn, healing, expectObservable }) => {
      const open = first(streams, 'ma|');
      const join = inTurn('mabd|');
      expectObservable(resume(healing({ open, join }))).toBe('ma 10ms --bd|', events);
    }),
  );

  it(
    'is patient for longer after each failure, and as short as before after progress',
    story(({ streams, inTurn, healing, log, expectObservable, flush }) => {
      const open = first(streams, 'ma#');
      const join = inTurn(down, 'm#', 'mab#', 'mabc#', 'mabcd|');
      expectObservable(resume(healing({ open, join }))).toBe(
        'ma 10ms 20ms - 30ms --b 10ms ---c 10ms ----d|',
        events,
      );
      flush();
      expect(log.filter((line) => /interrupted|resumed/.test(line))).toEqual([
        ...['interrupted 7 1 10', 'interrupted 7 2 20', 'interrupted 7 3 30', 'resumed 7 3'],
        ...['interrupted 7 1 10', 'resumed 7 1', 'interrupted 7 1 10', 'resumed 7 1'],
      ]);
    }),
  );

  it(
    'gives up when its patience is at an end, and says what was delivered, and why',
    story(({ streams, inTurn, healing, log, expectObservable, flush }) => {
      const open = first(streams, 'mab#');
      const join = inTurn(down, down, down);
      expectObservable(resume(healing({ open, join }))).toBe(
        'mab 10ms 20ms 30ms #',
        events,
        interruption({
          message:
            'the stream of run 7 broke off and could not be healed (refused with 503); ' +
            'what was delivered is right, but not all: read runs.get()',
          run_id: 7,
          run: undefined,
          delivered: { events: 3, characters: 2 },
          cause: down,
        }),
      );
      flush();
      expect(log.slice(-2)).toEqual(['connecting 7 3', 'closed 7 4']);
    }),
  );

  it(
    'gives up at once where waiting is of no use',
    story(({ streams, inTurn, healing, expectObservable }) => {
      const wait: Healing['wait'] = (error) =>
        error instanceof ApiError && error.kind === 'missing' ? undefined : 10;
      const open = first(streams, 'ma#');
      const join = inTurn(missing);
      expectObservable(resume(healing({ open, join, wait }))).toBe(
        'ma 10ms #',
        events,
        interruption({ cause: missing }),
      );
    }),
  );

  it(
    'says what broke the stream, and no more, where nothing is to be healed',
    story(({ streams, inTurn, healing, log, expectObservable, flush }) => {
      const wait = () => undefined;
      const message =
        'broke off before its ending; ' +
        'the run may be going on: join it with runs.join(), or read it with runs.get()';
      const delivered = { events: 2, characters: 1 };
      const cause = new ConnectionError("the body ended before the run's ending", 'CUT');
      expectObservable(resume(healing({ open: first(streams, 'ma|'), wait }))).toBe(
        'ma#',
        events,
        interruption({
          ...{ message: `the stream of run 7 ${message}`, run_id: 7, delivered, cause },
        }),
      );
      // What is held back of a connection was not delivered.
      const unheard = { run_id: 7, delivered: { events: 0, characters: 0 } };
      expectObservable(resume(healing({ open: joinedFirst(streams, '|'), wait }))).toBe(
        '#',
        events,
        interruption({ message: `the stream of run 7 ${message}`, ...unheard }),
      );
      const open = inTurn({ run_id: 7, turn: 'last' });
      expectObservable(resume(healing({ open, join: inTurn('ma|'), wait, turn: 'last' }))).toBe(
        '--#',
        events,
        interruption({ message: `the stream of run 7 ${message}`, ...unheard }),
      );
      flush();
      expect(log.filter((line) => line.startsWith('interrupted'))).toEqual([]);
    }),
  );

  it(
    'says that it could not be healed where it was tried once',
    story(({ streams, inTurn, healing, expectObservable }) => {
      const wait: Healing['wait'] = (_, failures) => (failures > 1 ? undefined : 10);
      const open = first(streams, 'ma|');
      expectObservable(resume(healing({ open, join: inTurn('m|'), wait }))).toBe(
        'ma 10ms -#',
        events,
        interruption({ message: expect.stringContaining('could not be healed') as string }),
      );
    }),
  );

  it(
    'gives up on a replay of another text',
    story(({ streams, inTurn, healing, expectObservable }) => {
      const wait: Healing['wait'] = (error) => (error instanceof DecodeError ? undefined : 10);
      const open = first(streams, 'mab#');
      const join = inTurn('maxd|');
      expectObservable(resume(healing({ open, join, wait }))).toBe(
        'mab 10ms --#',
        events,
        interruption({
          delivered: { events: 3, characters: 2 },
          cause: new DecodeError('what was replayed is not what was delivered'),
        }),
      );
    }),
  );

  describe('before the run is known', () => {
    it(
      'passes on why it could not be opened',
      story(({ inTurn, healing, log, expectObservable, flush }) => {
        expectObservable(resume(healing({ open: inTurn(missing) }))).toBe('#', events, missing);
        flush();
        expect(log).toEqual(['connecting  0', 'closed  0']);
      }),
    );

    it(
      'opens again, and joins the run that it is told of',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const opening = { run_id: 7, turn: 'first' } as const;
        const open = inTurn({ response: streams('--#') }, opening);
        const join = inTurn('mabd|');
        expectObservable(resume(healing({ open, join }))).toBe('-- 10ms mabd|', events);
        flush();
        expect(asked).toEqual(['open', 'open', 'join 7']);
      }),
    );

    it(
      'opens again as often as it is patient, whatever the reason',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const response = streams('#');
        const again = { response: streams('a#') };
        const further = { response: streams('ab#') };
        const open = inTurn({ response }, down, again, down, further);
        expectObservable(resume(healing({ open })), '65ms !').toBe('30ms a 30ms -b', events);
        flush();
        expect(asked).toEqual(Array(5).fill('open'));
      }),
    );

    it(
      'joins the run that a repeat of its request is answered with',
      story(({ inTurn, healing, asked, log, expectObservable, flush }) => {
        const open = inTurn({ run_id: 7, turn: 'first' });
        const join = inTurn('mab#', 'mabd|');
        expectObservable(resume(healing({ open, join }))).toBe('mab 10ms ---d|', events);
        flush();
        expect(asked).toEqual(['open', 'join 7', 'join 7']);
        expect(log[1]).toBe('open 7 0');
      }),
    );
  });

  describe('of a run that has ended meanwhile', () => {
    it(
      'tells the rest of the text from its record, and the ending, at once',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = first(streams, 'ma#');
        const join = inTurn(gone);
        const record = inTurn(ended('abc'));
        expectObservable(resume(healing({ open, join, record }))).toBe('ma 10ms (esud|)', events);
        flush();
        expect(asked).toEqual(['open', 'join 7', 'record 7']);
      }),
    );

    it(
      'tells that it is settled, once, before what its record tells',
      story(({ streams, inTurn, healing, log, expectObservable, flush }) => {
        const open = first(streams, 'ma#');
        const record = inTurn(down, ended('abc'));
        const stream = resume(healing({ open, join: inTurn(gone), record }));
        const logged = stream.pipe(tap(({ type }) => log.push(type)));
        expectObservable(logged).toBe('ma 10ms 20ms (esud|)', events);
        flush();
        expect(log).toEqual([
          ...['connecting  0', 'open  0', 'metadata', 'text-delta', 'interrupted 7 1 10'],
          ...['connecting 7 1', 'interrupted 7 2 20', 'connecting 7 2'],
          ...['settled 7 2', 'settled', 'text-delta', 'metadata', 'done', 'closed 7 0'],
        ]);
      }),
    );

    it(
      'is not settled by a record that is uncertain, or has nothing to tell',
      story(({ streams, inTurn, healing, log, expectObservable, flush }) => {
        const another = inTurn(ended('xyz'));
        expectObservable(
          resume(healing({ open: first(streams, 'ma#'), join: inTurn(gone), record: another })),
        ).toBe('ma 10ms #', events, interruption({ run: { id: 7, status: 'completed' } }));
        const same = inTurn(running, ended('ab'));
        expectObservable(
          resume(
            healing({ open: joinedFirst(streams, 'mabd|'), join: inTurn(gone), record: same }),
          ),
        ).toBe('mabd 10ms |', events);
        flush();
        expect(log.filter((line) => line.startsWith('settled'))).toEqual([]);
      }),
    );

    it(
      'tells the rest from where its record is certain',
      story(({ streams, inTurn, healing, expectObservable }) => {
        const open = first(streams, 'ma#');
        const record = inTurn(ended('xyz', 'abc'));
        expectObservable(resume(healing({ open, join: inTurn(gone), record }))).toBe(
          'ma 10ms (esud|)',
          events,
        );
      }),
    );

    it(
      'tells nothing that is uncertain, and gives the record',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = first(streams, 'ma#');
        const record = inTurn(ended('xyz', 'xyz'));
        expectObservable(resume(healing({ open, join: inTurn(gone), record }))).toBe(
          'ma 10ms #',
          events,
          interruption({
            run_id: 7,
            run: { id: 7, status: 'completed' },
            delivered: { events: 2, characters: 1 },
          }),
        );
        flush();
        expect(asked).toEqual(['open', 'join 7', 'record 7']);
      }),
    );

    it(
      'tells all of it when nothing was delivered',
      story(({ inTurn, healing, expectObservable }) => {
        const open = inTurn({ run_id: 7, turn: 'first' });
        const record = inTurn(ended('abc'));
        const values = { ...events, t: { type: 'text-delta', delta: 'abc' } };
        expectObservable(resume(healing({ open, join: inTurn(gone), record }))).toBe(
          '(eutd|)',
          values,
        );
      }),
    );

    it(
      'reads its record again when that fails',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = first(streams, 'ma#');
        const record = inTurn(down, ended('abc'));
        expectObservable(resume(healing({ open, join: inTurn(gone), record }))).toBe(
          'ma 10ms 20ms (esud|)',
          events,
        );
        flush();
        expect(asked).toEqual(['open', 'join 7', 'record 7', 'record 7']);
      }),
    );

    it(
      'joins again when its record says that it goes on',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = first(streams, 'ma#');
        const join = inTurn(gone, 'mabd|');
        const record = inTurn(running);
        expectObservable(resume(healing({ open, join, record }))).toBe(
          'ma 10ms 20ms --bd|',
          events,
        );
        flush();
        expect(asked).toEqual(['open', 'join 7', 'record 7', 'join 7']);
      }),
    );

    it(
      'gives up on a run that goes on and has no stream',
      story(({ streams, inTurn, healing, expectObservable }) => {
        const open = first(streams, 'ma#');
        const join = inTurn(gone, gone, gone);
        const record = inTurn(running, running, running);
        expectObservable(resume(healing({ open, join, record }))).toBe(
          'ma 10ms 20ms 30ms #',
          events,
          interruption({
            run: undefined,
            cause: new ConnectionError('the run goes on, but there is no stream to join yet'),
          }),
        );
      }),
    );
  });

  describe('after what is known from elsewhere', () => {
    const known = (...marbles: readonly string[]): Observable<RunEvent> =>
      of(...marbles.map((marble) => events[marble]!));
    const conflict = refused(409, 'conflict');
    const goneFirst = () => of<Opened>({ run_id: 7, turn: 'first', gone: conflict });

    it(
      'tells what follows, however its deltas are cut now',
      story(({ streams, healing, asked, log, expectObservable, flush }) => {
        const open = joinedFirst(streams, '(mjc)d|');
        const record = () => of(ended('abc'));
        const stream = resume(healing({ after: known('m', 'a'), open, record }));
        expectObservable(stream).toBe('(bc)-d|', events);
        flush();
        expect(asked).toEqual(['open', 'record 7']);
        expect(log.slice(0, 2)).toEqual(['connecting  0', 'open 7 0']);
      }),
    );

    it(
      'reads it first, when it is subscribed to, and asks for nothing meanwhile',
      story(({ cold, streams, healing, asked, expectObservable, expectSubscriptions, flush }) => {
        const after = cold<RunEvent>('--m-a-|', events);
        const open = joinedFirst(streams, 'mabd|');
        const stream = resume(healing({ after, open, record: () => of(ended('ab')) }));
        expect(asked).toEqual([]);
        expectObservable(stream, '---^').toBe('--- ------ --bd|', events);
        expectObservable(stream, '---^--!').toBe('');
        expectSubscriptions(after.subscriptions).toBe(['---^-----!', '---^--!']);
        flush();
        expect(asked).toEqual(['open', 'record 7']);
      }),
    );

    it(
      'surfaces its error as it is, and asks for nothing',
      story(({ cold, healing, asked, log, expectObservable, flush }) => {
        for (const error of [down, new ConnectionError('no log'), new RangeError('of its own')]) {
          const after = cold<RunEvent>('-m#', events, error);
          expectObservable(resume(healing({ after }))).toBe('--#', events, error);
        }
        flush();
        expect(asked).toEqual([]);
        expect(log).toEqual(['closed  0', 'closed  0', 'closed  0']);
      }),
    );

    it(
      'passes on why it could not be joined, whatever is known',
      story(({ inTurn, healing, asked, expectObservable, flush }) => {
        const stream = resume(healing({ after: known('m', 'a'), open: inTurn(missing) }));
        expectObservable(stream).toBe('#', events, missing);
        flush();
        expect(asked).toEqual(['open']);
      }),
    );

    it(
      'is settled by the record of a run that has ended, and not begun by it',
      story(({ healing, asked, log, expectObservable, flush }) => {
        const settled = healing({ after: known('m', 'a'), open: goneFirst });
        expectObservable(resume(settled)).toBe('(esud|)', events);
        flush();
        expect(asked).toEqual(['open', 'record 7']);
        expect(log).toEqual(['connecting  0', 'settled 7 0', 'closed 7 0']);
        expectObservable(resume(healing({ after: known(), open: goneFirst }))).toBe(
          '#',
          events,
          conflict,
        );
        expectObservable(resume(healing({ open: goneFirst }))).toBe('#', events, conflict);
      }),
    );

    it(
      'is not settled by another text, and counts what was handed in',
      story(({ healing, expectObservable }) => {
        const after = known('m', 'a', 'x');
        expectObservable(resume(healing({ after, open: goneFirst }))).toBe(
          '#',
          events,
          interruption({ run_id: 7, delivered: { events: 3, characters: 2 } }),
        );
      }),
    );

    it(
      'completes with nothing, when the ending is known and the run is over',
      story(({ streams, healing, expectObservable }) => {
        const after = known('m', 'a', 'd');
        const record = () => of(ended('a'));
        expectObservable(resume(healing({ after, record, open: goneFirst }))).toBe('|');
        const open = joinedFirst(streams, 'mad|');
        expectObservable(resume(healing({ after, record, open }))).toBe('---|');
      }),
    );

    it(
      'does not take a record that cannot be read for the end of a run whose ending is known',
      story(({ inTurn, healing, asked, expectObservable, flush }) => {
        const after = known('m', 'a', 'd');
        const record = inTurn(down, ended('a'));
        expectObservable(resume(healing({ after, record, open: goneFirst }))).toBe('10ms |');
        flush();
        expect(asked).toEqual(['open', 'record 7', 'record 7']);
      }),
    );

    it(
      'joins again where the run goes on without a stream, and goes on to its next turn',
      story(({ inTurn, healing, expectObservable }) => {
        const after = known('m', 'a', 'd');
        const record = inTurn(running, ended('b'));
        const join = inTurn('mad-bd|');
        expectObservable(resume(healing({ after, record, open: goneFirst, join }))).toBe(
          '10ms ----bd|',
          events,
        );
      }),
    );

    it(
      'is interrupted by another history, as soon as that is seen',
      story(({ streams, healing, expectObservable }) => {
        const wait: Healing['wait'] = (error) => (error instanceof DecodeError ? undefined : 10);
        const open = joinedFirst(streams, 'mx-----bd|');
        expectObservable(resume(healing({ after: known('m', 'a'), open, wait }))).toBe(
          '-#',
          events,
          interruption({ delivered: { events: 2, characters: 1 } }),
        );
      }),
    );

    it(
      'heals as ever',
      story(({ streams, inTurn, healing, expectObservable }) => {
        const open = joinedFirst(streams, 'mab#');
        const join = inTurn('mabcd|');
        const record = () => of(ended('abc'));
        expectObservable(resume(healing({ after: known('m', 'a'), open, join, record }))).toBe(
          '--b 10ms ---cd|',
          events,
        );
      }),
    );
  });

  it(
    'emits nothing more once it is left, wherever that is, and tells that it is closed',
    story(
      ({ cold, streams, inTurn, healing, log, expectObservable, expectSubscriptions, flush }) => {
        const opening = cold<Opened>('-----o|', { o: { response: streams('m') } });
        const body = cold('mab-----', chunks);
        const record = cold<Ended>('-----e|', { e: ended('a') });
        const open = () => opening;
        expectObservable(resume(healing({ open })), '---!').toBe('----');
        expectObservable(
          resume(healing({ open: () => of({ response: responseOf(aStreamOf(body)) }) })),
          '---!',
        ).toBe('mab-', events);
        expectObservable(resume(healing({ open: first(streams, 'ma#') })), '-----!').toBe(
          'ma',
          events,
        );
        expectObservable(
          resume(
            healing({ open: first(streams, 'ma#'), join: inTurn(gone), record: () => record }),
          ),
          '--- 10ms !',
        ).toBe('ma', events);
        expectSubscriptions(opening.subscriptions).toBe('^--!');
        expectSubscriptions(body.subscriptions).toBe('   ^--!');
        expectSubscriptions(record.subscriptions).toBe(' -- 10ms ^!');
        flush();
        expect(log.filter((line) => line.startsWith('closed'))).toHaveLength(4);
      },
    ),
  );

  it(
    'has a state for each subscriber',
    story(({ streams, healing, expectObservable, cold }) => {
      const open = () => of<Opened>({ response: streams('ma#') });
      const join = () => cold('r|', { r: streams('mabd|') });
      const stream = resume(healing({ open, join }));
      expectObservable(stream).toBe('ma 10ms --bd|', events);
      expectObservable(concat(stream)).toBe('ma 10ms --bd|', events);
    }),
  );

  it(
    'goes on to the next turn of a run that was joined, when that takes its time',
    story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
      const open = joinedFirst(streams, 'ma#');
      const join = inTurn('mabd 40ms xd');
      const record = inTurn(running, running, running, ended('x'));
      expectObservable(resume(healing({ open, join, record }))).toBe(
        'ma 10ms --bd 40ms xd 4ms |',
        events,
      );
      flush();
      expect(asked.slice(2)).toEqual(Array(4).fill('record 7'));
    }),
  );

  it(
    'does not take the end of a body for the end of a run that was joined and goes on',
    story(({ streams, inTurn, healing, expectObservable }) => {
      const open = joinedFirst(streams, 'ma#');
      const join = inTurn('mabd|', 'mabdxd|');
      const record = inTurn(running, ended('x'));
      expectObservable(resume(healing({ open, join, record }))).toBe(
        'ma 10ms --bd 10ms ----xd|',
        events,
      );
    }),
  );

  it(
    'delivers an ending once, however late the record knows of it',
    story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
      const open = joinedFirst(streams, 'ma#');
      const join = inTurn('mabd|', gone, gone);
      const record = inTurn(running, running, ended('ab'));
      expectObservable(resume(healing({ open, join, record }))).toBe(
        'ma 10ms --bd 10ms 20ms |',
        events,
      );
      flush();
      expect(asked.slice(1)).toEqual([
        ...['join 7', 'record 7', 'join 7', 'record 7', 'join 7', 'record 7'],
      ]);
    }),
  );

  describe('whose events have ids', () => {
    /** An answer that says from where it goes on. */
    const from = (id: string, response: TransportResponse): Opened =>
      ({ ...response, headers: new Headers({ 'm8tes-resumed': id }) }) as unknown as Opened;
    /** An answer that does not say so. */
    const all = (response: TransportResponse): Opened =>
      ({ ...response, headers: new Headers() }) as unknown as Opened;

    it(
      'is gone on with behind the last one that was delivered, and nothing is trimmed',
      story(({ streams, inTurn, healing, asked, log, expectObservable, flush }) => {
        const open = first(streams, 'MAB#');
        const join = inTurn(from('B', streams('C-#')), from('C', streams('D|')));
        const stream = resume(healing({ open, join }));
        expectObservable(stream).toBe('mab 10ms c- 10ms d|', events);
        flush();
        expect(asked).toEqual(['open', 'join 7 B', 'join 7 C']);
        expect(log.filter((line) => line.startsWith('resumed'))).toHaveLength(2);
      }),
    );

    it(
      'is trimmed where the server does not honour it, or another',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = first(streams, 'MA#');
        const join = inTurn(
          all(streams('MAB#')),
          from('A', streams('MABC#')),
          from('C', streams('D|')),
        );
        expectObservable(resume(healing({ open, join }))).toBe(
          'ma 10ms --b 10ms ---c 10ms d|',
          events,
        );
        flush();
        expect(asked).toEqual(['open', 'join 7 A', 'join 7 B', 'join 7 C']);
      }),
    );

    it(
      'is gone on with from nowhere behind the rest of a delta, or what has no id',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = first(streams, 'MA#');
        const join = inTurn(
          all(streams('MJ#')),
          all(streams('MJc#')),
          all(streams('MJCX#')),
          from('X', streams('D|')),
        );
        expectObservable(resume(healing({ open, join }))).toBe(
          'ma 10ms -b 10ms --c 10ms ---x 10ms d|',
          events,
        );
        flush();
        expect(asked).toEqual(['open', 'join 7 A', 'join 7', 'join 7', 'join 7 X']);
      }),
    );

    it(
      'counts nothing as delivered that is held back, and nothing that was known',
      story(({ cold, streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = inTurn({ run_id: 7, turn: 'last' });
        const join = inTurn('MA#', from('M', streams('MABD|')));
        expectObservable(resume(healing({ open, join, turn: 'last' }))).toBe(
          '--  10ms ----(mabd|)',
          events,
        );
        const known = healing({
          after: cold<RunEvent>('(ma|)', events),
          open: joinedFirst(streams, 'MA#'),
          join: inTurn(all(streams('MABD|'))),
          record: () => of(ended('ab')),
        });
        expectObservable(resume(known)).toBe('-- 10ms --bd|', events);
        flush();
        expect(asked.filter((what) => what.startsWith('join'))).toEqual(Array(3).fill('join 7'));
      }),
    );

    it.each([
      ['all of it', 'MABCD|'],
      ['its last event', 'BCD|'],
    ])('is trimmed from then on where a server says so, and repeats %s', (_, repeated) => {
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = first(streams, 'MAB#');
        const join = inTurn(
          from('B', streams(repeated)),
          all(streams('MABC#')),
          all(streams('MABCD|')),
        );
        expectObservable(resume(healing({ open, join }))).toBe(
          'mab 10ms 20ms ---c 10ms ----d|',
          events,
        );
        flush();
        expect(asked).toEqual(['open', 'join 7 B', 'join 7', 'join 7']);
      })();
    });

    it(
      'fails where only what follows is told, and it is not said so',
      story(({ streams, inTurn, healing, expectObservable }) => {
        const wait: Healing['wait'] = (error) => (error instanceof DecodeError ? undefined : 10);
        const join = () => inTurn(from('A', streams('CD-|')));
        const open = first(streams, 'MAB#');
        expectObservable(resume(healing({ open, join: join(), wait }))).toBe(
          'mab 10ms -#',
          events,
          interruption({ delivered: { events: 3, characters: 2 } }),
        );
      }),
    );

    it(
      'is one turn where one was asked for, and ends where another begins',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = first(streams, 'MA#');
        const join = inTurn(from('A', streams('B-DU-MX')));
        const stream = resume(healing({ open, join, turn: 'last', record: () => of(running) }));
        expectObservable(stream).toBe('ma 10ms b-du-|', events);
        flush();
        expect(asked.slice(0, 2)).toEqual(['open', 'join 7 A']);
      }),
    );

    it(
      'goes on behind an ending to the next turn, or to the end of the run',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = joinedFirst(streams, 'MAD|');
        const join = inTurn(
          from('D', streams('--B#')),
          from('B', streams('D|')),
          from('D', streams('---------')),
        );
        const record = inTurn(running, running, ended('b'));
        expectObservable(resume(healing({ open, join, record }))).toBe(
          'mad 10ms --b 10ms d 10ms 5ms |',
          events,
        );
        flush();
        expect(asked.filter((what) => what.startsWith('join'))).toEqual([
          'join 7 D',
          'join 7 B',
          'join 7 D',
        ]);
      }),
    );
  });

  it.each([
    ['the whole history', 'mabdmxyzd|', '-------zd|'],
    ['the turn that it executes', 'mxyzd|', '---zd|'],
  ])(
    'heals a run that was joined in its second turn, where a server tells %s',
    (_, told, heard) => {
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = joinedFirst(streams, 'mabdmxy#');
        const record = () => of(ended('xyz'));
        expectObservable(resume(healing({ open, join: inTurn(told), record }))).toBe(
          `mabdmxy 10ms ${heard}`,
          events,
        );
        flush();
        expect(asked).toEqual(['open', 'join 7', 'record 7']);
      })();
    },
  );

  it(
    'completes with the turn that was asked for, and asks no record of it',
    story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
      const open = first(streams, 'ma#');
      expectObservable(resume(healing({ open, join: inTurn('mabd|') }))).toBe(
        'ma 10ms --bd|',
        events,
      );
      flush();
      expect(asked).toEqual(['open', 'join 7']);
    }),
  );

  it(
    'completes with a reply when another turn begins',
    story(({ streams, inTurn, healing, expectObservable }) => {
      const open = first(streams, 'ma#');
      const join = inTurn('(mabd)-----x|');
      const record = () => of(running);
      expectObservable(resume(healing({ open, join, record, turn: 'last' }))).toBe(
        'ma 10ms -----(bd)--|',
        events,
      );
    }),
  );

  it(
    'completes with a reply whose stream breaks after its ending',
    story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
      const open = first(streams, 'ma#');
      const join = inTurn('(mabd)-----#');
      const record = () => of(running);
      expectObservable(resume(healing({ open, join, record, turn: 'last' }))).toBe(
        'ma 10ms -----(bd)--|',
        events,
      );
      flush();
      expect(asked.filter((what) => what === 'join 7')).toHaveLength(1);
    }),
  );

  it(
    'joins again where a history ends between two turns, and before what was delivered',
    story(({ streams, inTurn, healing, expectObservable }) => {
      const open = joinedFirst(streams, 'mabdmx#');
      const join = inTurn('mabd|', 'mabdmxcd|');
      const record = () => of(ended('xc'));
      expectObservable(resume(healing({ open, join, record }))).toBe(
        'mabdmx 10ms ---- 20ms ------cd|',
        events,
      );
    }),
  );

  describe('of a run that waits for people', () => {
    const none: Partial<Healing> = {
      wait: (_, inARow, isPause) => (isPause ? inARow * 10 : undefined),
    };

    it(
      'is no failure where its stream ends, and is joined again and again, with growing waits',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = first(streams, 'mq|');
        const join = inTurn('mq|', 'mq|', 'mq|', 'mqad|');
        expectObservable(resume(healing({ ...none, open, join }))).toBe(
          'mq 10ms -- 20ms -- 30ms -- 40ms --ad|',
          events,
        );
        flush();
        expect(asked).toEqual(['open', ...Array<string>(4).fill('join 7')]);
      }),
    );

    it(
      'nor where there is no stream meanwhile: its record says so',
      story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
        const open = first(streams, 'mq|');
        const join = inTurn(gone, gone, 'mqad|');
        const record = inTurn(waiting, waiting);
        expectObservable(resume(healing({ ...none, open, join, record }))).toBe(
          'mq 10ms 20ms 30ms --ad|',
          events,
        );
        flush();
        expect(asked.slice(1)).toEqual(['join 7', 'record 7', 'join 7', 'record 7', 'join 7']);
      }),
    );

    it(
      'nor where the stream breaks without a question, and the record says that it waits',
      story(({ streams, inTurn, healing, expectObservable }) => {
        const open = first(streams, 'ma#');
        const wait: Healing['wait'] = (_, inARow, isPause) =>
          isPause || inARow === 1 ? inARow * 10 : undefined;
        const join = inTurn(gone, 'mad|');
        const record = inTurn(waiting);
        expectObservable(resume(healing({ wait, open, join, record }))).toBe(
          'ma 10ms 10ms --d|',
          events,
        );
      }),
    );

    it(
      'is settled from its record, when people have ended it',
      story(({ streams, inTurn, healing, expectObservable }) => {
        const open = first(streams, 'mq|');
        const record = inTurn(waiting, ended(''));
        expectObservable(resume(healing({ ...none, open, join: inTurn(gone, gone), record }))).toBe(
          'mq 10ms 20ms (eud|)',
          events,
        );
      }),
    );
  });

  it(
    'ends where it ended, and asks once, where no wait will ever tell whether it is over',
    story(({ streams, inTurn, healing, asked, expectObservable, flush }) => {
      const wait: Healing['wait'] = (error) => (error === missing ? undefined : 10);
      const record = inTurn(missing);
      const open = joinedFirst(streams, 'mad-');
      expectObservable(resume(healing({ open, record, wait }))).toBe('mad----|', events);
      flush();
      expect(asked).toEqual(['open', 'record 7']);
    }),
  );

  it(
    'is interrupted by another history as soon as that is seen, and not when the run ends',
    story(({ healing, expectObservable, cold }) => {
      const result = (n: number): RunEvent => ({
        type: 'tool-result-end',
        toolCallId: '1',
        result: n,
      });
      const said = (diagram: string, n: number): TransportResponse =>
        responseOf(aStreamOf(cold(diagram, { ...chunks, r: bytes(frame(result(n))) })));
      const wait: Healing['wait'] = (error) => (error instanceof DecodeError ? undefined : 10);
      const open = () => of<Opened>({ response: said('mar#', 1) });
      const join = () => of<Joined>(said('mar------d|', 2));
      expectObservable(resume(healing({ open, join, wait }))).toBe(
        'mar 10ms --#',
        { ...events, r: result(1) },
        interruption({ cause: new DecodeError('what was replayed is not what was delivered') }),
      );
    }),
  );

  describe('what is thrown inside', () => {
    afterEach(() => jest.restoreAllMocks());
    const wrong = new RangeError('inside');
    const throws = (): never => {
      throw wrong;
    };
    const odd = (value: unknown): TransportResponse =>
      responseOf({
        headers: new Headers({ 'content-type': 'text/event-stream' }),
        body: {
          getReader: () => ({
            read: () => Promise.resolve({ done: false, value }),
            cancel: () => Promise.resolve(),
          }),
        },
      } as unknown as Response);
    const whole = [events['m']!, events['a']!, { type: 'ping' } as const];
    const cut = (): TransportResponse =>
      responseOf(aStream([bytes(whole.map(frame).join(''))], 'reset'));

    /** What becomes of a stream that is cut and joined again, and what nobody could catch. */
    const meets = async (
      first: () => TransportResponse,
      arrange: () => void,
      fields: Partial<Healing> = {},
    ) => {
      arrange();
      const stream = resume({
        open: () => of<Opened>({ response: first() }),
        join: () => of(cut()),
        record: () => of(ended('abc')),
        turn: 'first',
        wait: (error, inARow) => (error instanceof ConnectionError && inARow < 4 ? 0 : undefined),
        number: () => 1,
        onConnection: () => {},
        events: {},
        ...fields,
      });
      let outcome: Promise<{ readonly error?: unknown }> | undefined;
      const unheard = await overheard(() => (outcome = told(stream)));
      const { error } = await outcome!;
      return { error, unheard };
    };

    it.each<[string, () => TransportResponse, () => void, Partial<Healing>?]>([
      ['a chunk that is text', () => odd('data: x'), () => {}],
      ['a chunk that is a number', () => odd(7), () => {}],
      ['a chunk that is an object', () => odd({}), () => {}],
      ['a body that is none', () => responseOf({ body: {} } as Response), () => {}],
      ['decoding', cut, () => jest.spyOn(decoding, 'decodeEvent').mockImplementation(throws)],
      ['counting', cut, () => jest.spyOn(Fingerprint, 'ofJson').mockImplementation(throws)],
      [
        'comparing',
        cut,
        () => {
          const { extend } = Fingerprint;
          let left = 2; // of the first connection: one for the channel, one for the turn
          jest
            .spyOn(Fingerprint, 'extend')
            .mockImplementation((...all) => (left-- > 0 ? extend(...all) : throws()));
        },
      ],
      [
        'settling',
        cut,
        () => jest.spyOn(Fingerprint, 'isPrefix').mockImplementation(throws),
        { join: () => of('gone') },
      ],
      ['joining', cut, () => {}, { join: throws }],
      ['opening', cut, () => {}, { open: throws }],
      ['a record', cut, () => {}, { join: () => of('gone'), record: throws }],
      ['patience', cut, () => {}, { wait: throws }],
    ])(
      'by %s is the error of the subscriber, and of nobody else',
      async (...[, first, arrange, fields]) => {
        const { error, unheard } = await meets(first, arrange, fields);
        expect(error).toBeInstanceOf(Error);
        expect(unheard).toEqual([]);
      },
    );
  });

  exactlyOnce();
});
