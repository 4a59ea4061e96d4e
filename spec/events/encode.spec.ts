import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyText } from '../helpers/anyText';
import { decodeEvent } from '../../lib/events/decode';
import { encodeEvent } from '../../lib/events/encode';
import type { RunEvent } from '../../lib/events/RunEvent';
import * as arbitrary from './arbitrary';
import { types } from './protocol';

/** Like toStrictEqual, which takes an own `constructor` field for the object's class. */
const same = (actual: unknown, expected: unknown): void => {
  assert.deepStrictEqual(actual, expected);
};

describe('encodeEvent', () => {
  it.each<[RunEvent, string]>([
    [{ type: 'text-delta', delta: 'a\n' }, '{"type":"text-delta","delta":"a\\n"}'],
    [{ type: 'done' }, '{"type":"done"}'],
    [{ type: 'unknown', name: 'new', raw: { type: 'new', a: null } }, '{"type":"new","a":null}'],
    [{ type: 'unknown', name: '', raw: {} }, '{}'],
    [{ type: 'malformed', data: 'a\r\n{', problems: ['the whole: expected JSON'] }, 'a\r\n{'],
  ])('%j is the frame %s', (event, data) => {
    expect(encodeEvent(event)).toBe(data);
    expect(decodeEvent(data)).toStrictEqual(event);
  });

  it('gives back the frame that was read, where it was canonical', () => {
    for (const data of [
      '{"type":"done","stop_reason":"end_turn","new":{"b":1,"a":null}}',
      '{"type":"mcp_error","__proto__":{"a":1},"then":0,"toJSON":{}}',
      '{"type":"brand-new","\u2028":"\u0085"}',
      '{"type":"unknown","name":"x","raw":{}}',
      '{"type":"malformed","data":"x","problems":[]}',
      '{"type":"text-delta","delta":{}}',
      '{"type":',
      '',
    ]) {
      expect(encodeEvent(decodeEvent(data))).toBe(data);
    }
  });

  it('writes what was mended as it is now', () => {
    const written = (data: string): string => encodeEvent(decodeEvent(data));
    expect(written('{"type":"done","stop_reason":5}')).toBe('{"type":"done","stop_reason":"5"}');
    expect(written('{"type":"tool_result","id":7,"content":{}}')).toBe(
      '{"type":"tool-result-end","id":7,"content":{},"toolCallId":"7","result":{}}',
    );
  });

  it('writes the end marker as the event it is', () => {
    expect(encodeEvent(decodeEvent(' [DONE] '))).toBe('{"type":"done"}');
  });

  it('is read as the event it was: for every decoded event', () => {
    fc.assert(
      fc.property(arbitrary.anyData, (data) => {
        const event = decodeEvent(data);
        same(decodeEvent(encodeEvent(event)), event);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(types)('is read as the event it was: %s', (type) => {
    fc.assert(
      fc.property(arbitrary.eventOf(type), (event) => {
        same(decodeEvent(encodeEvent(event as unknown as RunEvent)), event);
      }),
      { numRuns: 50 },
    );
  });

  it('is read as the event it was: unknown ones', () => {
    fc.assert(
      fc.property(arbitrary.anyEvent, (event) => {
        same(decodeEvent(encodeEvent(event as unknown as RunEvent)), event);
      }),
      { numRuns: 500 },
    );
  });

  it('is one line, whatever the event says', () => {
    fc.assert(
      fc.property(arbitrary.anyEvent, anyText, (event, text) => {
        const said = {
          ...event,
          said: `${text}\r\n${text}\n\r`,
          '\r': '\n',
        } as unknown as RunEvent;
        expect(encodeEvent(said)).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(arbitrary.anyData, (data) => {
        const event = decodeEvent(data);
        if (event.type !== 'malformed') expect(encodeEvent(event)).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['unknown field', 'result', 'error', 'payload'])('writes %s of any depth', (where) => {
    const deep = `${'[{"a":'.repeat(100_000)}1${'}]'.repeat(100_000)}`;
    const data = {
      'unknown field': `{"type":"brand-new","a":${deep}}`,
      result: `{"type":"tool-result-end","toolCallId":"a","result":${deep}}`,
      error: `{"type":"error","error":${JSON.stringify(deep)}}`,
      payload: `{"type":"metadata","payload":{"usage":{"a":${deep}}}}`,
    }[where]!;
    expect(encodeEvent(decodeEvent(data)) === data).toBe(true);
  });

  it('cannot write the two numbers that JSON.stringify cannot', () => {
    const event = decodeEvent(
      '{"type":"run_metrics","execution_time_ms":-0,"input_tokens_used":1e999}',
    );
    expect(event).toStrictEqual({
      type: 'run_metrics',
      execution_time_ms: -0,
      input_tokens_used: Infinity,
    });
    expect(encodeEvent(event)).toBe(
      '{"type":"run_metrics","execution_time_ms":0,"input_tokens_used":null}',
    );
  });
});
