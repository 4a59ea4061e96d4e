import {
  asyncScheduler,
  concat,
  defer,
  EMPTY,
  finalize,
  from,
  NEVER,
  of,
  Subject,
  throwError,
} from 'rxjs';
import { attend } from '../../lib/api/attend';
import type { Handlers } from '../../lib/api/Handlers';
import type { PermissionRequest } from '../../lib/api/objects';
import {
  ApiError,
  ConnectionError,
  DecodeError,
  RunTimeoutError,
  UnansweredError,
} from '../../lib/errors';
import { marbles } from '../helpers/marbles';
import { toldBy } from '../helpers/told';
import { settled } from '../http/holding';
import { asked, asking, refusal, tool } from './asking';

/** Asks what is pending, and ends once everything has happened that only waits for its turn. */
const attending = async (
  pending: readonly PermissionRequest[],
  handlers: Handlers,
  refused?: Error,
) => {
  const { runs, given } = asking(pending, refused);
  const looks = new Subject<boolean>();
  const log = toldBy(attend(runs, 7, handlers, looks));
  looks.next(true);
  await settled();
  looks.complete();
  return { given, error: log.error, ended: log.ended };
};

/** What a list tells from some times on. */
const since = (
  ...times: readonly (readonly [from: number, list: readonly PermissionRequest[]])[]
) =>
  asking(() =>
    defer(() => from(times.filter(([start]) => start <= asyncScheduler.now()).at(-1)![1])),
  );

/** Runs that ask this, and whose answers fare one after the other as they are told; the last for ever. */
const faring = (pending: readonly PermissionRequest[], ...fates: readonly (Error | 'taken')[]) => {
  const { runs, permissions } = asking(pending);
  const sent: number[] = [];
  const take = <A>(receipt: A) =>
    defer(() => {
      const fate = fates[Math.min(sent.push(asyncScheduler.now()), fates.length) - 1]!;
      return fate instanceof Error ? throwError(() => fate) : of(receipt);
    });
  const routes: typeof runs = {
    ...runs,
    approve: () => take(tool('req_1', 'allowed')),
    answer: () => take({ status: 'ok' }),
  };
  return { runs: routes, permissions, sent };
};

const allow = { request_id: 'req_1', decision: 'allow' };
const deny = { request_id: 'req_1', decision: 'deny' };
const limited = (retryAfter?: number) =>
  new ApiError('slow down', { kind: 'rate-limit', status: 429, retryAfter });
const passing = [
  new ConnectionError('no answer'),
  new RunTimeoutError('late', 'timeouts.request', 1),
  new ApiError('oops', { kind: 'server', status: 503 }),
  limited(),
];

beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(1)); // waits are whole
afterEach(() => jest.restoreAllMocks());

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
    const { given, ended } = await attending([tool()], { onApproval });
    expect([given, ended]).toEqual([[expected], 'completed']);
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
    [
      'a label for a question without questions',
      { ...asked(''), tool_input: {} },
      () => 'A',
      { answer: 'A' },
    ],
    ['a label for a question without a text', asked(''), () => 'A', { answer: 'A' }],
  ])('answers with %s', async (_, request, onQuestion, answers) => {
    const { given, ended } = await attending([request], { onQuestion });
    expect([given, ended]).toEqual([[{ answers, request_id: 'req_q' }], 'completed']);
  });

  it('asks several at once, and shows the handlers the requests', async () => {
    const requests = [tool('req_1'), asked('Which team?'), tool('req_2')];
    const seen: unknown[] = [];
    const wait = (request: PermissionRequest) => (seen.push(request), NEVER);
    const { given } = await attending(requests, { onApproval: wait, onQuestion: wait });
    expect([seen, given]).toEqual([requests, []]);
  });

  it(
    'asks one by one where it is told to, and reads the list again before the next',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      // While the first is asked, the second is settled elsewhere.
      const { runs, given } = since(
        [0, [tool('one'), tool('two'), tool('three')]],
        [2, [tool('one'), tool('three')]],
      );
      const person = cold('   ----y', { y: true });
      const looks = cold('    l-l-l-l-l-|', { l: true });
      const onApproval = jest.fn((_: PermissionRequest) => person);
      expectObservable(attend(runs, 7, { onApproval, concurrency: 1 }, looks)).toBe('----------|');
      expectSubscriptions(person.subscriptions).toBe(['^---!', '----^---!']);
      flush();
      expect(onApproval.mock.calls.map(([{ request_id }]) => request_id)).toEqual(['one', 'three']);
      expect(given.map(({ request_id }) => request_id)).toEqual(['one', 'three']);
    }),
  );

  it('answers only what is pending, and each once, also where it stands twice', async () => {
    const onApproval = jest.fn(() => Promise.resolve(true));
    const requests = [tool('old', 'allowed'), tool('new'), tool('new'), tool('odd', 'cancelled')];
    const { given } = await attending(requests, { onApproval });
    expect(onApproval.mock.calls).toEqual([[tool('new')]]);
    expect(given).toHaveLength(1);
  });

  it.each([
    ['onApproval', tool(), { onQuestion: () => 'A' }],
    ['onQuestion', asked('Which team?'), { onApproval: () => true }],
    ['onQuestion', { ...asked(''), tool_input: {} }, { onApproval: () => true }],
    ['onApproval a value', tool(), { onApproval: () => EMPTY }],
    ['onQuestion a value', asked('Which team?'), { onQuestion: () => EMPTY }],
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

  it('names a request in one line, and not at length', async () => {
    const { error } = await attending([tool(`\u001b[31m\n${'x'.repeat(99)}`)], {});
    expect((error as Error).message).toMatch(/to request \ufffd\[31m\ufffdx{58}…; pass/);
  });

  describe.each([
    new RangeError('of the handler'),
    new ConnectionError('of the handler'),
    new ApiError('of the handler', { kind: 'server', status: 503 }),
    refusal('gate_cancelled'),
  ])("errors once with a handler's own %p, and asks nobody again", (failure) => {
    it.each<[string, () => never | Promise<never> | ReturnType<typeof throwError>]>([
      [
        'throws',
        () => {
          throw failure;
        },
      ],
      ['rejects', () => Promise.reject(failure)],
      ['errors', () => throwError(() => failure)],
    ])('when it %s', async (_, fail) => {
      const onApproval = jest.fn(fail as () => Promise<never>);
      const { error, given } = await attending([tool()], { onApproval });
      expect(error).toBe(failure);
      expect([onApproval.mock.calls.length, given]).toEqual([1, []]);
    });
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
      const { error, given } = await attending([request], handlers, refused);
      expect(error).toBe(passed ? refused : undefined);
      expect(given).toHaveLength(1);
    }
  });

  it('goes on after a harmless refusal, and does not answer that again', async () => {
    const requests = [tool('a'), tool('b'), tool('a')];
    const yes = { onApproval: () => true };
    const { given, ended } = await attending(requests, yes, refusal('gate_cancelled'));
    expect(given.map(({ request_id }) => request_id)).toEqual(['a', 'b']);
    expect(ended).toBe('completed');
  });

  describe('an answer that may have been lost', () => {
    const handlers = () => ({
      onApproval: jest.fn(() => true),
      onQuestion: jest.fn(() => 'A'),
    });

    it.each(passing.flatMap((error) => [tool(), asked('Which team?')].map((it) => [error, it])))(
      'after %p is sent again, after growing waits, without asking again',
      (error, request) => {
        marbles(({ cold, expectObservable, flush }) => {
          const lost = error as Error;
          const { runs, sent } = faring([request as PermissionRequest], lost, lost, lost, 'taken');
          const asked = handlers();
          const looks = cold('l 9999ms |', { l: true });
          expectObservable(attend(runs, 7, asked, looks)).toBe('10s |');
          flush();
          expect(sent).toEqual([0, 500, 1_500, 3_500]);
          const { onApproval, onQuestion } = asked;
          expect(onApproval.mock.calls.length + onQuestion.mock.calls.length).toBe(1);
        })();
      },
    );

    it(
      'is not sent before its time, however often the list is read',
      marbles(({ cold, expectObservable, flush }) => {
        const { runs, sent, permissions } = faring([tool()], passing[0]!, 'taken');
        const looks = cold('l 99ms l 99ms l 799ms |', { l: true });
        expectObservable(attend(runs, 7, handlers(), looks)).toBe('1s |');
        flush();
        expect(sent).toEqual([0, 500]);
        expect(permissions).toHaveBeenCalledTimes(4);
      }),
    );

    it(
      'is not sent where the list does not tell it as pending any more',
      marbles(({ cold, expectObservable, flush }) => {
        const { runs } = since([0, [tool()]], [100, []]);
        const approve = jest.fn(() => throwError(() => passing[0]));
        const looks = cold('l 1999ms |', { l: true });
        expectObservable(attend({ ...runs, approve }, 7, handlers(), looks)).toBe('2s |');
        flush();
        expect(approve).toHaveBeenCalledTimes(1);
      }),
    );

    it(
      'is sent 8 times at most, and then its error is that of the wait',
      marbles(({ cold, expectObservable, flush }) => {
        const { runs, sent } = faring([tool()], ...passing);
        const last = passing.at(-1);
        const looks = cold('l', { l: true });
        const waits = '500ms 1s 2s 4s 8s 16s 30s';
        expectObservable(attend(runs, 7, handlers(), looks)).toBe(`${waits} #`, {}, last);
        flush();
        expect(sent).toHaveLength(8);
      }),
    );

    it(
      'is sent when the server asks for it, and not at all where no timer holds that',
      marbles(({ cold, expectObservable, flush }) => {
        const { runs, sent } = faring([tool()], limited(40_000), 'taken');
        const looks = cold('l 59999ms |', { l: true });
        expectObservable(attend(runs, 7, handlers(), looks)).toBe('1m |');
        const far = limited(2 ** 31);
        expectObservable(attend(faring([tool()], far).runs, 7, handlers(), looks)).toBe(
          '#',
          {},
          far,
        );
        flush();
        expect(sent).toEqual([0, 40_000]);
      }),
    );

    it(
      'is an error where it is refused for good in the end',
      marbles(({ cold, expectObservable, flush }) => {
        const refused = refusal('gate_resolved_otherwise');
        const { runs, sent } = faring([tool()], passing[0]!, refused);
        const looks = cold('l', { l: true });
        expectObservable(attend(runs, 7, handlers(), looks)).toBe('500ms #', {}, refused);
        flush();
        expect(sent).toHaveLength(2);
      }),
    );

    it(
      'is let go with its timer when nobody listens any more',
      marbles(({ cold, expectObservable, flush }) => {
        const { runs, sent } = faring([tool()], passing[0]!);
        const looks = cold('l', { l: true });
        expectObservable(attend(runs, 7, handlers(), looks), '9ms !').toBe('-');
        flush();
        expect(sent).toEqual([0]);
      }),
    );
  });

  describe('a request that is settled while somebody is asked', () => {
    it.each<[string, readonly PermissionRequest[]]>([
      ['is gone from the list', []],
      ['was answered elsewhere', [tool('req_1', 'allowed')]],
      ['was remembered', [{ ...tool('req_1', 'allowed'), remembered: true }]],
    ])('lets its handler go, and no other: %s', (_, after) => {
      marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
        const { runs, given } = since(
          [0, [tool('req_1'), tool('req_2')]],
          [3, [...after, tool('req_2')]],
        );
        const [one, two] = [cold<boolean>('-'), cold('-----y', { y: true })];
        const onApproval = ({ request_id }: PermissionRequest) =>
          request_id === 'req_1' ? one : two;
        const looks = cold('               l-l-l-l--|', { l: true });
        expectObservable(attend(runs, 7, { onApproval }, looks)).toBe('---------|');
        expectSubscriptions(one.subscriptions).toBe('^---!');
        expectSubscriptions(two.subscriptions).toBe('^----!');
        flush();
        expect(given.map(({ request_id }) => request_id)).toEqual(['req_2']);
      })();
    });

    it(
      'is asked anew, should it stand there again',
      marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
        const { runs, given } = since([0, [tool()]], [1, []], [3, [tool()]]);
        const person = cold('-----y', { y: true });
        const looks = cold('l-l-l------|', { l: true });
        expectObservable(attend(runs, 7, { onApproval: () => person }, looks)).toBe('-----------|');
        expectSubscriptions(person.subscriptions).toBe(['^-!', '----^----!']);
        flush();
        expect(given).toEqual([allow]);
      }),
    );
  });

  describe('reads the list', () => {
    it(
      'a few times for many looks, and waits out a refusal among them',
      marbles(({ cold, expectObservable, flush }) => {
        let count = 0;
        const { runs } = asking(() =>
          defer(() =>
            ++count === 2 ? cold<never>('-#', {}, limited(5)) : cold('-(p|)', { p: tool() }),
          ),
        );
        const looks = concat(
          from(Array.from({ length: 301 }, () => true)),
          cold<boolean>('19ms |'),
        );
        const onApproval = jest.fn(() => true);
        expectObservable(attend(runs, 7, { onApproval }, looks)).toBe('19ms |');
        flush();
        expect(count).toBe(3); // the first, one more for all that came meanwhile, and that again
        expect(onApproval).toHaveBeenCalledTimes(1);
      }),
    );

    it.each(passing)('8 times while it is met with %p, and then that is the error', (error) => {
      marbles(({ cold, expectObservable }) => {
        const { runs } = asking(() => throwError(() => error));
        const waits = '500ms 1s 2s 4s 8s 16s 30s';
        const result = attend(runs, 7, {}, cold('l', { l: true }));
        expectObservable(result).toBe(`${waits} #`, {}, error);
      })();
    });

    it.each([refusal('run_not_found'), new DecodeError('HTML'), limited(2 ** 31)])(
      'once where that is met with %p',
      (error) => {
        marbles(({ cold, expectObservable }) => {
          const { runs } = asking(() => throwError(() => error));
          expectObservable(attend(runs, 7, {}, cold('l', { l: true }))).toBe('#', {}, error);
        })();
      },
    );
  });

  describe('when the run is over', () => {
    it(
      "waits for no list any more, and a failure of it is nobody's",
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const [list, broken] = [
          cold<PermissionRequest>('-----(p|)', { p: tool() }),
          cold<PermissionRequest>('-----#', {}, refusal('run_not_found')),
        ];
        for (const one of [list, broken]) {
          const result = attend(asking(() => one).runs, 7, {}, cold('l--|', { l: true }));
          expectObservable(result).toBe('                             ---|');
          expectSubscriptions(one.subscriptions).toBe('               ^--!');
        }
      }),
    );

    it(
      'waits for nobody, but for an answer on its way',
      marbles(({ cold, expectObservable, flush }) => {
        const looks = cold('l--|', { l: true });
        const after = (frames: string) => ({ onApproval: () => cold(frames, { y: true }) });
        const slow = asking([tool()]);
        expectObservable(attend(slow.runs, 7, after('-----y'), looks)).toBe('---|');
        const late = refusal('gate_resolved_otherwise');
        const fates = [
          [cold<never>('-----#', {}, late), '------#'],
          [cold('-----(t|)', { t: tool() }), '------|'],
          [cold<never>('-----#', {}, passing[0]), '------|'], // it cannot be sent again
        ] as const;
        for (const [answered, expected] of fates) {
          const runs = { ...asking([tool()]).runs, approve: () => answered };
          expectObservable(attend(runs, 7, after('-y'), looks)).toBe(expected, {}, late);
        }
        flush();
        expect(slow.given).toEqual([]);
      }),
    );

    it('lets go of whoever is asked when nobody listens any more', () => {
      let left = 0;
      const person = NEVER.pipe(finalize(() => left++));
      const { runs } = asking([tool('a'), tool('b')]);
      const looks = concat(of(true), NEVER);
      attend(runs, 7, { onApproval: () => person }, looks)
        .subscribe()
        .unsubscribe();
      expect(left).toBe(2);
    });
  });
});
