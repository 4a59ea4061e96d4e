import { approval, text, type Turn } from 'm8tes-rx/testing';
import { stop } from '../../../lib/testing/runs/turns';
import { aCall, aRun, asksPeople, aWorld } from '../held';
import { heard } from '../lines';
import { eventsIn, until } from '../served';

describe('play', () => {
  it('begins with metadata, and ends with done when the script does not say how it ends', async () => {
    const held = aRun(aCall({ world: aWorld(() => text('hi')) }));
    const log = heard(held.turns[0]!.lines);
    await until(() => log.ended === 'body');
    expect(eventsIn(log.lines.join(''))).toEqual([
      { type: 'metadata', payload: { run_id: 123 } },
      ...text('hi'),
      { type: 'done', stop_reason: 'end_turn' },
    ]);
  });

  it('adds no done to a script that ended otherwise', async () => {
    const held = aRun(aCall({ world: aWorld(() => [{ type: 'cancelled' }]) }));
    const log = heard(held.turns[0]!.lines);
    await until(() => log.ended === 'body');
    expect(log.lines).toHaveLength(2);
  });

  it('sends what a script yields after its ending', async () => {
    const script = () => [{ type: 'done' }, { type: 'run_metrics', input_tokens_used: 5 }];
    const held = aRun(aCall({ world: aWorld(script) }));
    await until(() => held.turns[0]!.over);
    expect(held.record).toMatchObject({ status: 'completed', usage: { input_tokens: 5 } });
  });

  it('tells the script the message, the turn and the run', async () => {
    const script = jest.fn((_: Turn) => []);
    const held = aRun(aCall({ world: aWorld(script) }));
    await until(() => held.turns[0]!.over);
    expect(script).toHaveBeenCalledTimes(1);
    expect(script.mock.calls[0]![0]).toMatchObject({ message: 'hello', turn: 0, run: { id: 123 } });
  });

  it('stops while it waits for people, and lets the script clean up', async () => {
    const cleanUp = jest.fn();
    const script = function* () {
      try {
        yield* approval({ tool_name: 'gmail_send' });
      } finally {
        cleanUp();
      }
    };
    const call = aCall({ world: aWorld(script) });
    const held = aRun(call, asksPeople);
    await until(() => held.record.status === 'awaiting_approval');
    stop(held, { type: 'cancelled' });
    await until(() => cleanUp.mock.calls.length === 1);
    expect(held.record.status).toBe('cancelled');
  });
});
