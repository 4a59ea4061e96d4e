import { decode } from '../../lib/events/decode';
import { isTerminal } from '../../lib/events/isTerminal';
import type { EventOf, RunEvent } from '../../lib/events/RunEvent';
import * as arbitrary from './arbitrary';

const ends = [
  'done',
  'cancelled',
  'sdk_error',
  'AGENT_RUNNER_DIED',
  'RUNNER_LIFECYCLE_ERROR',
  'SANDBOX_BOOT_TIMEOUT',
  'SANDBOX_QUOTA_EXHAUSTED',
  'SANDBOX_UNAVAILABLE',
  'SNAPSHOT_VERSION_MISMATCH',
];

describe('isTerminal', () => {
  it.each(ends)('%s ends the run', (type) => {
    expect(isTerminal(decode(JSON.stringify({ type })))).toBe(true);
    expect(isTerminal(decode(JSON.stringify({ type, message: 'x', subtype: 'init' })))).toBe(true);
  });

  it('[DONE] ends the run', () => {
    expect(isTerminal(decode('[DONE]'))).toBe(true);
  });

  it.each(Object.keys(arbitrary.rows).filter((type) => !ends.includes(type)))(
    '%s does not',
    (type) => {
      expect(isTerminal(decode(JSON.stringify({ type })))).toBe(false);
    },
  );

  it.each(['message_stop', 'tool_result', 'content_block_stop', 'error', 'run.completed'])(
    '%s does not',
    (type) => {
      expect(isTerminal(decode(JSON.stringify({ type })))).toBe(false);
    },
  );

  it.each([...arbitrary.hostile, 'DONE', 'done ', ''])('an unknown %j does not', (type) => {
    expect(isTerminal(decode(JSON.stringify({ type, name: 'done' })))).toBe(false);
  });

  it('what is malformed does not, though it be an ending', () => {
    expect(isTerminal(decode('{"type":"done","stop_reason":5}'))).toBe(false);
    expect(isTerminal(decode('"done"'))).toBe(false);
  });

  it('narrows to the events that end a run', () => {
    const narrowed = (
      event: RunEvent,
    ):
      | EventOf<'done' | 'cancelled' | 'sdk_error' | 'AGENT_RUNNER_DIED' | 'RUNNER_LIFECYCLE_ERROR'>
      | EventOf<'SANDBOX_BOOT_TIMEOUT' | 'SANDBOX_QUOTA_EXHAUSTED' | 'SANDBOX_UNAVAILABLE'>
      | EventOf<'SNAPSHOT_VERSION_MISMATCH'>
      | undefined => (isTerminal(event) ? event : undefined);
    expect(narrowed({ type: 'done' })).toEqual({ type: 'done' });
  });
});
