import { asyncScheduler, defer, finalize, NEVER, of, throwError } from 'rxjs';
import { approval, text } from 'm8tes-rx/testing';
import { wait } from '../../lib/api/wait';
import type { PermissionRequest, Run } from '../../lib/api/objects';
import { ApiError, ConnectionError, RunTimeoutError, UnansweredError } from '../../lib/errors';
import { marbles } from '../helpers/marbles';
import { told } from '../http/holding';
import { asksPeople } from '../testing/held';
import { aRun } from './answering';
import { asking, refusal, tool } from './asking';
import { calling } from './calling';

const r = aRun();
const a = aRun({ status: 'awaiting_approval' });
const c = aRun({ status: 'completed' });
const runs = { r, a, c };

const readings = (...each: readonly Run[]) => {
  let next = 0;
  return defer(() => of(each[Math.min(next++, each.length - 1)]!));
};

beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(1)); // waits are whole
afterEach(() => jest.restoreAllMocks());

describe('wait', () => {
  it(
    'gives each change, and answers what the run asks between two readings',
    marbles(({ expectObservable, flush }) => {
      const { runs: asked, given, permissions } = asking([tool()]);
      const onApproval = jest.fn(() => true);
      const result = readings(r, a, a, r, c).pipe(wait(asked, 7, { interval: 10, onApproval }));
      expectObservable(result).toBe('r 9ms a 19ms r 9ms (c|)', runs);
      flush();
      expect(given).toEqual([{ request_id: 'req_1', decision: 'allow' }]);
      expect(permissions).toHaveBeenCalledTimes(2);
    }),
  );

  it(
    'asks nothing of a run that asks nothing',
    marbles(({ expectObservable, flush }) => {
      const { runs: asked, permissions } = asking([tool()]);
      expectObservable(readings(r, c).pipe(wait(asked, 7, {}))).toBe('r 1999ms (c|)', runs);
      flush();
      expect(permissions).not.toHaveBeenCalled();
    }),
  );

  it(
    'is an UnansweredError where nobody answers',
    marbles(({ expectObservable }) => {
      const { runs: asked } = asking([tool()]);
      const error = new UnansweredError(
        'run 7 waits for an answer to request req_1; pass onApproval, ' +
          'or answer it with runs.approve() or runs.answer()',
        7,
        tool(),
      );
      expectObservable(readings(a).pipe(wait(asked, 7, {}))).toBe('(a#)', runs, error);
    }),
  );

  it(
    'passes on what another approver decided otherwise',
    marbles(({ expectObservable }) => {
      const error = refusal('gate_resolved_otherwise');
      const { runs: asked } = asking([tool()], error);
      const result = readings(a).pipe(wait(asked, 7, { onApproval: () => true }));
      expectObservable(result).toBe('(a#)', runs, error);
    }),
  );

  it(
    'rides out an answer that was lost, and gives it again',
    marbles(({ expectObservable, flush }) => {
      const { runs: asked, given } = asking([tool()], new ConnectionError('no answer'));
      const onApproval = jest.fn(() => true);
      const each = [...Array.from({ length: 9 }, () => a), c];
      const result = readings(...each).pipe(wait(asked, 7, { interval: 100, onApproval }));
      expectObservable(result).toBe('a 899ms (c|)', runs);
      flush();
      expect(given).toHaveLength(2); // at once, and half a second later
      expect(onApproval).toHaveBeenCalledTimes(1);
    }),
  );

  it(
    'has all the time in the world, unless it is told otherwise',
    marbles(({ cold, expectObservable }) => {
      const { runs: asked } = asking([]);
      const patient = cold('14400m (c|)', runs).pipe(wait(asked, 7, {}));
      const hasty = cold('14400m (c|)', runs).pipe(wait(asked, 7, { timeout: 5 }));
      expectObservable(patient).toBe(`${10 * 86_400_000}ms (c|)`, runs);
      const late = expect.any(RunTimeoutError);
      expectObservable(hasty).toBe('-----#', runs, late);
    }),
  );

  it(
    'remembers what it answered for one subscriber only',
    marbles(({ flush }) => {
      const { runs: asked, given } = asking([tool()]);
      let next = 0;
      const result = defer(() => of(next++ % 2 === 0 ? a : c)).pipe(
        wait(asked, 7, { interval: 0, onApproval: () => false }),
      );
      result.subscribe();
      flush();
      result.subscribe();
      flush();
      expect(given).toHaveLength(2);
    }),
  );

  describe('while people are waited for', () => {
    /** What a run's record says from some times on. */
    const since = (...times: readonly (readonly [from: number, run: Run | Error])[]) => {
      const read = jest.fn(() => times.filter(([from]) => from <= asyncScheduler.now()).at(-1)![1]);
      const get = defer(() => {
        const run = read();
        return run instanceof Error ? throwError(() => run) : of(run);
      });
      return { get, read };
    };

    it(
      'completes with a run that is over',
      marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
        const { runs: asked, given } = asking([tool()]);
        const person = cold<boolean>('-');
        const { get } = since([0, a], [25, c]);
        const result = get.pipe(wait(asked, 7, { interval: 10, onApproval: () => person }));
        expectObservable(result).toBe('         a 29ms (c|)', runs);
        expectSubscriptions(person.subscriptions).toBe('^ 29ms !');
        flush();
        expect(given).toEqual([]);
      }),
    );

    it(
      'lets go of all that it has moved on from, and asks all again when it asks again',
      marbles(({ cold, expectObservable, flush }) => {
        const { runs: asked } = asking([tool('one'), tool('two')]);
        const onApproval = jest.fn((_: PermissionRequest) => cold<boolean>('-'));
        const { get } = since([0, a], [15, r], [35, a], [55, c]);
        const result = get.pipe(wait(asked, 7, { interval: 10, onApproval }));
        expectObservable(result).toBe('a 19ms r 19ms a 19ms (c|)', runs);
        flush();
        const both = [[tool('one')], [tool('two')]];
        expect(onApproval.mock.calls).toEqual([...both, ...both]);
      }),
    );

    it(
      'gives their answer, and reads no more than otherwise if they are quick',
      marbles(({ cold, expectObservable, flush }) => {
        const { runs: asked, given } = asking([tool()]);
        const { get, read } = since([0, a], [15, c]);
        const onApproval = () => cold('---(y|)', { y: true });
        const result = get.pipe(wait(asked, 7, { interval: 10, onApproval }));
        expectObservable(result).toBe('a 19ms (c|)', runs);
        flush();
        expect(given).toHaveLength(1);
        expect(read).toHaveBeenCalledTimes(3);
      }),
    );

    it(
      'rides out what passes, and passes on what lasts',
      marbles(({ cold, expectObservable }) => {
        const { runs: asked } = asking([tool()]);
        const lost = new ConnectionError('no answer');
        const missing = refusal('run_not_found');
        const { get } = since([0, a], [5, lost], [25, a], [35, missing]);
        const options = { interval: 10, onApproval: () => cold<boolean>('-') };
        expectObservable(get.pipe(wait(asked, 7, options))).toBe('a 39ms #', runs, missing);
      }),
    );

    it(
      'lets go of them when it is left, and when the time is up',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const { runs: asked } = asking([tool()]);
        const person = cold<boolean>('-');
        const { get } = since([0, a]);
        const onApproval = () => person;
        const late = expect.any(RunTimeoutError);
        expectObservable(get.pipe(wait(asked, 7, { onApproval })), '---!').toBe('a', runs);
        expectObservable(get.pipe(wait(asked, 7, { onApproval, timeout: 5 }))).toBe(
          'a----#',
          runs,
          late,
        );
        expectSubscriptions(person.subscriptions).toBe(['^--!', '^----!']);
      }),
    );
  });

  it(
    'waits out how long a server wants to be left alone, but not beyond its own time',
    marbles(({ expectObservable }) => {
      const { runs: asked } = asking([]);
      const limited = (retryAfter: number) =>
        new ApiError('slow down', { kind: 'rate-limit', status: 429, retryAfter });
      const after = (error: Error) => {
        let next = 0;
        return defer(() => (next++ === 0 ? throwError(() => error) : of(c)));
      };
      const patient = after(limited(60_000)).pipe(wait(asked, 7, {}));
      expectObservable(patient).toBe('60s (c|)', runs);
      const hasty = after(limited(60_000)).pipe(wait(asked, 7, { timeout: 59_999 }));
      expectObservable(hasty).toBe('#', runs, limited(60_000));
      // No timer holds it, though nothing limits the wait.
      const far = after(limited(2 ** 31)).pipe(wait(asked, 7, {}));
      expectObservable(far).toBe('#', runs, limited(2 ** 31));
    }),
  );

  it.each([{ status: 503 }, { reset: 'before-headers' }] as const)(
    'gives an answer again that a server met with %j',
    async (fault) => {
      const { client, asked } = await calling({
        script: function* () {
          const { decision } = yield* approval({ tool_name: 'gmail_send' });
          yield* text(decision);
        },
        faults: [{ on: 'approve', ...fault }],
      });
      const params = { message: 'hello', stream: false, ...asksPeople } as const;
      const { values, error } = await told(
        client.runs.createAndWait(params, { interval: 1, onApproval: () => true }),
      );
      expect(error).toBeUndefined();
      expect(values.at(-1)).toMatchObject({ status: 'completed', output: 'allow' });
      // The server heard it; it is not asked whether it was heard, but what is pending.
      expect(asked('approve')).toBe('reset' in fault ? 1 : 2);
    },
  );

  it('ends with a run that was cancelled while a person was asked', async () => {
    const { client, server } = await calling({
      script: () => approval({ tool_name: 'gmail_send' }),
    });
    const params = { message: 'hello', stream: false, ...asksPeople } as const;
    let left = 0;
    const onApproval = ({ request_id }: PermissionRequest) => {
      expect(request_id).toMatch(/^req_/);
      client.runs.cancel(server.runs()[0]!.id).subscribe();
      return NEVER.pipe(finalize(() => left++));
    };
    const { values, error } = await told(
      client.runs.createAndWait(params, { interval: 1, onApproval }),
    );
    expect(error).toBeUndefined();
    expect(values.at(-1)).toMatchObject({ status: 'cancelled' });
    expect(left).toBe(1);
  });
});
