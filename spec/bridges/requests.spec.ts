import { StreamInterruptedError, type RunEvent } from 'm8tes-rx';
import { behind, requestsOf } from '../../lib/bridges/requests';
import { marbles } from '../helpers/marbles';

const asks = (id: unknown, payload?: unknown): RunEvent =>
  ({ type: 'permission_request', request_id: id, payload }) as RunEvent;

describe('requestsOf', () => {
  it.each<[string, RunEvent, readonly string[]]>([
    ['beside its type', asks('p'), ['p']],
    ['in its payload', asks(undefined, { request_id: 'p' }), ['p']],
    ['in both, once', asks('p', { request_id: 'p' }), ['p']],
    ['several', asks(undefined, { request_ids: ['p', 'q', 7, null, ''] }), ['p', 'q']],
    ['none', { type: 'awaiting_approval' }, []],
    ['nothing of use', asks({}, 'p'), []],
    ['nothing at all', asks(null, null), []],
  ])('are those that an event names: %s', (_, event, ids) => {
    expect(requestsOf(event)).toEqual(ids);
  });
});

describe('behind', () => {
  const events: { readonly [letter: string]: RunEvent } = {
    a: { type: 'text-delta', delta: 'a' },
    b: { type: 'text-delta', delta: 'b' },
    c: { type: 'text-delta', delta: 'c' },
    w: { type: 'awaiting_approval', payload: { request_ids: ['p', 'q'] } },
    p: asks('p'),
    q: asks('q'),
    d: { type: 'done' },
  };

  it(
    'is what follows the last of the requests, in whatever order they are given',
    marbles(({ cold, expectObservable }) => {
      const turn = '     -a-p-b-q-c-d|';
      const expected = ' ---------c-d|';
      expectObservable(cold(turn, events).pipe(behind(['p', 'q']))).toBe(expected, events);
      expectObservable(cold(turn, events).pipe(behind(['q', 'p', 'q']))).toBe(expected, events);
      expectObservable(cold(turn, events).pipe(behind(['p']))).toBe('-----b-q-c-d|', events);
    }),
  );

  it(
    'is all of a turn where nothing was answered, and nothing is read twice as asked',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('apwqd|', events).pipe(behind([]))).toBe('apwqd|', events);
      expectObservable(cold('apwqd|', events).pipe(behind(['p', 'q']))).toBe('----d|', events);
    }),
  );

  it(
    'is an error at the end of a turn that never asked them',
    marbles(({ cold, expectObservable }) => {
      const error = expect.any(StreamInterruptedError) as unknown;
      expectObservable(cold('-a-p-d|', events).pipe(behind(['p', 'x']))).toBe('------#', {}, error);
    }),
  );

  it(
    'lets go of the turn when it is left, and passes its error on',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const turn = cold('-a-p-b-#', events);
      expectObservable(turn.pipe(behind(['p']))).toBe('-----b-#', events);
      expectObservable(turn.pipe(behind(['p'])), '^---!').toBe('-----', events);
      expectSubscriptions(turn.subscriptions).toBe(['^------!', '^---!']);
    }),
  );
});
