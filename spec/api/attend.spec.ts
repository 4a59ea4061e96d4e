import {
  asyncScheduler,
  concat,
  delay,
  EMPTY,
  from,
  ignoreElements,
  map,
  NEVER,
  of,
  take,
  throwError,
  timer,
} from 'rxjs';
import { attend } from '../../lib/api/attend';
import type { Handlers } from '../../lib/api/Handlers';
import type { PermissionRequest } from '../../lib/api/objects';
import { ApiError, ConnectionError, UnansweredError } from '../../lib/errors';
import { marbles } from '../helpers/marbles';
import { told } from '../http/holding';
import { asked, asking, refusal, tool } from './asking';

/** The list is looked at once, and then the run is over. */
const attending = async (
  pending: readonly PermissionRequest[],
  handlers: Handlers,
  refused?: Error,
) => {
  const { runs, given } = asking(pending, refused);
  const once = concat(of(true), timer(20).pipe(ignoreElements()));
  const { error } = await told(attend(runs, 7, handlers, once));
  return { given, error };
};

const allow = { request_id: 'req_1', decision: 'allow' };
const deny = { request_id: 'req_1', decision: 'deny' };

describe('attend', () => {
  it.each<[string, Handlers['onApproval'] & object, object]>([
    ['true', () => true, allow],
    ['false', () => false, deny],
    ['a word', () => 'deny', deny],
    [
      'a decision with its reason',
      () => ({ decision: 'deny', reason: 'no' }),
      { ...deny, reason: 'no' },
    ],
    [
      'a decision to remember',
      () => ({ decision: 'allow', remember: true }),
      { ...allow, remember: true },
    ],
    ['a Promise', () => Promise.resolve(true), allow],
    ['an Observable, of which the first is taken', () => of(true, false), allow],
    ['an Observable that never ends', () => concat(of(true), NEVER), allow],
  ])('decides with %s', async (_, onApproval, expected) => {
    const { given, error } = await attending([tool()], { onApproval });
    expect(error).toBeUndefined();
    expect(given).toEqual([expected]);
  });

  it.each<[string, PermissionRequest, Handlers['onQuestion'] & object, object]>([
    ['a label', asked('Which team?'), () => 'A', { 'Which team?': 'A' }],
    [
      'labels by question',
      asked('Which team?'),
      () => ({ 'Which team?': 'A', 'And?': 'B' }),
      { 'Which team?': 'A', 'And?': 'B' },
    ],
    ['a label, later', asked('Which team?'), () => Promise.resolve('A'), { 'Which team?': 'A' }],
    [
      'approval of a plan',
      asked('1. Search', 'Plan Approval'),
      () => 'Approve',
      { 'Plan Approval': 'Approve' },
    ],
    [
      'revision of a plan',
      asked('1. Search', 'Plan Approval'),
      () => 'Revise: shorter',
      { 'Plan Approval': 'Revise: shorter' },
    ],
  ])('answers with %s', async (_, request, onQuestion, answers) => {
    const { given, error } = await attending([request], { onQuestion });
    expect(error).toBeUndefined();
    expect(given).toEqual([{ answers, request_id: 'req_q' }]);
  });

  it('shows the handler the request, and asks for all that is pending at once', async () => {
    const requests = [tool('req_1'), asked('Which team?'), tool('req_2')];
    const seen: unknown[] = [];
    const onApproval = (request: PermissionRequest) => (
      seen.push(request),
      timer(1).pipe(map(() => true))
    );
    const onQuestion = (request: PermissionRequest) => (seen.push(request), 'A');
    const { given } = await attending(requests, { onApproval, onQuestion });
    expect(seen).toEqual(requests);
    expect(given.map(({ request_id }) => request_id)).toEqual(['req_q', 'req_1', 'req_2']);
  });

  it(
    'asks one by one where it is told to, and reads the list again before the next',
    marbles(({ cold, expectObservable, flush }) => {
      const seen: string[] = [];
      let list = [tool('a'), tool('b'), tool('c')];
      const { runs, given, permissions } = asking(() => from(list));
      const onApproval = ({ request_id }: PermissionRequest) => {
        seen.push(request_id);
        if (request_id === 'a') list = [tool('c')]; // and b was decided elsewhere meanwhile
        return cold('--y', { y: true });
      };
      const looks = cold<boolean>('t---------|', { t: true });
      expectObservable(attend(runs, 7, { onApproval, concurrency: 1 }, looks)).toBe('----------|');
      flush();
      expect(seen).toEqual(['a', 'c']);
      expect(given.map(({ request_id }) => request_id)).toEqual(['a', 'c']);
      expect(permissions).toHaveBeenCalledTimes(3);
    }),
  );

  it('answers only what is pending, and that once, however often it stands there and is read', async () => {
    const onApproval = jest.fn(() => true);
    const requests = [tool('old', 'allowed'), tool('older', 'cancelled'), tool('new'), tool('new')];
    const { runs, given } = asking(requests);
    const looks = concat(of(true), of(true).pipe(delay(5)), of(true).pipe(delay(5)));
    await told(attend(runs, 7, { onApproval }, looks));
    expect(onApproval.mock.calls).toEqual([[tool('new')]]);
    expect(given).toHaveLength(1);
  });

  it(
    'reads the list once more, however much is told while it is read',
    marbles(({ cold, expectObservable, flush }) => {
      const { runs, permissions } = asking(() => cold('---|'));
      const looks = cold<boolean>('(tttttttttttttttttttt)t--t-t---------|', { t: true });
      expectObservable(attend(runs, 7, {}, looks)).toBe('-------------------------------------|');
      flush();
      expect(permissions.mock.calls.length).toBeLessThan(6);
    }),
  );

  describe('an answer that may be lost', () => {
    const lost = new ConnectionError('no answer');
    const limited = new ApiError('slow', { kind: 'rate-limit', status: 429, retryAfter: 2_000 });
    beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(1));
    afterEach(() => jest.restoreAllMocks());

    it(
      'is sent again, without asking again, when the request is still pending',
      marbles(({ cold, expectObservable, flush }) => {
        const times: number[] = [];
        const { runs } = asking([tool()]);
        const approve = () => {
          times.push(asyncScheduler.now());
          return times.length < 4
            ? throwError(() => (times.length === 2 ? limited : lost))
            : of(tool());
        };
        const onApproval = jest.fn(() => true);
        const looks = cold<boolean>('t 20s |', { t: true });
        expectObservable(attend({ ...runs, approve }, 7, { onApproval }, looks)).toBe('- 20s |');
        flush();
        expect(times).toEqual([0, 500, 2_500, 4_500]);
        expect(onApproval).toHaveBeenCalledTimes(1);
      }),
    );

    it(
      'is not sent again when the request is settled: it was not lost, but its receipt',
      marbles(({ cold, expectObservable, flush }) => {
        let list = [tool()];
        const approve = jest.fn(() => {
          list = [tool('req_1', 'allowed')];
          return throwError(() => lost);
        });
        const { runs } = asking(() => from(list));
        const looks = cold<boolean>('t 20s |', { t: true });
        const handlers = { onApproval: () => true };
        expectObservable(attend({ ...runs, approve }, 7, handlers, looks)).toBe('- 20s |');
        flush();
        expect(approve).toHaveBeenCalledTimes(1);
      }),
    );

    it(
      'is not sent again before its time, however often the list is read',
      marbles(({ cold, expectObservable, flush }) => {
        const { runs } = asking([tool()]);
        const approve = jest.fn(() => throwError(() => lost));
        const looks = timer(0, 20).pipe(
          take(40),
          map(() => true),
        );
        const handlers = { onApproval: () => true };
        const seen = attend({ ...runs, approve }, 7, handlers, looks);
        expectObservable(seen).toBe('780ms |');
        expectObservable(cold('')).toBe('');
        flush();
        expect(approve).toHaveBeenCalledTimes(2);
      }),
    );

    it(
      'is the error in the end',
      marbles(({ cold, expectObservable, flush }) => {
        const { runs, given } = asking([tool()], lost);
        const looks = cold<boolean>('t', { t: true });
        const onApproval = jest.fn(() => true);
        const wait = 500 + 1_000 + 2_000 + 4_000 + 8_000 + 16_000 + 30_000;
        expectObservable(attend(runs, 7, { onApproval }, looks)).toBe(`${wait}ms #`, {}, lost);
        flush();
        expect(given).toHaveLength(8);
        expect(onApproval).toHaveBeenCalledTimes(1);
      }),
    );
  });

  it(
    'lets the handler go of what is settled elsewhere meanwhile',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      let list = [tool('a'), tool('b'), tool('c')];
      const { runs, given } = asking(() => from(list));
      const person = cold<boolean>('----------');
      const onApproval = ({ request_id }: PermissionRequest) => {
        if (request_id !== 'a') return person;
        list = [tool('b', 'allowed'), tool('c')];
        return cold('-y', { y: true });
      };
      const looks = cold<boolean>('t---t---f--|', { t: true, f: false });
      expectObservable(attend(runs, 7, { onApproval }, looks)).toBe('-----------|');
      expectSubscriptions(person.subscriptions).toBe(['^---!', '^-------!']);
      flush();
      expect(given).toEqual([{ request_id: 'a', decision: 'allow' }]);
    }),
  );

  it.each([
    ['onApproval', tool(), { onQuestion: () => 'A' }],
    ['onQuestion', asked('Which team?'), { onApproval: () => true }],
    ['onApproval a value', tool(), { onApproval: () => EMPTY }],
    ['onQuestion a value', asked('Which team?'), { onQuestion: () => EMPTY }],
    ['onQuestion', { ...tool(), tool_name: 'AskUserQuestion' }, { onApproval: () => true }],
  ])('errors where it lacks %s', async (lacking, request, handlers) => {
    const { error, given } = await attending([request], handlers);
    expect(error).toBeInstanceOf(UnansweredError);
    expect(error).toMatchObject({ run_id: 7, request });
    expect((error as Error).message).toBe(
      `run 7 waits for an answer to request ${request.request_id}; pass ${lacking}, ` +
        'or answer it with runs.approve() or runs.answer()',
    );
    expect(given).toEqual([]);
  });

  it.each<[string, Handlers['onApproval'] & object]>([
    [
      'throws',
      () => {
        throw new RangeError('of the handler');
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('of the handler'))],
    ['errors', () => throwError(() => new RangeError('of the handler'))],
  ])("errors with a handler's own error, when it %s", async (_, onApproval) => {
    const { error, given } = await attending([tool()], { onApproval });
    expect(error).toEqual(new RangeError('of the handler'));
    expect(given).toEqual([]);
  });

  it.each([
    ['gate_cancelled', 404, false],
    ['run_not_active', 409, false],
    ['gate_resolved_otherwise', 404, true],
    ['gate_not_found', 404, true],
    ['', 409, true],
    ['forbidden', 403, true],
  ])('passes on a refusal of the code %j (%i): %j', async (code, status, passed) => {
    for (const request of [tool(), asked('Which team?')]) {
      const refused = refusal(code, status);
      const handlers = { onApproval: () => true, onQuestion: () => 'A' };
      const { error } = await attending([request], handlers, refused);
      expect(error).toBe(passed ? refused : undefined);
    }
  });

  it.each([new ConnectionError('of the handler'), refusal('of the handler')])(
    'takes an error of a handler for its own, though it looks like one that passes: %p',
    async (error) => {
      const onApproval = jest.fn(() => throwError(() => error));
      const { given, ...end } = await attending([tool()], { onApproval });
      expect([end.error, given]).toEqual([error, []]);
      expect(onApproval).toHaveBeenCalledTimes(1);
    },
  );

  it('names a request in harmless letters', async () => {
    const { error } = await attending([tool(`\u001b[2J${'x'.repeat(1_000)}`)], {});
    expect((error as Error).message).not.toMatch(/[\p{Cc}]/u);
    expect((error as Error).message.length).toBeLessThan(250);
  });

  it('answers a question without questions', async () => {
    const request = { ...tool('req_q'), tool_name: 'AskUserQuestion' };
    const { given, error } = await attending([request], { onQuestion: () => 'A' });
    expect(error).toBeUndefined();
    expect(given).toEqual([{ answers: { answer: 'A' }, request_id: 'req_q' }]);
  });

  it('goes on after a harmless refusal, and does not answer that again', async () => {
    const { given, error } = await attending(
      [tool('a'), tool('b')],
      { onApproval: () => true },
      refusal('gate_cancelled'),
    );
    expect(given).toHaveLength(2);
    expect(error).toBeUndefined();
  });

  it(
    'reads what is pending again where that fails in passing, and passes on what lasts',
    marbles(({ cold, expectObservable, flush }) => {
      jest.spyOn(Math, 'random').mockReturnValue(1);
      const lost = new ConnectionError('no answer');
      const limited = new ApiError('slow', { kind: 'rate-limit', status: 429, retryAfter: 3_000 });
      const errors: Error[] = [lost, limited];
      const { runs, given } = asking(() => {
        const error = errors.shift();
        return error === undefined ? of(tool()) : throwError(() => error);
      });
      const looks = cold<boolean>('t 20s |', { t: true });
      expectObservable(attend(runs, 7, { onApproval: () => true }, looks)).toBe('- 20s |');
      const missing = refusal('run_not_found');
      const none = asking(() => throwError(() => missing));
      expectObservable(attend(none.runs, 7, {}, looks)).toBe('#', {}, missing);
      flush();
      expect(given).toHaveLength(1);
      jest.restoreAllMocks();
    }),
  );

  it(
    'waits for no reading any more when the run is over, and hears nothing of its failure',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const reading = cold<PermissionRequest>('-----#', {}, new Error('too late'));
      const { runs } = asking(() => reading);
      const looks = cold<boolean>('t--|', { t: true });
      expectObservable(attend(runs, 7, {}, looks)).toBe('---|');
      expectSubscriptions(reading.subscriptions).toBe('^--!');
    }),
  );

  it(
    'waits for nobody once the run is over, but for an answer on its way',
    marbles(({ cold, expectObservable, flush }) => {
      const quick = asking([tool()]);
      const slow = asking([tool()]);
      const late = refusal('gate_resolved_otherwise');
      const decidedLate = { ...quick.runs, approve: () => cold<never>('-----#', {}, late) };
      const after = (frames: string) => ({ onApproval: () => cold(frames, { y: true }) });
      const looks = () => cold<boolean>('t--|', { t: true });
      expectObservable(attend(slow.runs, 7, after('-----y'), looks())).toBe('---|');
      expectObservable(attend(decidedLate, 7, after('-y'), looks())).toBe('------#', {}, late);
      flush();
      expect(slow.given).toEqual([]);
    }),
  );
});
