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
  /** The run ends behind these cuts: there is no connection any more, but a record. */
  readonly ends?: boolean;
}

/** Where the last ending of a text is all there; of a body that breaks off, its blank line too. */
const endOf = (turns: readonly History[], text: string, how: Cut['how']): number => {
  const ending = turns.at(-1)!.find((data) => isTerminal(decodeEvent(data)))!;
  const end = text.lastIndexOf(ending) + ending.length;
  return bytes(text.slice(0, end)).length + (how === 'end' ? 0 : 2);
};

const textOf = (history: History): string =>
  history
    .map(decodeEvent)
    .map((event) => (event.type === 'text-delta' ? event.delta : ''))
    .join('');

/** A run that is healed, as its subscriber sees it. */
const healed = ({ own, replay, turn, joins, cuts, ends }: Telling): Observable<RunEvent> => {
  let connections = 0;
  let isOver = false;

  const serve = (turns: readonly History[]): TransportResponse => {
    const { at, how, seed } = cuts[connections] ?? { at: Infinity, how: 'end', seed: connections };
    const parts = connections++ === 0 ? turns : turns.map((turn) => retold(turn, seed));
    const text = parts.map((turn) => turn.map((data) => `data: ${data}\n\n`).join('')).join('');
    const whole = bytes(text);
    const length = at === Infinity ? whole.length : at % (whole.length + 1);
    isOver ||= length >= endOf(parts, text, how);
    const chance = random(seed);
    const pieces = Array.from({ length: 4 }, () => Math.floor(chance() * (length + 1)));
    return responseOf(aStream(cutAt(whole.slice(0, length), ...pieces.sort((a, b) => a - b)), how));
  };
  const record = (): Ended => ({
    run: { id: 7 },
    isOver: isOver || (ends === true && connections >= cuts.length),
    isWaiting: false,
    texts: of(textOf(replay.at(-1)!)),
    metadata: recorded,
    ending: replay.at(-1)!.map(decodeEvent).filter(isTerminal).slice(0, 1),
  });

  return resume({
    open: () => {
      if (connections > 0) return of<Opened>({ run_id: 7, turn });
      return of<Opened>({ response: serve(own), ...(joins && { joined: 7 }) });
    },
    join: () =>
      ends === true && connections >= cuts.length ? of('gone' as const) : of(serve(replay)),
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
  const { values, ended, error } = await told(healed(telling));
  expect([ended, error]).toEqual(['completed', undefined]);
  const uncut = telling.own.flatMap((turn) => uncutTurn(turn));
  expect(joined(values)).toEqual(joined(uncut));
  const result = (events: readonly RunEvent[]) => lastValueFrom(from(events).pipe(collectRun()));
  expect(await result(joined(values))).toEqual(await result(joined(uncut)));
};

/** A turn's events: the end marker after an ending adds nothing. */
const uncutTurn = (history: History): readonly RunEvent[] => {
  const events = history.map(decodeEvent);
  return events.slice(0, events.findIndex(isTerminal) + 1);
};

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
      'tells the whole text of a turn that ended behind the last cut, and its ending, once',
      fc.record({ run: turn, cuts, kind: fc.constantFrom<Turn>('first', 'last') }),
      async ({ run, cuts, kind }) => {
        const telling = { own: [run], replay: [run], turn: kind, joins: false, cuts, ends: true };
        const { values, ended } = await told(healed(telling));
        const uncut = uncutTurn(run);
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
