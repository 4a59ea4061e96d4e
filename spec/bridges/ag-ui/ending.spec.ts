import type { RunEvent } from 'm8tes-rx';
import { cut, ending } from '../../../lib/bridges/ag-ui/ending';

const endOf = (...events: readonly RunEvent[]) => {
  const its = ending();
  events.forEach(its.add);
  return its.ended();
};
const done: RunEvent = { type: 'done' };
const metadata = (usage: { readonly [field: string]: unknown }): RunEvent => ({
  type: 'metadata',
  payload: { usage },
});

describe('the end of a turn', () => {
  it.each<[what: string, events: RunEvent[], end: object]>([
    ['none', [], cut()],
    ['done', [done], { type: 'RUN_FINISHED', outcome: { type: 'success' } }],
    ['cancelled', [{ type: 'cancelled' }, done], { outcome: { type: 'cancelled' } }],
    [
      'done for a reason',
      [{ type: 'done', stop_reason: 'max_tokens', completion_state: 'partial' }],
      { result: { stop_reason: 'max_tokens', completion_state: 'partial' } },
    ],
    [
      'an error that it outlived',
      [{ type: 'error', error: 'lost a tool' }, { type: 'text-delta', delta: 'a' }, done],
      { type: 'RUN_ERROR', message: 'lost a tool' },
    ],
    [
      'a failure without a text',
      [{ type: 'AGENT_RUNNER_DIED', error: 'Unknown error' }, done],
      { type: 'RUN_ERROR', message: 'AGENT_RUNNER_DIED', code: 'AGENT_RUNNER_DIED' },
    ],
    ['an error without a text', [{ type: 'error', error: '' }, done], { message: 'Unknown error' }],
  ])('is %s', (_, events, end) => {
    expect(endOf(...events)).toMatchObject(end);
  });

  it('is an error where it was cut, whatever cut it', () => {
    expect(cut(new Error('m8_key at https://api.test'))).toEqual({
      type: 'RUN_ERROR',
      code: 'interrupted',
      message: 'the run could not be told to its end; ask for it again',
    });
  });
});

describe('usage', () => {
  it.each([
    [
      { input_tokens: 3, output_tokens: 2 },
      { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
    ],
    [
      {
        ...{ input_tokens: 3, output_tokens: 2, total_tokens: 45 },
        ...{ cache_read_tokens: 30, cache_creation_tokens: 10 },
      },
      {
        ...{ inputTokens: 43, outputTokens: 2, totalTokens: 45 },
        ...{ cachedInputTokens: 30, cacheWriteInputTokens: 10 },
      },
    ],
    [
      { input_tokens: 40, output_tokens: 2, total_tokens: 42, cache_read_tokens: 30 },
      { inputTokens: 40, outputTokens: 2, totalTokens: 42 },
    ],
    [{ input_tokens: 3.5, output_tokens: 2 }, undefined],
    [{ input_tokens: -1, output_tokens: 2 }, undefined],
    [{ input_tokens: '3', output_tokens: 2 }, undefined],
    [{}, undefined],
  ])('of %j is %j', (usage, expected) => {
    const { usage: told } = endOf(metadata(usage), done);
    expect(told).toEqual(expected && [expected]);
  });

  it('is that of the metadata, and else that of the metrics', () => {
    const metrics: RunEvent = { type: 'run_metrics', input_tokens_used: 1, output_tokens_used: 2 };
    const one = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
    expect(endOf(metrics, done).usage).toEqual([one]);
    const both = endOf(metadata({ input_tokens: 4, output_tokens: 5 }), metrics, done);
    expect(both.usage).toEqual([{ inputTokens: 4, outputTokens: 5, totalTokens: 9 }]);
  });
});
