import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decode } from '../../lib/events/decode';
import type { RunEvent } from '../../lib/events/RunEvent';
import * as arbitrary from './arbitrary';
import { bare } from './family';

type Json = { readonly [name: string]: unknown };

const problemsOf = (event: RunEvent): readonly string[] | undefined =>
  event.type === 'malformed' ? event.problems : undefined;

describe('decode', () => {
  describe('the documented sample', () => {
    // Byte for byte. [wire §3]
    const sample: [string, RunEvent][] = [
      [
        '{"type": "metadata", "payload": {"run_id": 123}}',
        { type: 'metadata', payload: { run_id: 123 } },
      ],
      ['{"type": "text-delta", "delta": "Here are "}', { type: 'text-delta', delta: 'Here are ' }],
      [
        '{"type": "text-delta", "delta": "the open tickets..."}',
        { type: 'text-delta', delta: 'the open tickets...' },
      ],
      [
        '{"type": "tool-call-start", "toolName": "gmail_search", "toolCallId": "tc_1"}',
        { type: 'tool-call-start', toolName: 'gmail_search', toolCallId: 'tc_1' },
      ],
      [
        '{"type": "tool-result-end", "toolCallId": "tc_1", "result": "..."}',
        { type: 'tool-result-end', toolCallId: 'tc_1', result: '...' },
      ],
      ['{"type": "done", "stop_reason": "end_turn"}', { type: 'done', stop_reason: 'end_turn' }],
    ];
    it.each(sample)('%s', (data, event) => {
      expect(decode(data)).toStrictEqual(event);
    });
  });

  describe('[DONE]', () => {
    it('is a bare `done`', () => {
      expect(decode('[DONE]')).toStrictEqual({ type: 'done' });
    });

    it('is one only when it is all there is', () => {
      for (const data of ['[done]', '[DONE', '[DONE][DONE]', '"[DONE]"', '["DONE"]']) {
        expect(decode(data)).toMatchObject({ type: 'malformed', data });
      }
    });
  });

  describe('what is no JSON object is malformed, its data kept', () => {
    it.each([
      '',
      ' ',
      '{',
      '{}{}',
      '{"type":"done"',
      "{'type':'done'}",
      'NaN',
      'undefined',
      'ping',
    ])('no JSON: %j', (data) => {
      expect(decode(data)).toStrictEqual({
        type: 'malformed',
        data,
        problems: ['the whole: expected JSON'],
      });
    });

    it.each(['null', 'true', '0', '"done"', '[]', '[{"type":"done"}]', ' 5 '])(
      'no object: %s',
      (data) => {
        expect(decode(data)).toStrictEqual({
          type: 'malformed',
          data,
          problems: ['the whole: expected RunEvent'],
        });
      },
    );

    it('takes the white space that JSON takes', () => {
      expect(decode(' \t{ "type" : "done" }\r\n')).toStrictEqual({ type: 'done' });
    });
  });

  it('says where a field is wrong and what is expected, and keeps the frame', () => {
    const data = '{"type":"metadata","payload":{"run_id":"m8_secret","usage":"m8_secret"}}';
    expect(decode(data)).toStrictEqual({
      type: 'malformed',
      data,
      problems: ['payload.run_id: expected number', 'payload.usage: expected object'],
    });
  });

  describe('what it does not know is unknown, and whole', () => {
    it.each([
      { type: 'brand-new', a: { b: [null] }, id: 5 },
      { type: 'Text-Delta', delta: 5 },
      { type: ' done' },
      { type: '' },
      { type: 'system', subtype: 'init', tools: [] },
    ])('%j', (raw) => {
      expect(decode(JSON.stringify(raw))).toStrictEqual({ type: 'unknown', name: raw.type, raw });
    });

    it.each(arbitrary.hostile)('a type named %s', (name) => {
      const raw = { type: name, delta: 5, error: {}, raw: 'x', problems: 5 };
      expect(decode(JSON.stringify(raw))).toStrictEqual({ type: 'unknown', name, raw });
    });

    it.each([{}, { type: null }, { type: 5 }, { type: ['done'] }, { type: {} }, { delta: 'a' }])(
      'without a type: %j',
      (raw) => {
        expect(decode(JSON.stringify(raw))).toStrictEqual({ type: 'unknown', name: '', raw });
      },
    );

    it('does not take the type from a `__proto__`', () => {
      const event = decode('{"__proto__":{"type":"done"}}');
      expect(event).toMatchObject({ type: 'unknown', name: '' });
      expect(Object.keys((event as { raw: object }).raw)).toEqual(['__proto__']);
      expect(decode('{"type":"done","__proto__":{"stop_reason":5}}').type).toBe('done');
    });
  });

  it.each(Object.keys(arbitrary.rows))('knows %s', (type) => {
    expect(decode(JSON.stringify({ type }))).toStrictEqual(
      type === 'metadata' ? { type, payload: {} } : bare(type, arbitrary.rows[type]!),
    );
  });

  describe('text', () => {
    it.each([
      ['U+2028 and U+2029', '\u2028\u2029'],
      ['U+0085', '\u0085'],
      ['a byte order mark', '\ufeff'],
      ['NUL', '\u0000'],
      ['CR and LF', '\r\n'],
      ['a lone high surrogate', '\ud800'],
      ['a lone low surrogate', '\udfff'],
      ['surrogates the wrong way round', '\ude00\ud83d'],
      ['an emoji', '👩‍👩‍👧'],
      ['combining marks', 'e\u0301'],
    ])('keeps %s', (_, text) => {
      const delta = `a${text}b`;
      const event = { type: 'text-delta', delta, [text]: text };
      expect(decode(JSON.stringify(event))).toStrictEqual(event);
      const raw = { type: text, a: text };
      expect(decode(JSON.stringify(raw))).toStrictEqual({ type: 'unknown', name: text, raw });
    });

    it('keeps them unescaped too, where JSON allows it', () => {
      for (const text of ['\u2028', '\u2029', '\u0085', '\ufeff', '\ud800', '\udfff']) {
        expect(decode(`{"type":"text-delta","delta":"${text}"}`)).toStrictEqual({
          type: 'text-delta',
          delta: text,
        });
      }
    });

    it('keeps the data of what is malformed, to the unit', () => {
      const data = '{"type":"done"\u2028\ud800\u0085';
      expect(decode(data)).toMatchObject({ type: 'malformed', data });
    });
  });

  describe('size', () => {
    const levels = 100_000;
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`;

    it.each([
      ['unknown', `{"type":"brand-new","a":${deep}}`],
      ['unknown', `{"type":${deep}}`],
      ['text-delta', `{"type":"text-delta","delta":"a","more":${deep}}`],
      ['text-delta', `{"type":"text-delta","delta":null,"more":${deep}}`],
      ['tool-result-end', `{"type":"tool-result-end","result":${deep}}`],
      ['tool-result-end', `{"type":"tool_result","id":"a","content":${deep}}`],
      ['tool-call-start', `{"type":"tool_use","id":"a","input":${deep}}`],
      ['todo-update', `{"type":"todo-update","todos":[{"a":${deep}}]}`],
      ['metadata', `{"type":"metadata","usage":{"a":${deep}}}`],
      ['permission_request', `{"type":"permission_request","payload":{"a":${deep}}}`],
      ['sdk_error', `{"type":"sdk_error","error":${deep}}`],
      ['malformed', `{"type":"text-delta","delta":${deep}}`],
      ['malformed', `{"type":"metadata","payload":${deep}}`],
      ['malformed', deep],
      ['malformed', deep.slice(0, -1)],
      ['malformed', '{"a":'.repeat(levels)],
    ])('is %s at any depth', (type, data) => {
      const event = decode(data);
      expect(event.type).toBe(type);
      if (event.type === 'malformed') {
        expect(event.data === data).toBe(true);
        expect(event.problems.join().length).toBeLessThan(200);
      }
    });

    it('keeps what is deep', () => {
      const event = decode(`{"type":"tool-result-end","result":${deep}}`);
      let depth = 0;
      for (let at = (event as { result?: unknown }).result; Array.isArray(at); at = at[0]) depth++;
      expect(depth).toBe(levels);
    });

    it('keeps megabytes', () => {
      const delta = 'é'.repeat(8_000_000);
      const event = decode(JSON.stringify({ type: 'text-delta', delta }));
      expect(event.type === 'text-delta' && event.delta === delta).toBe(true);
      const many = Array.from({ length: 300_000 }, (_, i) => ({ content: String(i) }));
      const update = decode(JSON.stringify({ type: 'todo-update', todos: many }));
      expect(update.type === 'todo-update' && update.todos.length).toBe(300_000);
      const wide = `{"type":"brand-new",${many.map((_, i) => `"k${i}":${i}`).join()}}`;
      const event3 = decode(wide);
      expect(event3.type === 'unknown' && Object.keys(event3.raw).length).toBe(300_001);
      const broken = `{"type":"text-delta","delta":[${'0,'.repeat(1_000_000)}0]}`;
      const malformed = decode(broken);
      expect(malformed.type === 'malformed' && malformed.data === broken).toBe(true);
      expect(problemsOf(malformed)).toEqual(['delta: expected string']);
    });
  });

  describe('is total', () => {
    /** What every event is, and what it is not. */
    const holds = (event: RunEvent, data: string): void => {
      if (event.type === 'malformed') {
        expect(event.data).toBe(data);
        expect(event.problems.length).toBeGreaterThan(0);
        for (const problem of event.problems)
          expect(problem).toMatch(/^[\w. ]+: expected [\w<>| ]+$/);
      } else if (event.type === 'unknown') {
        const type = event.raw['type'];
        expect(event.name).toBe(typeof type === 'string' ? type : '');
        assert.deepStrictEqual(event.raw, JSON.parse(data));
      } else {
        const fields = arbitrary.rows[event.type]!;
        expect(fields).toBeDefined();
        for (const [name, field] of Object.entries(fields)) {
          const there = Object.hasOwn(event, name);
          const value = (event as unknown as Json)[name];
          if ('absent' in field || event.type === 'metadata') expect(there).toBe(true);
          if (there && !field.holds(value)) assert.fail(`${event.type}.${name} does not hold`);
        }
      }
    };

    it('for any text', () => {
      fc.assert(
        fc.property(arbitrary.anyData, (data) => {
          if (data === '[DONE]') return;
          holds(decode(data), data);
        }),
        { numRuns: 1_000 },
      );
    });

    it('for any frame of a type it knows', () => {
      fc.assert(
        fc.property(arbitrary.knownFrame, (frame) => {
          const data = JSON.stringify(frame);
          const event = decode(data);
          holds(event, data);
          expect(event.type).not.toBe('unknown');
        }),
        { numRuns: 1_000 },
      );
    });

    it('for any JSON', () => {
      fc.assert(
        fc.property(arbitrary.json, (value) => {
          const data = JSON.stringify(value);
          holds(decode(data), data);
        }),
        { numRuns: 1_000 },
      );
    });
  });

  it('is the table: a frame fits, is filled, or is malformed where it does not hold', () => {
    const expected = (frame: Json): { event: Json } | { wrong: string[] } => {
      const type = frame['type'] as string;
      const fields = arbitrary.rows[type]!;
      const wrong = Object.keys(fields).filter((name) => {
        const value = frame[name];
        return value !== undefined && value !== null && !fields[name]!.holds(value);
      });
      if (wrong.length > 0) return { wrong };
      const given = Object.entries(frame).filter(
        ([name, value]) => !(Object.hasOwn(fields, name) && value === null),
      );
      return { event: { ...bare(type, fields), ...Object.fromEntries(given) } };
    };
    fc.assert(
      fc.property(arbitrary.knownFrame, (frame) => {
        // These two say more than their fields do, see failure.spec.ts and run.spec.ts.
        fc.pre(frame['type'] !== 'metadata' && typeof frame['error'] !== 'object');
        const event = decode(JSON.stringify(frame));
        const model = expected(frame);
        if ('event' in model) assert.deepStrictEqual(event, model.event);
        else {
          const paths = problemsOf(event)?.map((problem) => problem.split(/[.:]/)[0]);
          assert.deepStrictEqual(new Set(paths), new Set(model.wrong));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('names no values in its problems', () => {
    const secret = 'hunter2';
    fc.assert(
      fc.property(arbitrary.knownFrame, arbitrary.json, (frame, value) => {
        const guarded = (name: string): unknown =>
          name === 'type' ? frame['type'] : { [secret]: [secret, value], secret };
        const wrong = Object.fromEntries(Object.keys(frame).map((name) => [name, guarded(name)]));
        const listed = Object.fromEntries(
          Object.entries(wrong).map(([name, one]) => [name, name === 'type' ? one : [secret, one]]),
        );
        for (const data of [wrong, listed].map((one) => JSON.stringify(one))) {
          expect(problemsOf(decode(data))?.join() ?? '').not.toContain(secret);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes null for absent in every field of every type', () => {
    fc.assert(
      fc.property(arbitrary.knownFrame, (frame) => {
        const fields = arbitrary.rows[frame['type'] as string]!;
        const nulled = {
          ...Object.fromEntries(Object.keys(fields).map((n) => [n, null])),
          ...frame,
        };
        assert.deepStrictEqual(
          strip(decode(JSON.stringify(nulled))),
          strip(decode(JSON.stringify(frame))),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not depend on the order of the fields', () => {
    const shuffled = arbitrary.anyFrame.chain((frame) =>
      fc.tuple(
        fc.constant(frame),
        fc.shuffledSubarray(Object.entries(frame), { minLength: Object.keys(frame).length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([frame, entries]) => {
        assert.deepStrictEqual(
          strip(decode(JSON.stringify(Object.fromEntries(entries)))),
          strip(decode(JSON.stringify(frame))),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('shares nothing: an event that is changed changes no other', () => {
    for (const type of Object.keys(arbitrary.rows)) {
      const data = JSON.stringify({ type });
      const before = JSON.stringify(decode(data));
      for (const value of Object.values(decode(data) as unknown as Json)) {
        if (typeof value !== 'object' || value === null || Object.isFrozen(value)) continue;
        Object.assign(value, { 0: 'changed', run_id: 5 });
      }
      expect(JSON.stringify(decode(data))).toBe(before);
    }
  });
});

/** What is malformed keeps its data, which are then compared elsewhere. */
const strip = (event: RunEvent): unknown =>
  event.type === 'malformed' ? { ...event, data: '' } : event;
