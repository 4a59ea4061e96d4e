import { defer, NEVER, of, throwError, type Observable } from 'rxjs';
import type { PermissionRequest, RunEvent } from 'm8tes-rx';
import { segment, type Asking } from '../../lib/bridges/segment';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';

const request = (request_id: string, status = 'pending'): PermissionRequest => ({
  request_id,
  tool_name: 'send_mail',
  status,
});
const asks = (id: string): RunEvent => ({
  type: 'permission_request',
  request_id: id,
  payload: {},
});
const resolved = (id: string): RunEvent => ({ type: 'permission_resolved', request_id: id });
const asking = (...ids: readonly string[]): Asking => ({
  type: 'asking',
  requests: ids.map((id) => request(id)),
});

const events: { readonly [letter: string]: RunEvent } = {
  a: { type: 'text-delta', delta: 'a' },
  b: { type: 'text-delta', delta: 'b' },
  k: { type: 'keep-alive' },
  p: asks('p'),
  q: asks('q'),
  r: resolved('p'),
  s: resolved('q'),
  w: { type: 'awaiting_approval' },
  d: { type: 'done' },
};
const told = { ...events, P: asking('p'), Q: asking('q'), B: asking('p', 'q') };

/** Records, one after the other, as they are looked at; the last of them for ever. */
const looks = (
  ...lists: readonly (readonly PermissionRequest[])[]
): Observable<PermissionRequest> => {
  let at = 0;
  return defer(() => of(...lists[Math.min(at++, lists.length - 1)]!));
};
const p = request('p');
const q = request('q');

describe('segment', () => {
  laws(() => segment(NEVER));

  it(
    'ends where the run waits for people, with what it asks',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const turn = cold('    -a-p------r-b-d|', events);
      const subscription = ' ^----!';
      const expected = '     -a-p-(P|)';
      expectObservable(turn.pipe(segment(looks([p]), 2))).toBe(expected, told);
      expectSubscriptions(turn.subscriptions).toBe(subscription);
    }),
  );

  it(
    'takes what is asked in the same moment into one',
    marbles(({ cold, expectObservable }) => {
      const turn = '     -a-pqw-----b';
      const expected = ' -a-pqw-(B|)';
      expectObservable(cold(turn, events).pipe(segment(looks([p, q]), 2))).toBe(expected, told);
    }),
  );

  it(
    'holds back what is told in that moment, unless more is asked behind it',
    marbles(({ cold, expectObservable }) => {
      const turn = '     -pa-q---ab---';
      const expected = ' -p--(aq)--(B|)';
      expectObservable(cold(turn, events).pipe(segment(looks([p, q]), 6))).toBe(expected, told);
    }),
  );

  it(
    'goes on through what has been answered: it is told again',
    marbles(({ cold, expectObservable }) => {
      const turn = '     -a(pr)-b-(qs)d|';
      expectObservable(cold(turn, events).pipe(segment(NEVER, 2))).toBe(turn, told);
    }),
  );

  it(
    'goes on through what its record does not ask any more, though no event says so',
    marbles(({ cold, expectObservable }) => {
      const turn = '     -pa-----b-d|';
      const expected = ' -p---a--b-d|';
      expectObservable(cold(turn, events).pipe(segment(looks([]), 4))).toBe(expected, told);
    }),
  );

  it(
    'looks again, ever more rarely, at a record that is behind its stream',
    marbles(({ cold, expectObservable }) => {
      const record = looks([], [request('p', 'resolved')], [request('other')], [p]);
      const turn = '     pk-------------------';
      const expected = ' p--------------(P|)'; // 1 + 2 + 4 + 8
      expectObservable(cold(turn, events).pipe(segment(record, 1))).toBe(expected, told);
    }),
  );

  it(
    'asks for all that there is where an event names nothing',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a-w---b', events).pipe(segment(looks([q]), 2))).toBe('a-w-(Q|)', told);
    }),
  );

  it(
    'ends as the turn does, with all of it, though something was asked',
    marbles(({ cold, expectObservable }) => {
      const record = looks([p]);
      expectObservable(cold('-pa|', events).pipe(segment(record, 50))).toBe('-p-(a|)', told);
      expectObservable(cold('-pa#', events).pipe(segment(record, 50))).toBe('-p-(a#)', told);
    }),
  );

  it(
    'fails where the record does',
    marbles(({ cold, expectObservable }) => {
      const away = throwError(() => 'error');
      expectObservable(cold('-pa---b', events).pipe(segment(away, 2))).toBe('-p-#', told);
    }),
  );

  it(
    'lets go of the look when it is left',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const record = cold<PermissionRequest>('----------');
      const turn = cold('-p--------', events);
      expectObservable(turn.pipe(segment(record, 2)), '^-----!').toBe('-p', told);
      expectSubscriptions(record.subscriptions).toBe('---^--!');
      expectSubscriptions(turn.subscriptions).toBe('^-----!');
    }),
  );
});
