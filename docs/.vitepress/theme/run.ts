/** The run of the home page, and what three readers of it are told: the library itself, on letters. */
import { concatMap, connect, delay, map, merge, of, type Observable } from 'rxjs';
import type { RunEvent } from '../../../lib/events/RunEvent';
import { textOnly } from '../../../lib/operators/textOnly';
import { toolCalls } from '../../../lib/operators/toolCalls';
import { fakeRun } from '../../../lib/testing/fakeRun';

/** Milliseconds from one event to the next: as long as one is looked at. */
const PACE = 260;

const tool = { toolCallId: 'tc_1', toolName: 'linear_search' };

const run$ = fakeRun('(mcjrabefgd|)', {
  c: { type: 'tool-call-start', ...tool },
  j: { type: 'tool-call-delta', ...tool, delta: '{"state":"open"}' },
  r: { type: 'tool-result-end', ...tool, result: ['#4711', '#4802', '#4811'] },
  a: 'Three tickets ',
  b: 'are open; ',
  e: 'the oldest, ',
  f: '#4711, ',
  g: 'waits since Monday.',
}).pipe(concatMap((event) => of(event).pipe(delay(PACE))));

export interface Told {
  readonly event?: RunEvent['type'];
  readonly call?: string;
  readonly text?: string;
}

export const told$: Observable<Told> = run$.pipe(
  connect((run$) =>
    merge(
      run$.pipe(map(({ type }) => ({ event: type }))),
      run$.pipe(
        toolCalls(),
        map(({ toolName, args }) => ({ call: `${toolName}(${args})` })),
      ),
      run$.pipe(
        textOnly(),
        map((text) => ({ text })),
      ),
    ),
  ),
);
