import { Tally } from '../../lib/stream/Tally';
import type { RunEvent } from '../../lib/events/RunEvent';

const counted = (events: readonly RunEvent[]) => {
  const tally = Tally();
  const ended = events.map((event) => tally.note(event));
  const { events: count, characters, run_id } = tally;
  expect(tally.ended).toBe(ended.at(-1) ?? false);
  return { count, characters, run_id, ended };
};

describe('Tally', () => {
  it('is nothing at first', () => {
    expect([Tally().ended, Tally(true).ended]).toEqual([false, true]);
    expect(counted([])).toEqual({ count: 0, characters: 0, run_id: undefined, ended: [] });
  });

  it('counts events, the characters of texts alone, and says when a turn has ended', () => {
    const events: readonly RunEvent[] = [
      { type: 'metadata', payload: {} },
      { type: 'metadata', payload: { run_id: 7 } },
      { type: 'thinking-delta', delta: 'hm' },
      { type: 'text-delta', delta: 'hello' },
      { type: 'done' },
      { type: 'run_metrics' },
      { type: 'metadata', payload: { run_id: 8 } },
      { type: 'text-delta', delta: '!' },
    ];
    const ended = [false, false, false, false, true, true, false, false];
    expect(counted(events)).toEqual({ count: 8, characters: 6, run_id: 7, ended });
  });
});
