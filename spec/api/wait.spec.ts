import { defer, of } from 'rxjs';
import { wait } from '../../lib/api/wait';
import type { Run } from '../../lib/api/Run';
import { ConnectionError, TimeoutError, UnansweredError } from '../../lib/errors';
import { marbles } from '../helpers/marbles';
import { aRun } from './answering';
import { asking, refusal, tool } from './asking';

const r = aRun();
const a = aRun({ status: 'awaiting_approval' });
const c = aRun({ status: 'completed' });
const runs = { r, a, c };

const readings = (...each: readonly Run[]) => {
  let next = 0;
  return defer(() => of(each[Math.min(next++, each.length - 1)]!));
};

describe('wait', () => {
  it(
    'gives each change, and answers what the run asks between two readings',
    marbles(({ expectObservable, flush }) => {
      const { runs: asked, given, permissions } = asking([tool()]);
      const onApproval = jest.fn(() => true);
      const result = readings(r, a, a, r, c).pipe(wait(asked, { interval: 10, onApproval }));
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
      expectObservable(readings(r, c).pipe(wait(asked, {}))).toBe('r 1999ms (c|)', runs);
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
      expectObservable(readings(a).pipe(wait(asked, {}))).toBe('(a#)', runs, error);
    }),
  );

  it(
    'passes on what another approver decided otherwise',
    marbles(({ expectObservable }) => {
      const error = refusal('gate_resolved_otherwise');
      const { runs: asked } = asking([tool()], error);
      const result = readings(a).pipe(wait(asked, { onApproval: () => true }));
      expectObservable(result).toBe('(a#)', runs, error);
    }),
  );

  it(
    'rides out an answer that was lost, and gives it again',
    marbles(({ expectObservable, flush }) => {
      const { runs: asked, given } = asking([tool()], new ConnectionError('no answer'));
      const onApproval = () => true;
      const result = readings(a, a, c).pipe(wait(asked, { interval: 10, onApproval }));
      expectObservable(result).toBe('a 19ms (c|)', runs);
      flush();
      expect(given).toHaveLength(2);
    }),
  );

  it(
    'has all the time in the world, unless it is told otherwise',
    marbles(({ cold, expectObservable }) => {
      const { runs: asked } = asking([]);
      const patient = cold('14400m (c|)', runs).pipe(wait(asked, {}));
      const hasty = cold('14400m (c|)', runs).pipe(wait(asked, { timeout: 5 }));
      expectObservable(patient).toBe(`${10 * 86_400_000}ms (c|)`, runs);
      const late = expect.any(TimeoutError);
      expectObservable(hasty).toBe('-----#', runs, late);
    }),
  );

  it(
    'remembers what it answered for one subscriber only',
    marbles(({ flush }) => {
      const { runs: asked, given } = asking([tool()]);
      let next = 0;
      const result = defer(() => of(next++ % 2 === 0 ? a : c)).pipe(
        wait(asked, { interval: 0, onApproval: () => false }),
      );
      result.subscribe();
      flush();
      result.subscribe();
      flush();
      expect(given).toHaveLength(2);
    }),
  );
});
