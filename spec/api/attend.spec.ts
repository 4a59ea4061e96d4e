import { concat, EMPTY, NEVER, of, throwError } from 'rxjs';
import { attend } from '../../lib/api/attend';
import type { Handlers } from '../../lib/api/Handlers';
import type { PermissionRequest } from '../../lib/api/objects';
import { ConnectionError, UnansweredError } from '../../lib/errors';
import { marbles } from '../helpers/marbles';
import { errorOf, told } from '../http/holding';
import { asked, asking, refusal, tool } from './asking';

const attending = async (
  pending: readonly PermissionRequest[],
  handlers: Handlers,
  answered = new Set<string>(),
  refused?: Error,
) => {
  const { runs, given } = asking(pending, refused);
  const { error } = await told(attend(runs, 7, handlers, answered));
  return { given, error, answered };
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

  it('shows the handler the request, and asks one after the other', async () => {
    const requests = [tool('req_1'), asked('Which team?'), tool('req_2')];
    const seen: unknown[] = [];
    const onApproval = async (request: PermissionRequest) => seen.push(request) > 0;
    const onQuestion = (request: PermissionRequest) => (seen.push(request), 'A');
    const { given } = await attending(requests, { onApproval, onQuestion });
    expect(seen).toEqual(requests);
    expect(given.map(({ request_id }) => request_id)).toEqual(['req_1', 'req_q', 'req_2']);
  });

  it('answers only what is pending, and that once', async () => {
    const onApproval = jest.fn(() => true);
    const answered = new Set<string>();
    const requests = [tool('old', 'allowed'), tool('older', 'cancelled'), tool('new')];
    await attending(requests, { onApproval }, answered);
    await attending(requests, { onApproval }, answered);
    expect(onApproval.mock.calls).toEqual([[tool('new')]]);
  });

  it('gives an answer again that was lost on its way', async () => {
    const answered = new Set<string>();
    const lost = new ConnectionError('no answer');
    const handlers = { onApproval: () => true };
    expect((await attending([tool()], handlers, answered, lost)).error).toBe(lost);
    expect((await attending([tool()], handlers, answered)).given).toEqual([allow]);
    expect((await attending([tool()], handlers, answered)).given).toEqual([]);
  });

  it.each([
    ['onApproval', tool(), { onQuestion: () => 'A' }],
    ['onQuestion', asked('Which team?'), { onApproval: () => true }],
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
    const { error, given, answered } = await attending([tool()], { onApproval });
    expect(error).toEqual(new RangeError('of the handler'));
    expect([given, [...answered]]).toEqual([[], []]);
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
      const { error } = await attending([request], handlers, new Set(), refused);
      expect(error).toBe(passed ? refused : undefined);
    }
  });

  it('goes on after a harmless refusal, and does not answer that again', async () => {
    const answered = new Set<string>();
    const { given } = await attending(
      [tool('a'), tool('b')],
      { onApproval: () => true },
      answered,
      refusal('gate_cancelled'),
    );
    expect(given).toHaveLength(2);
    expect([...answered]).toEqual(['a', 'b']);
  });

  it('passes on that what is pending could not be read', async () => {
    const broken = new ConnectionError('no answer');
    const { runs } = asking(() => throwError(() => broken));
    expect(await errorOf(attend(runs, 7, {}, new Set()))).toBe(broken);
  });

  it('misses nobody for a run that is gone', async () => {
    const { runs, given } = asking([tool(), asked('Which team?')]);
    expect(await told(attend(runs, 7, {}, new Set(), of('gone')))).toEqual({ values: [] });
    expect(given).toEqual([]);
  });

  it(
    'waits for nobody once the run is gone, but for an answer on its way',
    marbles(({ cold, expectObservable, flush }) => {
      const gone = cold('---g');
      const quick = asking([tool()]);
      const slow = asking([tool()]);
      const late = refusal('gate_resolved_otherwise');
      const decidedLate = { ...quick.runs, approve: () => cold<never>('-----#', {}, late) };
      const after = (frames: string) => ({ onApproval: () => cold(frames, { y: true }) });
      expectObservable(attend(slow.runs, 7, after('-----y'), new Set(), gone)).toBe('---|');
      expectObservable(attend(decidedLate, 7, after('-y'), new Set(), gone)).toBe(
        '------#',
        {},
        late,
      );
      flush();
      expect(slow.given).toEqual([]);
    }),
  );
});
