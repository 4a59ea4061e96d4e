import fc from 'fast-check';
import type { RunEvent } from '../../lib/events/RunEvent';
import { Conclusion } from '../../lib/operators/Conclusion';
import { events } from './runs';

const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'hi' },
  r: { type: 'tool-result-end', toolCallId: 'tc_1' },
  k: { type: 'keep-alive' },
  n: { type: 'mcp_error' },
  q: { type: 'run_metrics', stop_reason: 'max_tokens' },
  e: { type: 'error', error: 'no' },
  b: { type: 'error', error: 'no', error_code: 'billing' },
  f: { type: 'AGENT_RUNNER_DIED', error: 'no' },
  g: { type: 'sdk_error', error: 'no', error_code: 'sdk' },
  x: { type: 'cancelled' },
  d: { type: 'done', stop_reason: 'end_turn', unresolved_tool_use_ids: ['tc_1'] },
  D: { type: 'done' }, // as the end marker is
};
const after = (diagram: string): Conclusion =>
  [...diagram].map((marble) => values[marble]!).reduce(Conclusion.after, Conclusion.open);

describe('Conclusion', () => {
  it.each([
    ['', 'running'],
    ['mtrk', 'running'],
    ['mtd', 'completed'],
    ['mtdD', 'completed'],
    ['mtdmqk', 'completed'],
    ['e', 'failed'],
    ['etd', 'failed'],
    ['tf', 'failed'],
    ['tfD', 'failed'],
    ['tfrnkD', 'failed'],
    ['tdf', 'failed'],
    ['tde', 'failed'],
    ['tx', 'cancelled'],
    ['txD', 'cancelled'],
    ['txrD', 'cancelled'],
    ['tdx', 'cancelled'],
    ['txf', 'cancelled'],
    ['tex', 'failed'],
    ['tdt', 'running'],
    ['tdtd', 'completed'],
    ['tftd', 'completed'],
    ['txtd', 'completed'],
    ['tdtf', 'failed'],
    ['etdtd', 'completed'],
    ['tdtetd', 'failed'],
    ['tdetd', 'completed'],
  ])('after %j is %s', (diagram, status) => {
    expect(after(diagram).status).toBe(status);
  });

  it.each([
    ['d', 'end_turn'],
    ['dD', 'end_turn'],
    ['q', 'max_tokens'],
    ['qd', 'end_turn'],
    ['dq', 'max_tokens'],
    ['qx', 'max_tokens'],
    ['dt', undefined],
    ['dtD', undefined],
  ])('after %j stopped because of %s', (diagram, stop_reason) => {
    expect(after(diagram).stop_reason).toBe(stop_reason);
  });

  it.each([
    ['e', undefined],
    ['eb', 'billing'],
    ['bg', 'billing'],
    ['g', 'sdk'],
    ['f', 'AGENT_RUNNER_DIED'],
    ['bdtd', undefined],
  ])('after %j has the code %s', (diagram, error_code) => {
    expect(after(diagram).error_code).toBe(error_code);
  });

  it('keeps what is left unresolved, until the next turn', () => {
    expect(after('dD').unresolved_tool_use_ids).toEqual(['tc_1']);
    expect(after('dt').unresolved_tool_use_ids).toBeUndefined();
  });

  it('never says of a turn that failed that it completed', () => {
    fc.assert(
      fc.property(events, (run) => {
        let before = Conclusion.open;
        for (const event of run) {
          const now = Conclusion.after(before, event);
          if (before.status === 'failed' && now.status !== 'failed')
            expect(now).toBe(Conclusion.open);
          before = now;
        }
      }),
    );
  });
});
