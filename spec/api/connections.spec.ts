import { merge, take } from 'rxjs';
import { text } from 'm8tes-rx/testing';
import { connections } from '../../lib/api/connections';
import type { ConnectionState } from '../../lib/stream/Healing';
import { told, until } from '../http/holding';
import { aDoor } from '../testing/held';
import { calling } from './calling';

const open: ConnectionState = { stream: 1, state: 'open', run_id: 7, attempt: 0 };
const closed: ConnectionState = { stream: 1, state: 'closed', run_id: 7, attempt: 0 };

describe('connections', () => {
  it('tells its option, and whoever listens at the time', () => {
    const option = jest.fn();
    const [early, late] = [jest.fn(), jest.fn()];
    const { connection$, onConnection } = connections(option);
    const subscription = connection$.subscribe(early);
    onConnection(open);
    connection$.subscribe(late);
    subscription.unsubscribe();
    onConnection(closed);
    expect(option.mock.calls).toEqual([[open], [closed]]);
    expect(early.mock.calls).toEqual([[open]]);
    expect(late.mock.calls).toEqual([[closed]]);
  });

  it('is left alone by whoever leaves, or comes, while it tells', () => {
    const { connection$, onConnection } = connections(() => {});
    const [first, second] = [jest.fn(), jest.fn()];
    const leaving = connection$.subscribe(() => {
      first();
      leaving.unsubscribe();
    });
    connection$.subscribe(second);
    onConnection(open);
    onConnection(closed);
    expect(first).toHaveBeenCalledTimes(1);
    expect(second.mock.calls).toEqual([[open], [closed]]);
  });

  it('tell the same of a stream that is cut, heals and ends, to both', async () => {
    const option: ConnectionState[] = [];
    const door = aDoor();
    const { client, asked } = await calling(
      {
        script: function* () {
          yield* text('one ', 'two ');
          yield* door.wait();
          yield* text('three');
        },
        faults: [
          { on: 'create', cut: { afterEvents: 3 } },
          { on: 'join', status: 503 },
        ],
      },
      { onConnection: (connection) => option.push(connection) },
    );
    const listener: ConnectionState[] = [];
    client.connection$.subscribe((connection) => listener.push(connection));
    const run = told(client.runs.create({ message: 'hello' }));
    await until(() => asked('join') === 2);
    door.open();
    expect((await run).error).toBeUndefined();
    expect(listener).toEqual(option);
    expect(new Set(option.map(({ stream }) => stream))).toEqual(new Set([1]));
    expect(option.map(({ state, run_id, attempt }) => [state, run_id, attempt])).toEqual([
      ['connecting', undefined, 0],
      ['open', undefined, 0],
      ['interrupted', 123, 1],
      ['connecting', 123, 1],
      ['interrupted', 123, 2],
      ['connecting', 123, 2],
      ['open', 123, 2],
      ['resumed', 123, 2],
      ['closed', 123, 0],
    ]);
    const causes = option.flatMap(({ state, cause, delay }) =>
      state === 'interrupted' ? [[(cause as Error).name, delay]] : [],
    );
    expect(causes).toEqual([
      ['ConnectionError', 0],
      ['ApiError', 0],
    ]);
  });

  it('counts the streams of its client, so that two that connect are told apart', async () => {
    const { client } = await calling({ script: () => text('hi') });
    const states: ConnectionState[] = [];
    client.connection$.subscribe((state) => states.push(state));
    const message = 'hello';
    const run$ = client.runs.create({ message });
    await told(merge(run$, client.runs.create({ message })));
    await told(run$); // another subscription is another stream
    const of = (number: number) => states.filter(({ stream }) => stream === number);
    expect(states.slice(0, 2)).toMatchObject([
      { stream: 1, state: 'connecting', run_id: undefined },
      { stream: 2, state: 'connecting', run_id: undefined },
    ]);
    for (const number of [1, 2, 3]) {
      expect(of(number)[0]?.state).toBe('connecting');
      expect(of(number).at(-1)?.state).toBe('closed');
    }
    expect(of(1).at(-1)?.run_id).toBe(of(3).at(-1)?.run_id);
    expect(of(1).at(-1)?.run_id).not.toBe(of(2).at(-1)?.run_id);
    expect(states).toHaveLength(of(1).length + of(2).length + of(3).length);
  });

  it('tell that a stream was closed that was left, or refused, and nothing of other calls', async () => {
    const option: string[] = [];
    const { client } = await calling(
      { script: () => text('hi'), faults: [{ on: 'create', status: 422 }] },
      { onConnection: ({ state }) => option.push(state) },
    );
    const run$ = client.runs.create({ message: 'hello' });
    expect((await told(run$)).error).toBeDefined();
    expect(option.splice(0)).toEqual(['connecting', 'closed']);
    await told(run$.pipe(take(1)));
    expect(option.splice(0)).toEqual(['connecting', 'open', 'closed']);
    run$.subscribe().unsubscribe();
    expect(option.splice(0)).toEqual(['connecting', 'closed']);
    await told(client.runs.list());
    await told(client.runs.createAndWait({ message: 'hello' }, { interval: 1 }));
    expect(option).toEqual([]);
  });
});
