import type { Frame } from 'm8tes-rx/testing';
import { aCall, aRun, aWorld } from '../held';
import { until } from '../served';

const recordAfter = async (...frames: readonly Frame[]) => {
  const held = aRun(aCall({ world: aWorld(() => frames) }));
  await until(() => held.turns[0]!.over);
  return held.record;
};

describe('observe', () => {
  it('completes a run that said done', async () => {
    expect(await recordAfter({ type: 'done', stop_reason: 'max_tokens' })).toMatchObject({
      status: 'completed',
      stop_reason: 'max_tokens',
      output: '',
    });
  });

  it('completes a run that failed upstream, with its error code', async () => {
    const error = { type: 'error', error: 'no model', error_code: 'upstream' };
    expect(await recordAfter(error, { type: 'done' })).toMatchObject({
      status: 'completed',
      error: 'no model',
      error_code: 'upstream',
    });
  });

  it('fails a run that died', async () => {
    expect(await recordAfter({ type: 'AGENT_RUNNER_DIED', message: 'gone' })).toMatchObject({
      status: 'failed',
      error: 'gone',
      retryable: true,
    });
  });

  it('cancels a run that said so', async () => {
    expect((await recordAfter({ type: 'cancelled' })).status).toBe('cancelled');
  });

  it('collects the text, also of model-native frames', async () => {
    const native = {
      type: 'content_block_delta',
      delta: { type: 'text_delta', text: 'native' },
    };
    const { output } = await recordAfter({ type: 'text-delta', delta: 'both: ' }, native);
    expect(output).toBe('both: native');
  });

  it('keeps to the first ending', async () => {
    const record = await recordAfter(
      { type: 'done', stop_reason: 'refusal' },
      { type: 'done', stop_reason: 'end_turn' },
    );
    expect(record.stop_reason).toBe('refusal');
  });
});
