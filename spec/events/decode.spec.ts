import assert from 'node:assert/strict';
import { isRight } from 'fp-ts/Either';
import fc from 'fast-check';
import { canonical } from '../../lib/events/canonical';
import { decodeEvent, fitting, frameOf, isMarker } from '../../lib/events/decode';
import { RunEvent } from '../../lib/events/RunEvent';
import * as arbitrary from './arbitrary';
import { bare, rows, types } from './protocol';

type Json = { readonly [name: string]: unknown };

const problemsOf = (event: RunEvent): readonly string[] | undefined =>
  event.type === 'malformed' ? event.problems : undefined;

describe('decodeEvent', () => {
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
      expect(decodeEvent(data)).toStrictEqual(event);
    });
  });

  describe('[DONE]', () => {
    const blanks = ['', ' ', '\t', '\r\n', '\n \n', ' '.repeat(200_000)];

    it('is a bare `done`, with any blanks around it', () => {
      for (const before of blanks) {
        for (const after of blanks) {
          const data = `${before}[DONE]${after}`;
          expect(isMarker(data)).toBe(true);
          expect(decodeEvent(data)).toStrictEqual({ type: 'done' });
        }
      }
    });

    it('is one only when it is all there is', () => {
      for (const data of [
        ...['[done]', '[DONE', '[ DONE ]', '[DONE][DONE]', '"[DONE]"', '["DONE"]', '{[DONE]'],
        ...blanks.slice(0, -1),
      ]) {
        expect(isMarker(data)).toBe(false);
        expect(decodeEvent(data)).toMatchObject({ type: 'malformed', data });
      }
      expect(isMarker('{"type":"done"}')).toBe(false);
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
      expect(decodeEvent(data)).toStrictEqual({
        type: 'malformed',
        data,
        problems: ['the whole: expected JSON'],
      });
    });

    it.each(['null', 'true', '0', '"done"', '[]', '[{"type":"done"}]', ' 5 '])(
      'no object: %s',
      (data) => {
        expect(decodeEvent(data)).toStrictEqual({
          type: 'malformed',
          data,
          problems: ['the whole: expected RunEvent'],
        });
      },
    );

    it('takes the white space that JSON takes', () => {
      expect(decodeEvent(' \t{ "type" : "done" }\r\n')).toStrictEqual({ type: 'done' });
    });
  });

  describe('a run is not lost over a field', () => {
    it.each([
      ['{"type":"done","stop_reason":{}}', { type: 'done' }],
      [
        '{"type":"done","stop_reason":5,"unresolved_tool_use_ids":[1,null,"b",{}]}',
        { type: 'done', stop_reason: '5', unresolved_tool_use_ids: ['1', 'b'] },
      ],
      [
        '{"type":"metadata","payload":{"run_id":"42"}}',
        { type: 'metadata', payload: { run_id: 42 } },
      ],
      [
        '{"type":"metadata","payload":[{"run_id":42}],"run_id":7}',
        { type: 'metadata', run_id: 7, payload: { run_id: 7 } },
      ],
      ['{"type":"text-delta","delta":true}', { type: 'text-delta', delta: 'true' }],
      ['{"type":"text-delta","delta":7,"id":7}', { type: 'text-delta', delta: '7', id: '7' }],
      ['{"type":"text-delta","delta":"a","id":{}}', { type: 'text-delta', delta: 'a' }],
      [
        '{"type":"reasoning-delta","delta":{},"text":"x"}',
        { type: 'reasoning-delta', delta: 'x', text: 'x' },
      ],
      [
        '{"type":"tool-call-start","toolCallId":7,"toolName":["x"],"input":[]}',
        { type: 'tool-call-start', toolCallId: '7', input: [] },
      ],
      [
        '{"type":"todo-update","toolCallId":"a","todos":[{"a":1},"x",null,[]]}',
        { type: 'todo-update', toolCallId: 'a', todos: [{ a: 1 }] },
      ],
      ['{"type":"permission_request","payload":"x"}', { type: 'permission_request' }],
      [
        '{"type":"error","error":0,"error_code":404}',
        { type: 'error', error: '0', error_code: '404' },
      ],
    ])('%s', (data, event) => {
      expect(decodeEvent(data)).toStrictEqual(event);
    });

    it('but a delta that is no text is said to be none', () => {
      for (const delta of ['{}', '["a"]']) {
        for (const data of [
          `{"type":"text-delta","delta":${delta}}`,
          `{"type":"reasoning-delta","text":${delta}}`,
          `{"type":"content_block_delta","delta":{"type":"text_delta","text":${delta}}}`,
        ]) {
          expect(decodeEvent(data)).toStrictEqual({
            type: 'malformed',
            data,
            problems: ['delta: expected string'],
          });
        }
      }
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
      expect(decodeEvent(JSON.stringify(raw))).toStrictEqual({
        type: 'unknown',
        name: raw.type,
        raw,
      });
    });

    it.each(arbitrary.hostile)('a type named %s', (name) => {
      const raw = { type: name, delta: 5, error: {}, raw: 'x', problems: 5 };
      expect(decodeEvent(JSON.stringify(raw))).toStrictEqual({ type: 'unknown', name, raw });
    });

    it.each([{}, { type: null }, { type: 5 }, { type: ['done'] }, { type: {} }, { delta: 'a' }])(
      'without a type: %j',
      (raw) => {
        expect(decodeEvent(JSON.stringify(raw))).toStrictEqual({ type: 'unknown', name: '', raw });
      },
    );

    it('does not take the type from a `__proto__`', () => {
      const event = decodeEvent('{"__proto__":{"type":"done"}}');
      expect(event).toMatchObject({ type: 'unknown', name: '' });
      expect(Object.keys((event as { raw: object }).raw)).toEqual(['__proto__']);
      expect(decodeEvent('{"type":"done","__proto__":{"stop_reason":"x"}}')).not.toHaveProperty(
        'stop_reason',
      );
    });
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
      expect(decodeEvent(JSON.stringify(event))).toStrictEqual(event);
      const raw = { type: text, a: text };
      expect(decodeEvent(JSON.stringify(raw))).toStrictEqual({ type: 'unknown', name: text, raw });
    });

    it('keeps them unescaped too, where JSON allows it', () => {
      for (const text of ['\u2028', '\u2029', '\u0085', '\ufeff', '\ud800', '\udfff']) {
        expect(decodeEvent(`{"type":"text-delta","delta":"${text}"}`)).toStrictEqual({
          type: 'text-delta',
          delta: text,
        });
      }
    });

    it('keeps the data of what is malformed, to the unit', () => {
      const data = '{"type":"done"\u2028\ud800\u0085';
      expect(decodeEvent(data)).toMatchObject({ type: 'malformed', data });
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
      ['malformed', `{"type":"tool-call-delta","delta":${deep}}`],
      ['malformed', `{"type":"plan-delta","plan":${deep}}`],
      ['plan-delta', `{"type":"plan-delta","text":${deep},"plan":"a"}`],
      ['text-delta', `{"type":"text-delta","id":${deep}}`],
      ['content_block_delta', `{"type":"content_block_delta","delta":${deep}}`],
      ['tool-call-start', `{"type":"tool_use","id":${deep},"name":${deep}}`],
      ['metadata', `{"type":"metadata","payload":${deep}}`],
      ['metadata', `{"type":"metadata","payload":{"run_id":${deep},"usage":${deep}}}`],
      ['todo-update', `{"type":"todo-update","todos":${deep},"tool_call_id":${deep}}`],
      ['todo-update', `{"type":"todo-update","todos":[${deep},${deep}]}`],
      ['done', `{"type":"done","stop_reason":${deep},"unresolved_tool_use_ids":[${deep}]}`],
      ['run_metrics', `{"type":"run_metrics","execution_time_ms":${deep}}`],
      ['error', `{"type":"error","error":{"message":${deep}}}`],
      ['error', `{"type":"error","message":${deep},"error_code":${deep}}`],
      ['malformed', deep],
      ['malformed', deep.slice(0, -1)],
      ['malformed', '{"a":'.repeat(levels)],
    ])('is %s at any depth', (type, data) => {
      const event = decodeEvent(data);
      expect(event.type === 'unknown' && type !== 'unknown' ? event.name : event.type).toBe(type);
      if (event.type === 'malformed') {
        expect(event.data === data).toBe(true);
        expect(event.problems.join().length).toBeLessThan(200);
      }
    });

    it('keeps what is deep', () => {
      const event = decodeEvent(`{"type":"tool-result-end","result":${deep}}`);
      let depth = 0;
      for (let at = (event as { result?: unknown }).result; Array.isArray(at); at = at[0]) depth++;
      expect(depth).toBe(levels);
    });

    it('keeps megabytes', () => {
      const delta = 'é'.repeat(2_000_000);
      const event = decodeEvent(JSON.stringify({ type: 'text-delta', delta }));
      expect(event.type === 'text-delta' && event.delta === delta).toBe(true);
      const number = `{"type":"metadata","payload":{"run_id":"${'9'.repeat(4_000_000)}"}}`;
      expect(decodeEvent(number)).toStrictEqual({ type: 'metadata', payload: {} });
      const wrong = `{"type":"todo-update","todos":[${'0,'.repeat(130_000)}{}]}`;
      expect(decodeEvent(wrong)).toStrictEqual({ type: 'todo-update', todos: [{}] });
      const many = Array.from({ length: 130_000 }, (_, i) => ({ content: String(i) }));
      const update = decodeEvent(JSON.stringify({ type: 'todo-update', todos: many }));
      expect(update.type === 'todo-update' && update.todos.length).toBe(130_000);
      const wide = `{"type":"brand-new",${many.map((_, i) => `"k${i}":${i}`).join()}}`;
      const event3 = decodeEvent(wide);
      expect(event3.type === 'unknown' && Object.keys(event3.raw).length).toBe(130_001);
      const broken = `{"type":"text-delta","delta":[${'0,'.repeat(1_000_000)}0]}`;
      const malformed = decodeEvent(broken);
      expect(malformed.type === 'malformed' && malformed.data === broken).toBe(true);
      expect(problemsOf(malformed)).toEqual(['delta: expected string']);
    });
  });

  describe('is total', () => {
    const isAbsent = (value: unknown): boolean => value === undefined || value === null;

    /** What every event is, and what it is not. */
    const holds = (event: RunEvent, data: string): void => {
      if (event.type === 'malformed') {
        expect(event.data).toBe(data);
        expect([
          'the whole: expected JSON',
          'the whole: expected RunEvent',
          'delta: expected string',
        ]).toContain(event.problems.join());
      } else if (event.type === 'unknown') {
        const type = event.raw['type'];
        expect(event.name).toBe(typeof type === 'string' ? type : '');
        assert.deepStrictEqual(event.raw, JSON.parse(data));
      } else {
        const fields = rows[event.type]?.fields;
        for (const [name, field] of Object.entries(fields!)) {
          const there = Object.hasOwn(event, name);
          const value = (event as unknown as Json)[name];
          if ('absent' in field) expect(there).toBe(true);
          if (there && !field.holds(value)) assert.fail(`${event.type}.${name} does not hold`);
        }
      }
    };

    it('for any text', () => {
      fc.assert(
        fc.property(arbitrary.anyData, (data) => {
          holds(decodeEvent(data), data);
        }),
        { numRuns: 1_000 },
      );
    });

    it('for any frame of a type it knows: what holds stays, and each field is minded for itself', () => {
      let malformed = 0;
      fc.assert(
        fc.property(arbitrary.knownFrame, (frame) => {
          const data = JSON.stringify(frame);
          const event = decodeEvent(data);
          holds(event, data);
          const type = frame['type'] as string;
          const { fields } = rows[type]!;
          const isBroken = 'delta' in fields && typeof (frame['delta'] ?? '') === 'object';
          expect(event.type).toBe(isBroken ? 'malformed' : type);
          if (isBroken) return void malformed++;
          for (const [name, value] of Object.entries(frame)) {
            const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
            const now = (event as unknown as Json)[name];
            if (field === undefined || field.holds(value)) assert.deepStrictEqual(now, value);
            // Metadata without a payload are their own, and an error may stand elsewhere.
            else if (isAbsent(value) && type !== 'metadata')
              assert.deepStrictEqual(now, field.absent);
          }
          for (const name of Object.keys(event))
            expect(Object.hasOwn(frame, name) || Object.hasOwn(bare(type), name)).toBe(true);
        }),
        { numRuns: 2_000 },
      );
      expect(malformed).toBeGreaterThan(0);
    });

    it('for any JSON', () => {
      fc.assert(
        fc.property(arbitrary.json, (value) => {
          const data = JSON.stringify(value);
          holds(decodeEvent(data), data);
        }),
        { numRuns: 1_000 },
      );
    });
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
          expect(problemsOf(decodeEvent(data))?.join() ?? '').not.toContain(secret);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes null for absent in every field of every type', () => {
    fc.assert(
      fc.property(arbitrary.knownFrame, (frame) => {
        const { fields } = rows[frame['type'] as string]!;
        const nulled = {
          ...Object.fromEntries(Object.keys(fields).map((n) => [n, null])),
          ...frame,
        };
        assert.deepStrictEqual(
          strip(decodeEvent(JSON.stringify(nulled))),
          strip(decodeEvent(JSON.stringify(frame))),
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
          strip(decodeEvent(JSON.stringify(Object.fromEntries(entries)))),
          strip(decodeEvent(JSON.stringify(frame))),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('shares nothing: an event that is changed changes no other', () => {
    for (const type of types) {
      const data = JSON.stringify({ type });
      const before = JSON.stringify(decodeEvent(data));
      for (const value of Object.values(decodeEvent(data) as unknown as Json)) {
        if (typeof value !== 'object' || value === null || Object.isFrozen(value)) continue;
        Object.assign(value, { 0: 'changed', run_id: 5 });
      }
      expect(JSON.stringify(decodeEvent(data))).toBe(before);
    }
  });
});

describe('fitting', () => {
  const fits = (frame: object): boolean => fitting(frame as Json) !== undefined;

  it.each([
    { type: 'text-delta', delta: 'a' },
    { type: 'text-delta', delta: '', id: 'b', more: {} },
    { type: 'text-start' },
    { type: 'tool-call-delta', toolCallId: 'tc_1', delta: '{' },
    { type: 'thinking-delta', delta: 'a', text: 'b' },
    { type: 'metadata', payload: { run_id: 123 } },
    { type: 'error', error: 'no', error_code: 'x' },
    { type: 'done' },
  ])('an event: %j', (frame) => {
    expect(fitting(frame)).toBe(frame);
  });

  it.each([
    [{ type: 'thinking-delta', text: 'a' }, { delta: 'a' }],
    [{ type: 'thinking-delta', delta: '', text: 'a' }, { delta: 'a' }],
    [{ type: 'todo-update', todos: [], tool_call_id: 'a' }, { toolCallId: 'a' }],
    [
      { type: 'tool_use', id: 'a', name: 'b' },
      { type: 'tool-call-start', toolName: 'b' },
    ],
  ])('an event in its canonical spelling: %j', (frame, spelt) => {
    expect(fitting(frame)).toMatchObject(spelt);
    expect(fitting(frame)).not.toBe(frame);
  });

  it.each<[string, object]>([
    ['a field is missing', { type: 'text-delta' }],
    ['a field is null', { type: 'text-delta', delta: 'a', id: null }],
    ['a field is to be mended', { type: 'text-delta', delta: 5 }],
    ['a field within is', { type: 'metadata', payload: { run_id: '123' } }],
    ['an item is', { type: 'todo-update', todos: ['x'] }],
    ['the type is unknown', { type: 'brand-new' }],
    ['the type is of our own making', { type: 'unknown', name: 'a', raw: {} }],
    ['the type is a name that objects have', { type: 'constructor' }],
    ['there is no type', {}],
  ])('no event where %s', (_, frame) => {
    expect(fits(frame)).toBe(false);
  });

  it('whatever the codec hands on as it is, and nothing else', () => {
    const counts = { fits: 0, not: 0 };
    const frame = fc.oneof(arbitrary.anyFrame, arbitrary.anyEvent, arbitrary.eventOf('text-delta'));
    fc.assert(
      fc.property(frame, (frame) => {
        const spelt = canonical(frame);
        const decoded = RunEvent.decode(spelt);
        const isFit = isRight(decoded) && decoded.right === spelt;
        expect(fits(frame)).toBe(isFit);
        if (isFit) expect(fitting(frame as Json)).toEqual(spelt);
        counts[isFit ? 'fits' : 'not']++;
      }),
      { numRuns: 4_000 },
    );
    expect(Math.min(counts.fits, counts.not)).toBeGreaterThan(400); // often enough to tell
  });
});

describe('frameOf', () => {
  it('is the frame as it came, whatever was made of it', () => {
    fc.assert(
      fc.property(arbitrary.anyFrame, (frame) => {
        const data = JSON.stringify(frame);
        const event = decodeEvent(data);
        const it = JSON.parse(data) as Json;
        fc.pre(event.type === 'unknown' || (event.type !== 'malformed' && canonical(it) === it));
        // As JSON, for the order of its fields is kept too.
        expect(JSON.stringify(frameOf(event))).toBe(data);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    '{"type":"done","stop_reason":{"deep":[1]}}',
    '{"type":"text-delta","delta":7,"id":null}',
    '{"type":"metadata","payload":["x"]}',
    '{"type":"todo-update","todos":["x",{}]}',
    '{"type":"brand-new","a":null}',
    '{"type":"ping","__proto__":{"a":1}}',
  ])('%s', (data) => {
    expect(JSON.stringify(frameOf(decodeEvent(data)))).toBe(data);
  });

  it('is the event itself where it fits, where it is made, and where there is no frame', () => {
    const made: RunEvent = { type: 'done', stop_reason: 'end_turn' };
    const mended = decodeEvent('{"type":"done","stop_reason":5}');
    for (const event of [
      made,
      decodeEvent('{"type":"done","stop_reason":"5"}'),
      decodeEvent('[DONE]'),
      decodeEvent('{'),
      { ...mended },
    ]) {
      expect(frameOf(event)).toBe(event);
    }
    expect(frameOf(mended)).toStrictEqual({ type: 'done', stop_reason: 5 });
  });
});

/** What is malformed keeps its data, which are then compared elsewhere. */
const strip = (event: RunEvent): unknown =>
  event.type === 'malformed' ? { ...event, data: '' } : event;
