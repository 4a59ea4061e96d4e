import { decode } from '../../lib/events/decode';
import { run } from '../../lib/events/run';
import { family } from './family';
import { protocol } from './protocol';

const { metadata, ...tables } = run;
const { metadata: contract, ...rows } = protocol.run;

describe('run', () => {
  family(tables, rows);

  it.each([
    { type: 'done', stop_reason: 'end_turn' },
    { type: 'done', stop_reason: 'max_tokens' },
    { type: 'done', stop_reason: 'stop_sequence' },
    { type: 'done', stop_reason: 'refusal' },
    { type: 'done', stop_reason: 'something newer', completion_state: 'partial' },
    { type: 'done', stop_reason: 'tool_use', unresolved_tool_use_ids: ['tc_1', 'tc_2'] },
    { type: 'cancelled' },
    { type: 'cancelled', reason: 'by the user' },
    {
      type: 'run_metrics',
      execution_time_ms: 1234,
      input_tokens_used: 10,
      output_tokens_used: 20,
      claude_token_cost_usd: 0.0123,
      stop_reason: 'end_turn',
      completion_state: 'complete',
      unresolved_tool_use_ids: [],
    },
    { type: 'run_metrics', claude_token_cost_usd: '0.0123' },
  ])('%j is an event as it is', (frame) => {
    expect(decode(JSON.stringify(frame))).toStrictEqual(frame);
  });

  describe('metadata', () => {
    const decoded = (fields: object): unknown =>
      decode(JSON.stringify({ type: 'metadata', ...fields }));

    it('holds the fields of the contract', () => {
      expect(Object.keys(metadata)).toEqual(Object.keys(contract));
    });

    it.each(contract.payload.fits)('hands on a payload that fits: %j', (payload) => {
      expect(decoded({ payload })).toStrictEqual({ type: 'metadata', payload });
    });

    it.each(contract.payload.breaks)('is malformed with the payload %j', (payload, problem) => {
      expect(decoded({ payload })).toStrictEqual({
        type: 'malformed',
        data: JSON.stringify({ type: 'metadata', payload }),
        problems: [`payload${problem}`],
      });
    });

    it('takes null for absent inside its payload too', () => {
      expect(decoded({ payload: { run_id: null, usage: null, more: null } })).toStrictEqual({
        type: 'metadata',
        payload: { more: null },
      });
    });

    it('keeps what it does not know, in the payload and beside it', () => {
      const usage = { input_tokens: 5, cost_usd: '0.1', cache_read_tokens: null };
      const frame = { payload: { run_id: 1, usage, model: 'x', deep: [{}] }, version: null };
      expect(decoded(frame)).toStrictEqual({ type: 'metadata', ...frame });
    });

    it.each([{}, { payload: null }])(
      'is its own payload when that is absent: every field but `type` (%j)',
      (absent) => {
        const fields = { run_id: 123, usage: { a: 1 }, other: [null] };
        expect(decoded({ ...absent, ...fields })).toStrictEqual({
          type: 'metadata',
          ...fields,
          payload: fields,
        });
      },
    );

    it('is valid without any field', () => {
      expect(decoded({})).toStrictEqual({ type: 'metadata', payload: {} });
      expect(decoded({ payload: null })).toStrictEqual({ type: 'metadata', payload: {} });
      expect(decoded({ run_id: null })).toStrictEqual({
        type: 'metadata',
        run_id: null,
        payload: {},
      });
    });

    it('is malformed when its own payload is', () => {
      expect(decoded({ run_id: '123' })).toMatchObject({
        type: 'malformed',
        problems: ['payload.run_id: expected number'],
      });
    });

    it('takes hostile names into its own payload as data', () => {
      const event = decode('{"type":"metadata","__proto__":{"run_id":5},"toJSON":1,"then":2}');
      const { payload } = event as unknown as { payload: object };
      expect(Object.keys(payload)).toEqual(['__proto__', 'toJSON', 'then']);
      expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
      expect(payload).not.toHaveProperty('run_id');
    });

    it('prefers its payload to what stands beside it', () => {
      const frame = { payload: {}, run_id: 5 };
      expect(decoded(frame)).toStrictEqual({ type: 'metadata', ...frame });
    });
  });
});
