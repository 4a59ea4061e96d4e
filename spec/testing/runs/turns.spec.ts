import { text } from 'm8tes-rx/testing';
import { stop, submit } from '../../../lib/testing/runs/turns';
import { aCall, aRun, aWorld, forever } from '../held';
import { heard } from '../lines';
import { until } from '../served';

describe('submit', () => {
  it('queues while a turn is executing; the queued message becomes the next turn', async () => {
    const call = aCall({ world: aWorld(({ message, turn }) => text(`${turn}: ${message}`)) });
    const held = aRun(call);
    const seen = new Set<string>();
    expect(submit(held, 'second', call.world)).toBe('queued');
    expect(submit(held, 'third', call.world)).toBe('queued');
    await until(() => {
      seen.add(held.record.status);
      return held.record.output === '2: third';
    });
    // Nobody sees the run at rest between two turns.
    expect([...seen]).toEqual(['running', 'completed']);
    await until(() => held.turns.every(({ over }) => over));
    expect(submit(held, 'fourth', call.world)).toBe('resumed');
    await until(() => held.turns.every(({ over }) => over));
    expect(held.messages.map(({ content }) => content)).toEqual([
      ...['hello', '0: hello', 'second', '1: second', 'third', '2: third'],
      ...['fourth', '3: fourth'],
    ]);
  });

  it('takes back the error of an earlier turn', async () => {
    const script = ({ turn }: { turn: number }) =>
      turn === 0 ? [{ type: 'sdk_error', error: 'dead' }] : text('alive');
    const call = aCall({ world: aWorld(script) });
    const held = aRun(call);
    await until(() => held.record.status === 'failed');
    await until(() => held.turns[0]!.over);
    submit(held, 'again', call.world);
    await until(() => held.record.status === 'completed');
    expect(held.record).toMatchObject({ error: null, retryable: false, output: 'alive' });
  });

  it('fails the run whose script throws, and says why', async () => {
    const script = () => {
      throw new Error('a mistake in the script');
    };
    const held = aRun(aCall({ world: aWorld(script) }));
    await until(() => held.record.status === 'failed');
    expect(held.record.error).toContain('a mistake in the script');
  });
});

describe('stop', () => {
  it('ends the turn with the frame given, and drops what is queued', () => {
    const call = aCall({ world: aWorld(forever) });
    const held = aRun(call);
    submit(held, 'more', call.world);
    const log = heard(held.turns[0]!.lines);
    stop(held, { type: 'cancelled' });
    stop(held, { type: 'cancelled' });
    expect(log).toEqual({ lines: ['data: {"type": "cancelled"}\n\n'], ended: 'body' });
    expect(held.record.status).toBe('cancelled');
    expect(held.turns).toHaveLength(1);
  });
});
