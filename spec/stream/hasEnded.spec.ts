import type { RunEvent } from '../../lib/events/RunEvent';
import { hasEnded } from '../../lib/stream/hasEnded';

const ends: readonly RunEvent[] = [
  { type: 'done' },
  { type: 'cancelled' },
  { type: 'sdk_error', error: 'broken' },
];
const afterwords: readonly RunEvent[] = [
  { type: 'run_metrics' },
  { type: 'metadata', payload: { usage: {} } },
  { type: 'ping' },
  { type: 'unknown', name: 'bill', raw: {} },
];
const others: readonly RunEvent[] = [
  { type: 'metadata', payload: { run_id: 7 } },
  { type: 'text-delta', delta: '' },
  { type: 'tool-call-start', toolCallId: 'tc_1' },
];

describe('hasEnded', () => {
  it.each(ends)('is so after %j', (event) => {
    expect([hasEnded(false, event), hasEnded(true, event)]).toEqual([true, true]);
  });

  it.each(afterwords)('stays as it is after %j', (event) => {
    expect([hasEnded(false, event), hasEnded(true, event)]).toEqual([false, true]);
  });

  it.each(others)('is not so after %j', (event) => {
    expect([hasEnded(false, event), hasEnded(true, event)]).toEqual([false, false]);
  });
});
