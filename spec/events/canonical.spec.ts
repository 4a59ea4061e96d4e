import fc from 'fast-check';
import { canonical } from '../../lib/events/canonical';
import { decodeEvent } from '../../lib/events/decode';
import * as arbitrary from './arbitrary';
import { rows, types } from './protocol';

type Frame = { readonly [field: string]: unknown };

const decoded = (frame: Frame): Frame => decodeEvent(JSON.stringify(frame)) as unknown as Frame;

/** A frame's event: the frame itself, with the canonical words over its own. */
const becomes = (frame: Frame, words: Frame): void => {
  expect(decoded(frame)).toStrictEqual({ ...frame, ...words });
};

const staysUnknown = (raw: Frame): void => {
  expect(decoded(raw)).toStrictEqual({ type: 'unknown', name: raw['type'], raw });
};

const isMalformed = (frame: Frame): void => {
  expect(decoded(frame)).toStrictEqual({
    type: 'malformed',
    data: JSON.stringify(frame),
    problems: ['delta: expected string'],
  });
};

/** What tells nothing where a text is expected. */
const silent = [undefined, null, ''];
/** What is no text and cannot be mended into one. */
const shapeless = [{}, [], { text: 'x' }, ['x'], [{}]];

describe('canonical', () => {
  describe.each([
    ['reasoning-delta', ['text']],
    ['thinking-delta', ['text']],
    ['plan-delta', ['text', 'plan']],
  ])('%s', (type, olderOnes) => {
    const says = (words: Frame, delta: string): void =>
      expect(decoded({ type, ...words })).toHaveProperty('delta', delta);

    it.each(olderOnes)('may carry its text in `%s`', (older) => {
      becomes({ type, [older]: 'a' }, { delta: 'a' });
      becomes({ type, [older]: 'a', more: [null] }, { delta: 'a' });
      says({ [older]: 7 }, '7');
      says({ [older]: false }, 'false');
      // An empty text counts as absent where the older one has text.
      for (const delta of [...silent, ...shapeless]) says({ delta, [older]: 'a' }, 'a');
      for (const delta of ['b', ' ', '0']) becomes({ type, delta, [older]: 'a' }, { delta });
      says({ delta: 0, [older]: 'a' }, '0');
      says({ delta: false, [older]: 'a' }, 'false');
      // Where neither has one there is none.
      for (const delta of silent) for (const text of silent) says({ delta, [older]: text }, '');
    });

    it.each(olderOnes)('is malformed where `%s` is no text either', (older) => {
      for (const value of shapeless) {
        isMalformed({ type, [older]: value });
        isMalformed({ type, delta: null, [older]: value });
        isMalformed({ type, delta: value, [older]: null });
        becomes({ type, delta: 'a', [older]: value }, { delta: 'a' });
      }
    });
  });

  it('plan-delta prefers `text` to `plan`', () => {
    const type = 'plan-delta';
    becomes({ type, text: 'a', plan: 'b' }, { delta: 'a' });
    becomes({ type, delta: null, text: '', plan: 'b' }, { delta: 'b' });
    becomes({ type, text: {}, plan: 'b' }, { delta: 'b' });
  });

  it('text-delta has no older spelling: `text` is a field like any other', () => {
    becomes({ type: 'text-delta', text: 'a' }, { delta: '' });
    becomes({ type: 'text-delta', text: {} }, { delta: '' });
  });

  it('todo-update is of the call in `toolCallId`, or else `tool_call_id`', () => {
    const frame = { type: 'todo-update', todos: [{ content: 'Find the tickets' }] };
    becomes({ ...frame, tool_call_id: 'a' }, { toolCallId: 'a' });
    becomes({ ...frame, tool_call_id: 7 }, { toolCallId: '7' });
    becomes({ ...frame, tool_call_id: 'b', toolCallId: 'a' }, { toolCallId: 'a' });
    for (const none of [...silent, ...shapeless]) {
      expect(decoded({ ...frame, toolCallId: none, tool_call_id: 'b' })).toStrictEqual({
        ...frame,
        toolCallId: 'b',
        tool_call_id: 'b',
      });
    }
    for (const none of shapeless) becomes({ ...frame, tool_call_id: none }, {});
  });

  describe('metadata', () => {
    const type = 'metadata';
    const fields = { run_id: 123, usage: { a: 1 }, other: [null] };

    it.each([undefined, null, [], ['x'], 'x', '', 5, false])(
      'is its own payload where that is %j: every field but `type`',
      (payload) => {
        const event = { type, ...fields, payload: fields };
        expect(decoded({ type, payload, ...fields })).toStrictEqual(event);
        expect(decoded({ ...fields, payload, type })).toStrictEqual(event);
        expect(decoded({ type, payload })).toStrictEqual({ type, payload: {} });
      },
    );

    it('prefers its payload to what stands beside it, though that be empty', () => {
      becomes({ type, payload: {}, ...fields }, {});
    });

    it('mends its own payload as it does another', () => {
      becomes({ type, run_id: '42', usage: 5 }, { payload: { run_id: 42 } });
      becomes({ type, run_id: null }, { payload: {} });
      expect(decoded({ type, payload: { run_id: '42' } })).toStrictEqual({
        type,
        payload: { run_id: 42 },
      });
    });

    it('takes hostile names into its own payload as data', () => {
      const event = decodeEvent('{"type":"metadata","__proto__":{"run_id":5},"toJSON":1,"then":2}');
      const { payload } = event as unknown as { payload: object };
      expect(Object.keys(payload)).toEqual(['__proto__', 'toJSON', 'then']);
      expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
      expect(payload).not.toHaveProperty('run_id');
    });
  });

  describe.each(types.filter((type) => rows[type]!.does.includes('fails')))('%s', (type) => {
    it.each<[Frame, string]>([
      [{}, 'Unknown error'],
      [{ error: null, message: null }, 'Unknown error'],
      [{ error: 'a' }, 'a'],
      [{ error: 'a', message: 'b' }, 'a'],
      [{ message: 'b' }, 'b'],
      [{ error: null, message: 'b' }, 'b'],
      [{ error: '', message: 'b' }, 'b'],
      [{ error: 0 }, '0'],
      [{ error: false, message: 'b' }, 'false'],
      [{ error: [] }, '[]'],
      [{ error: {} }, '{}'],
      [{ error: { message: 'a', code: 5 } }, 'a'],
      [{ error: { message: 'a' }, message: 'b' }, 'a'],
      [{ error: { code: 5 }, message: 'b' }, '{"code":5}'],
      [{ error: { message: '' } }, '{"message":""}'],
      [{ error: { message: null, code: 5 } }, '{"message":null,"code":5}'],
      [{ error: { message: { text: 'a' } } }, '{"message":{"text":"a"}}'],
      [{ error: { message: 5 } }, '{"message":5}'],
      [{ error: [{ message: 'a' }] }, '[{"message":"a"}]'],
      [{ message: 5 }, '5'],
      [{ message: { message: 'a' } }, 'a'],
      [{ error: '', message: { a: [null] } }, '{"a":[null]}'],
    ])('with %j says %j', (fields, error) => {
      expect(decoded({ type, ...fields })).toHaveProperty('error', error);
    });

    it('keeps `message` where it was', () => {
      becomes({ type, message: 'b', error_code: 'e1' }, { error: 'b' });
    });

    it('shows an object with hostile names as JSON', () => {
      const error = '{"__proto__":{"message":"a"},"toJSON":"b","then":null}';
      expect(decodeEvent(`{"type":"${type}","error":${error}}`)).toStrictEqual({ type, error });
    });
  });

  const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

  it.each(['error', 'message'])('shows an error too deep for JSON.stringify: `%s`', (name) => {
    const event = decodeEvent(`{"type":"error","${name}":${deep},"error_code":500}`);
    expect((event as { error?: unknown }).error === deep).toBe(true);
    expect(event).toHaveProperty('error_code', '500');
  });

  describe('content_block_delta', () => {
    const type = 'content_block_delta';

    it.each<[Frame, Frame]>([
      [{ delta: { type: 'text_delta', text: 'a' } }, { type: 'text-delta', delta: 'a' }],
      [
        { id: 'b1', index: 0, delta: { type: 'text_delta', text: 'a' } },
        { type: 'text-delta', delta: 'a', id: 'b1' },
      ],
      [
        { id: 1, delta: { type: 'text_delta', text: 7 } },
        { type: 'text-delta', delta: '7', id: '1' },
      ],
      [
        { id: 'b1', delta: { type: 'thinking_delta', text: 'a' } },
        { type: 'thinking-delta', delta: 'a', id: 'b1' },
      ],
      [
        { delta: { type: 'thinking_delta', thinking: 'a' } },
        { type: 'thinking-delta', delta: 'a' },
      ],
      [
        { delta: { type: 'thinking_delta', text: null, thinking: 'a' } },
        { type: 'thinking-delta', delta: 'a' },
      ],
      [
        { delta: { type: 'thinking_delta', text: '', thinking: 'x' } },
        { type: 'thinking-delta', delta: 'x' },
      ],
      [
        { delta: { type: 'thinking_delta', text: [], thinking: 'x' } },
        { type: 'thinking-delta', delta: 'x' },
      ],
      [
        { delta: { type: 'thinking_delta', text: 'a', thinking: {} } },
        { type: 'thinking-delta', delta: 'a' },
      ],
      [
        { id: 'b1', delta: { type: 'plan_delta', text: 'a' } },
        { type: 'plan-delta', delta: 'a', id: 'b1' },
      ],
      [
        { id: 'tc_1', delta: { type: 'input_json_delta', partial_json: '{"q"' } },
        { type: 'tool-call-delta', delta: '{"q"', toolCallId: 'tc_1' },
      ],
      [{ delta: { type: 'text_delta' } }, { type: 'text-delta', delta: '' }],
      [{ delta: { type: 'text_delta', text: null } }, { type: 'text-delta', delta: '' }],
      [{ delta: { type: 'thinking_delta' } }, { type: 'thinking-delta', delta: '' }],
      [{ delta: { type: 'plan_delta', text: null } }, { type: 'plan-delta', delta: '' }],
      [{ delta: { type: 'input_json_delta' } }, { type: 'tool-call-delta', delta: '' }],
    ])('%j', (fields, words) => {
      becomes({ type, ...fields }, words);
    });

    it('takes an id that is none for absent', () => {
      for (const id of [null, {}, ['b1']]) {
        const text = { type: 'text_delta', text: 'a' };
        expect(decoded({ type, id, delta: text })).toStrictEqual({
          type: 'text-delta',
          delta: 'a',
        });
        const delta = { type: 'input_json_delta', partial_json: '{' };
        expect(decoded({ type, id, delta })).toStrictEqual({
          type: 'tool-call-delta',
          id, // not a field of `tool-call-delta`
          delta: '{',
        });
      }
    });

    it.each<Frame>([
      {},
      { delta: null },
      { delta: 'a' },
      { delta: [] },
      { delta: {} },
      { delta: { type: null, text: 'a' } },
      { delta: { text: 'a' } },
      { delta: { type: 'signature_delta', signature: 'a' } },
      { delta: { type: 'constructor' } },
      { delta: { type: '__proto__' } },
      { delta: { type: ['text_delta'], text: 'a' } },
    ])('%j stays unknown', (fields) => {
      staysUnknown({ type, ...fields });
    });

    it.each<Frame>([
      { type: 'text_delta', text: {} },
      { type: 'text_delta', text: ['a'] },
      { type: 'thinking_delta', thinking: {} },
      { type: 'thinking_delta', text: [], thinking: '' },
      { type: 'plan_delta', text: {} },
      { type: 'input_json_delta', partial_json: {} },
    ])('%j is malformed', (delta) => {
      isMalformed({ type, delta });
    });
  });

  describe('content_block_start', () => {
    const type = 'content_block_start';

    it.each(['text', 'thinking', 'plan'])('%s', (block) => {
      const start = `${block}-start`;
      const b2 = { type: block, id: 'b2' };
      becomes({ type, id: 'b1', content_block: { type: block } }, { type: start });
      becomes({ type, content_block: b2 }, { type: start, id: 'b2' });
      becomes({ type, id: 'b1', content_block: b2 }, { type: start, id: 'b1' });
      for (const id of [null, '', {}, []]) {
        becomes({ type, id, content_block: b2 }, { type: start, id: 'b2' });
      }
      becomes({ type, id: 5, content_block: b2 }, { type: start, id: '5' });
      becomes({ type, content_block: { type: block } }, { type: start });
      becomes({ type, id: 'b1', block_type: block }, { type: start });
      for (const content_block of [null, 'x', [], 5]) {
        becomes({ type, block_type: block, content_block }, { type: start });
      }
      becomes(
        { type, block_type: block, content_block: { type: null, id: 'b2' } },
        { type: start, id: 'b2' },
      );
    });

    it('prefers the type of the block', () => {
      const frame = { type, content_block: { type: 'text' }, block_type: 'plan' };
      becomes(frame, { type: 'text-start' });
      staysUnknown({ type, content_block: { type: 'image' }, block_type: 'text' });
    });

    it('tool_use', () => {
      const start = (toolCallId: string, toolName: string): Frame => ({
        type: 'tool-call-start',
        toolCallId,
        toolName,
      });
      const block = { type: 'tool_use', id: 'tc_1', name: 'search', input: {} };
      becomes({ type, index: 1, content_block: block }, start('tc_1', 'search'));
      becomes(
        { type, block_type: 'tool_use', id: 'tc_1', name: 'search' },
        start('tc_1', 'search'),
      );
      becomes(
        { type, id: 'a', name: 'b', content_block: { type: 'tool_use', id: 'c', name: 'd' } },
        start('a', 'd'),
      );
      for (const name of [null, '', {}, []]) {
        becomes(
          { type, id: 'a', name: 'b', content_block: { type: 'tool_use', name } },
          start('a', 'b'),
        );
      }
      becomes({ type, block_type: 'tool_use' }, { type: 'tool-call-start' });
    });

    it.each<Frame>([
      {},
      { content_block: null, block_type: null },
      { content_block: 'text' },
      { content_block: { type: 'image' } },
      { content_block: { type: 5 } },
      { content_block: { type: 'toString' } },
      { block_type: '__proto__' },
      { block_type: ['text'] },
    ])('%j stays unknown', (fields) => {
      staysUnknown({ type, ...fields });
    });
  });

  it('content_block_stop has no twin', () => {
    staysUnknown({ type: 'content_block_stop', index: 0 });
    staysUnknown({ type: 'content_block_stop', id: 'b1', block_type: 'text' });
  });

  it('message_start takes its id from the message', () => {
    const type = 'message_start';
    const start = 'message-start';
    becomes(
      { type, message: { id: 'msg_1', role: 'assistant' } },
      { type: start, messageId: 'msg_1' },
    );
    becomes({ type, message: { id: 5 } }, { type: start, messageId: '5' });
    for (const message of [{ id: null }, { id: {} }, null, 'hello', [], undefined]) {
      expect(decoded({ type, id: 'x', message })).not.toHaveProperty('messageId');
      expect(decoded({ type, id: 'x', message })).toHaveProperty('type', start);
    }
  });

  it.each(['message_stop', 'message_complete'])('%s takes its id from `message_id`', (type) => {
    becomes({ type, message_id: 'msg_1' }, { type: 'message-end', messageId: 'msg_1' });
    becomes({ type, message_id: 5 }, { type: 'message-end', messageId: '5' });
    becomes({ type, message_id: null }, { type: 'message-end' });
    becomes({ type, message_id: {} }, { type: 'message-end' });
    becomes({ type }, { type: 'message-end' });
  });

  it('message_delta with text is text', () => {
    const type = 'message_delta';
    becomes({ type, delta: { text: 'a' } }, { type: 'text-delta', delta: 'a' });
    becomes({ type, id: 'b1', delta: { text: '' } }, { type: 'text-delta', delta: '' });
    staysUnknown({ type, delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } });
    for (const delta of [{ text: null }, { text: 5 }, { text: {} }, 'a', null, []]) {
      staysUnknown({ type, delta });
    }
    staysUnknown({ type });
  });

  it('tool_use is a whole call, its arguments in `input`', () => {
    const type = 'tool_use';
    const start = 'tool-call-start';
    becomes(
      { type, id: 'tc_1', name: 'search', input: { q: 'a' } },
      { type: start, toolCallId: 'tc_1', toolName: 'search' },
    );
    becomes({ type, id: 7, name: true }, { type: start, toolCallId: '7', toolName: 'true' });
    becomes({ type, id: {}, name: [] }, { type: start });
    for (const input of [0, false, '', [], {}, 'x']) {
      becomes({ type, id: 'tc_1', input }, { type: start, toolCallId: 'tc_1' });
    }
    expect(decoded({ type, id: 'a', name: null, input: null })).toStrictEqual({
      type: start,
      id: 'a',
      name: null,
      toolCallId: 'a',
    });
    becomes({ type }, { type: start });
  });

  describe('tool_result', () => {
    const type = 'tool_result';
    const end = 'tool-result-end';

    it('is of the call in `tool_use_id`, or else `id`', () => {
      becomes({ type, tool_use_id: 'a', id: 'b' }, { type: end, toolCallId: 'a' });
      for (const none of [null, '', {}, []]) {
        becomes({ type, tool_use_id: none, id: 'b' }, { type: end, toolCallId: 'b' });
      }
      becomes({ type, id: 7 }, { type: end, toolCallId: '7' });
      becomes({ type }, { type: end });
    });

    it('has its result in `content`, or else `result`', () => {
      for (const value of [0, false, '', [], {}, 'x', [{ type: 'text', text: 'a' }]]) {
        becomes({ type, content: value }, { type: end, result: value });
        becomes({ type, result: value }, { type: end });
        // Whatever is there is a result, the empty text too.
        becomes({ type, content: value, result: 'other' }, { type: end, result: value });
        becomes({ type, content: null, result: value }, { type: end });
      }
      expect(decoded({ type, id: 'a', content: null, result: null })).toStrictEqual({
        type: end,
        id: 'a',
        content: null,
        toolCallId: 'a',
      });
    });
  });

  it('leaves every other frame as it is', () => {
    const frames: Frame[] = [
      { type: 'text-delta', text: 'a' },
      { type: 'thinking', text: 'a' },
      { type: 'plan_delta', text: 'a' },
      { type: 'mcp_error', message: 'a' },
      { type: 'permission_request', request_id: 'a' },
      { type: '__proto__' },
      { type: 'constructor' },
      { type: ['tool_use'] },
      { type: null },
      {},
    ];
    for (const frame of frames) expect(canonical(frame)).toBe(frame);
  });

  it('never changes the frame it is given, and changes nothing twice', () => {
    fc.assert(
      fc.property(arbitrary.anyFrame, (frame) => {
        const before = JSON.stringify(frame);
        const once = canonical(frame);
        expect(JSON.stringify(frame)).toBe(before);
        expect(JSON.stringify(canonical(once))).toBe(JSON.stringify(once));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every field of the frame but the ones it says in other words', () => {
    const words = 'type id delta error payload toolCallId toolName messageId result'.split(' ');
    fc.assert(
      fc.property(arbitrary.anyFrame, (frame) => {
        const spelt = canonical(frame);
        for (const name of Object.keys(frame)) {
          expect(Object.hasOwn(spelt, name)).toBe(true);
          if (!words.includes(name)) expect(spelt[name]).toBe(frame[name]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
