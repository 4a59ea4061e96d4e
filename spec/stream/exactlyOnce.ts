import fc from 'fast-check';
import { from, lastValueFrom, of, type Observable } from 'rxjs';
import { decodeEvent } from '../../lib/events/decode';
import { deltaOf, isTerminal } from '../../lib/events/kinds';
import type { RunEvent } from '../../lib/events/RunEvent';
import { responseOf } from '../../lib/http/fetching';
import type { TransportResponse } from '../../lib/http/Transport';
import { collectRun } from '../../lib/operators/collectRun';
import type { Ended, Opened } from '../../lib/stream/Healing';
import { resume } from '../../lib/stream/resume';
import type { Turn } from '../../lib/stream/trim';
import { random } from '../../lib/testing/random';
import { joined, retold, turn, type History } from '../helpers/histories';
import { told } from '../helpers/told';
import { aStream, bytes, cutAt } from '../helpers/wire';

/** Give FC_SEED to see a failure again. */
const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const numRuns = process.env['CI'] ? 1_000 : 200;

/** Where a connection is cut, how, and how its answer is told. */
interface Cut {
  readonly at: number;
  readonly how: 'end' | 'reset';
  readonly seed: number;
}
const cut: fc.Arbitrary<Cut> = fc.record({
  at: fc.nat(4_000),
  how: fc.constantFrom('end', 'reset'),
  seed: fc.nat(),
});
const cuts = fc.array(cut, { maxLength: 6 });

/** The metadata that a record tells. */
const recorded: RunEvent = { type: 'metadata', payload: { run_id: 7 } };

/** How a run is told, over connections that are cut. */
interface Telling {
  /** What the first connection tells, unless a run is joined from the beginning. */
  readonly own: readonly History[];
  /** What a join tells: the same, perhaps after earlier turns. */
  readonly replay: readonly History[];
  readonly turn: Turn;
  readonly joins: boolean;
  /** One a connection; the one after the last is not cut. */
  readonly cuts: readonly Cut[];
  /** A join tells only the turn that is executed, and those after it. */
  readonly isTurn?: boolean;
  /** So many events are known from the beginning, and the first connection is a join. */
  readonly known?: number;
  /** Its events have ids, and a join goes on from the last that was heard: now and then, by its seed. */
  readonly honours?: boolean;
  /** The run ends behind these cuts: there is no connection any more, but a record. */
  readonly ends?: boolean;
}

/** Where the last ending of a text is all there; of a body that breaks off, its blank line too. */
const endOf = (turns: readonly History[], text: string, how: Cut['how']): number => {
  const ending = turns.at(-1)!.find((data) => isTerminal(decodeEvent(data)));
  if (ending === undefined) return 0; // it was told before
  const end = text.lastIndexOf(ending) + ending.length;
  return bytes(text.slice(0, end)).length + (how === 'end' ? 0 : 2);
};

const textOf = (history: History): string =>
  history
    .map(decodeEvent)
    .map((event) => (event.type === 'text-delta' ? event.delta : ''))
    .join('');

/** A run that is healed, as its subscriber sees it. */
const healed = (telling: Telling): Observable<RunEvent> => {
  const { own, replay, turn, joins, cuts, ends, isTurn = false, known = 0, honours } = telling;
  let connections = 0;
  let isOver = false;
  const after = own.flatMap((turn) => uncutTurn(turn)).slice(0, known);
  /** The turn that is executed: the one that was heard last. */
  let executed = turnAt(own, known);

  /** How many of these turns have been heard of, once so many bytes were told. */
  const heard = (parts: readonly string[], length: number, how: Cut['how']): number => {
    let start = 0;
    const begun = parts.filter((part) => {
      const head = part.slice(0, part.indexOf('\n\n') + (how === 'end' ? 0 : 2));
      const isBegun = length >= start + bytes(head).length;
      start += bytes(part).length;
      return isBegun;
    });
    return begun.length;
  };

  /** What follows an event, by its id: in the telling that it came in. */
  const behind = new Map<string, readonly History[]>();
  const framed = (parts: readonly History[], data: string, turn: number, n: number): string => {
    if (!honours) return `data: ${data}\n\n`;
    const id = `${connections}-${behind.size}`;
    behind.set(id, [parts[turn]!.slice(n + 1), ...parts.slice(turn + 1)]);
    return `id: ${id}\ndata: ${data}\n\n`;
  };

  const serve = (turns: readonly History[], resumed?: string): TransportResponse => {
    const { at, how, seed } = cuts[connections] ?? { at: Infinity, how: 'end', seed: connections };
    const parts =
      connections++ === 0 && known === 0 ? turns : turns.map((turn) => retold(turn, seed));
    const texts = parts.map((told, turn) =>
      told.map((data, n) => framed(parts, data, turn, n)).join(''),
    );
    const text = texts.join('');
    const whole = bytes(text);
    const length = at === Infinity ? whole.length : at % (whole.length + 1);
    isOver ||= length >= endOf(parts, text, how);
    if (isTurn) executed += Math.max(0, heard(texts, length, how) - 1);
    const chance = random(seed);
    const pieces = Array.from({ length: 4 }, () => Math.floor(chance() * (length + 1)));
    const response = aStream(cutAt(whole.slice(0, length), ...pieces.sort((a, b) => a - b)), how);
    if (resumed !== undefined) response.headers.set('m8tes-resumed', resumed);
    return responseOf(response);
  };

  const rejoined = (lastEventId = ''): TransportResponse => {
    const rest = behind.get(lastEventId);
    const isHonoured = (cuts[connections]?.seed ?? 1) % 3 > 0;
    return rest !== undefined && isHonoured ? serve(rest, lastEventId) : serve(joinable());
  };
  const record = (): Ended => ({
    run: { id: 7 },
    isOver: isOver || (ends === true && connections >= cuts.length),
    isWaiting: false,
    texts: of(textOf(replay.at(-1)!)),
    metadata: recorded,
    ending: replay.at(-1)!.map(decodeEvent).filter(isTerminal).slice(0, 1),
  });

  const joinable = (): readonly History[] => (isTurn ? replay.slice(executed) : replay);

  return resume({
    after: from(after),
    open: () => {
      if (connections > 0) return of<Opened>({ run_id: 7, turn });
      return of<Opened>({ response: serve(joins ? joinable() : own), ...(joins && { joined: 7 }) });
    },
    join: (_, lastEventId) =>
      ends === true && connections >= cuts.length ? of('gone' as const) : of(rejoined(lastEventId)),
    record: () => of(record()),
    turn,
    wait: (_, failures) => (failures > 20 ? undefined : 0),
    number: () => 1,
    onConnection: () => {},
    events: {},
  });
};

/** What arrives is what is told, once, in order; and the result is the same to the last field. */
const expectWhole = async (telling: Telling): Promise<void> => {
  const { values: rest, ended, error } = await told(healed(telling));
  expect([ended, error]).toEqual(['completed', undefined]);
  const uncut = telling.own.flatMap((turn) => uncutTurn(turn));
  const values = [...uncut.slice(0, telling.known ?? 0), ...rest];
  expect(joined(values)).toEqual(joined(uncut));
  const result = (events: readonly RunEvent[]) => lastValueFrom(from(events).pipe(collectRun()));
  expect(await result(joined(values))).toEqual(await result(joined(uncut)));
};

/** A turn's events: the end marker after an ending adds nothing. */
const uncutTurn = (history: History): readonly RunEvent[] => {
  const events = history.map(decodeEvent);
  return events.slice(0, events.findIndex(isTerminal) + 1);
};

/** The turn in which the last of so many events stands. */
const turnAt = (turns: readonly History[], events: number): number => {
  let left = events;
  const at = turns.findIndex((turn) => (left -= uncutTurn(turn).length) <= 0);
  return at === -1 ? turns.length - 1 : at;
};

/** Turns that differ, if only by the id of a message: none is another one's repetition. */
const turns = fc
  .array(turn, { minLength: 1, maxLength: 3 })
  .map((turns) =>
    turns.map(([metadata, ...rest], n) => [
      metadata!,
      JSON.stringify({ type: 'message-start', messageId: `m${n}` }),
      ...rest,
    ]),
  );

/** What holds of a stream however often its run is cut, and wherever. */
export const exactlyOnce = (): void =>
  describe(`exactly once (FC_SEED=${seed})`, () => {
    const check = <T>(
      name: string,
      arbitrary: fc.Arbitrary<T>,
      holds: (value: T) => Promise<void>,
    ) => it(name, () => fc.assert(fc.asyncProperty(arbitrary, holds), { numRuns, seed }), 120_000);

    check(
      'delivers a new run exactly once, in order',
      fc.record({ run: turn, cuts }),
      ({ run, cuts }) =>
        expectWhole({ own: [run], replay: [run], turn: 'first', joins: false, cuts }),
    );

    check(
      'delivers a reply alone, whether its history has earlier turns or not',
      fc.record({ earlier: fc.array(turn, { maxLength: 2 }), run: turn, cuts }),
      ({ earlier, run, cuts }) =>
        expectWhole({ own: [run], replay: [...earlier, run], turn: 'last', joins: false, cuts }),
    );

    check(
      'delivers all turns of a run that was joined',
      fc.record({ turns: fc.array(turn, { minLength: 1, maxLength: 3 }), cuts }),
      ({ turns, cuts }) =>
        expectWhole({ own: turns, replay: turns, turn: 'first', joins: true, cuts }),
    );

    check(
      'delivers what follows the events that are known, whichever turns a join tells',
      fc.record({ turns, cuts, known: fc.nat(60), isTurn: fc.boolean() }),
      ({ turns, cuts, known, isTurn }) =>
        expectWhole({
          ...{ own: turns, replay: turns, turn: 'first', joins: true, cuts, isTurn },
          known: Math.min(known, turns.flatMap((turn) => uncutTurn(turn)).length),
        }),
    );

    check(
      'delivers a run whose events have ids, whether a server goes on from them or not',
      fc.record({
        turns,
        cuts,
        known: fc.nat(60),
        kind: fc.constantFrom('new', 'reply', 'joined'),
      }),
      ({ turns, cuts, known, kind }) =>
        expectWhole(
          kind === 'joined'
            ? {
                ...{ own: turns, replay: turns, turn: 'first', joins: true, cuts, honours: true },
                known: Math.min(known, turns.flatMap((turn) => uncutTurn(turn)).length),
              }
            : {
                own: turns.slice(-1),
                replay: kind === 'new' ? turns.slice(-1) : turns,
                turn: kind === 'new' ? 'first' : 'last',
                ...{ joins: false, cuts, honours: true },
              },
        ),
    );

    check(
      'tells the whole text of a turn that ended behind the last cut, and its ending, once',
      fc.record({ run: turn, cuts, kind: fc.constantFrom<Turn>('first', 'last') }),
      async ({ run, cuts, kind }) => {
        const telling = { own: [run], replay: [run], turn: kind, joins: false, cuts, ends: true };
        const { values: all, ended } = await told(healed(telling));
        const values = all.filter(({ type }) => type !== 'settled');
        const uncut = uncutTurn(run);
        expect(all.length - values.length).toBeLessThan(2);
        const text = (events: readonly RunEvent[]) =>
          events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');
        const others = (events: readonly RunEvent[]) =>
          events.filter((event) => deltaOf(event) === undefined && event !== recorded);
        expect(ended).toBe('completed');
        expect(text(values)).toBe(text(uncut));
        expect(others(values).slice(0, -1)).toEqual(
          others(uncut).slice(0, others(values).length - 1),
        );
        expect(others(values).at(-1)).toEqual(uncut.at(-1));
        expect(values[0]).toEqual(recorded);
        expect(values.filter((event) => event === recorded).length).toBeLessThan(2);
      },
    );
  });
