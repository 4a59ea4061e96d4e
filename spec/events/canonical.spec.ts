import fc from 'fast-check';
import { canonical } from '../../lib/events/canonical';
import { decode } from '../../lib/events/decode';
import * as arbitrary from './arbitrary';

type Frame = { readonly [field: string]: unknown };

/** A native frame's event: the frame itself, with the canonical words over its own. */
const becomes = (frame: Frame, words: Frame): void => {
  expect(decode(JSON.stringify(frame))).toStrictEqual({ ...frame, ...words });
};

const staysUnknown = (raw: Frame): void => {
  expect(decode(JSON.stringify(raw))).toStrictEqual({ type: 'unknown', name: raw['type'], raw });
};

describe('canonical', () => {
  describe('content_block_delta', () => {
    const type = 'content_block_delta';

    it.each<[Frame, Frame]>([
      [{ delta: { type: 'text_delta', text: 'a' } }, { type: 'text-delta', delta: 'a' }],
      [
        { id: 'b1', index: 0, delta: { type: 'text_delta', text: 'a' } },
        { type: 'text-delta', delta: 'a', id: 'b1' },
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
        { delta: { type: 'thinking_delta', text: '', thinking: 'a' } },
        { type: 'thinking-delta', delta: '' },
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

    it('takes a null id for none', () => {
      const delta = { type: 'input_json_delta', partial_json: '{' };
      expect(decode(JSON.stringify({ type, id: null, delta }))).toStrictEqual({
        type: 'tool-call-delta',
        id: null, // not a field of `tool-call-delta`
        delta: '{',
      });
      const text = { type: 'text_delta', text: 'a' };
      expect(decode(JSON.stringify({ type, id: null, delta: text }))).toStrictEqual({
        type: 'text-delta',
        delta: 'a',
      });
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
    ])('%j stays unknown', (fields) => {
      staysUnknown({ type, ...fields });
    });

    it.each([
      [{ type: 'text_delta', text: 5 }, 'delta: expected string'],
      [{ type: 'thinking_delta', thinking: {} }, 'delta: expected string'],
      [{ type: 'input_json_delta', partial_json: {} }, 'delta: expected string'],
    ])('%j is malformed', (delta, problem) => {
      const data = JSON.stringify({ type, delta });
      expect(decode(data)).toStrictEqual({ type: 'malformed', data, problems: [problem] });
    });
  });

  describe('content_block_start', () => {
    const type = 'content_block_start';

    it.each(['text', 'thinking', 'plan'])('%s', (block) => {
      const start = `${block}-start`;
      becomes({ type, id: 'b1', content_block: { type: block } }, { type: start });
      becomes({ type, content_block: { type: block, id: 'b2' } }, { type: start, id: 'b2' });
      becomes(
        { type, id: 'b1', content_block: { type: block, id: 'b2' } },
        { type: start, id: 'b1' },
      );
      becomes(
        { type, id: null, content_block: { type: block, id: 'b2' } },
        { type: start, id: 'b2' },
      );
      becomes({ type, content_block: { type: block } }, { type: start });
      becomes({ type, id: 'b1', block_type: block }, { type: start });
      becomes({ type, block_type: block, content_block: null }, { type: start });
      becomes({ type, block_type: block, content_block: 'x' }, { type: start });
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
      becomes(
        {
          type,
          index: 1,
          content_block: { type: 'tool_use', id: 'tc_1', name: 'search', input: {} },
        },
        start('tc_1', 'search'),
      );
      becomes(
        { type, block_type: 'tool_use', id: 'tc_1', name: 'search' },
        start('tc_1', 'search'),
      );
      becomes(
        { type, id: 'a', name: 'b', content_block: { type: 'tool_use', id: 'c', name: 'd' } },
        start('a', 'd'),
      );
      becomes(
        { type, id: 'a', name: 'b', content_block: { type: 'tool_use', name: null } },
        start('a', 'b'),
      );
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
    ])('%j stays unknown', (fields) => {
      staysUnknown({ type, ...fields });
    });

    it('is malformed with an id that is no text', () => {
      expect(
        decode(JSON.stringify({ type, id: 5, content_block: { type: 'text' } })),
      ).toMatchObject({
        type: 'malformed',
        problems: ['id: expected string'],
      });
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
    becomes({ type, id: 'x', message: { id: null } }, { type: start });
    becomes({ type, message: null }, { type: start });
    becomes({ type, message: 'hello' }, { type: start });
    becomes({ type }, { type: start });
  });

  it.each(['message_stop', 'message_complete'])('%s takes its id from `message_id`', (type) => {
    becomes({ type, message_id: 'msg_1' }, { type: 'message-end', messageId: 'msg_1' });
    becomes({ type, message_id: null }, { type: 'message-end' });
    becomes({ type }, { type: 'message-end' });
  });

  it('message_delta with text is text', () => {
    const type = 'message_delta';
    becomes({ type, delta: { text: 'a' } }, { type: 'text-delta', delta: 'a' });
    becomes({ type, id: 'b1', delta: { text: '' } }, { type: 'text-delta', delta: '' });
    staysUnknown({ type, delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } });
    staysUnknown({ type, delta: { text: null } });
    staysUnknown({ type, delta: { text: 5 } });
    staysUnknown({ type, delta: 'a' });
    staysUnknown({ type, delta: null });
    staysUnknown({ type });
  });

  it('tool_use is a whole call, its arguments in `input`', () => {
    const type = 'tool_use';
    const start = 'tool-call-start';
    becomes(
      { type, id: 'tc_1', name: 'search', input: { q: 'a' } },
      { type: start, toolCallId: 'tc_1', toolName: 'search' },
    );
    for (const input of [0, false, '', [], {}, 'x']) {
      becomes({ type, id: 'tc_1', input }, { type: start, toolCallId: 'tc_1' });
    }
    expect(decode('{"type":"tool_use","id":"a","name":null,"input":null}')).toStrictEqual({
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
      becomes({ type, tool_use_id: null, id: 'b' }, { type: end, toolCallId: 'b' });
      becomes({ type, id: 'b' }, { type: end, toolCallId: 'b' });
      becomes({ type }, { type: end });
    });

    it('has its result in `content`, or else `result`', () => {
      for (const value of [0, false, '', [], {}, 'x', [{ type: 'text', text: 'a' }]]) {
        becomes({ type, content: value }, { type: end, result: value });
        becomes({ type, result: value }, { type: end });
        becomes({ type, content: value, result: 'other' }, { type: end, result: value });
        becomes({ type, content: null, result: value }, { type: end });
      }
      expect(decode('{"type":"tool_result","id":"a","content":null,"result":null}')).toStrictEqual({
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
        if (decode(before).type === 'malformed') return;
        expect(JSON.stringify(canonical(once))).toBe(JSON.stringify(once));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every field of the frame but the ones it says in other words', () => {
    const said = new Set([
      'type',
      'id',
      'delta',
      'error',
      'payload',
      'toolCallId',
      'toolName',
      'messageId',
      'result',
    ]);
    fc.assert(
      fc.property(arbitrary.anyFrame, (frame) => {
        const spelt = canonical(frame);
        for (const name of Object.keys(frame)) {
          expect(Object.hasOwn(spelt, name)).toBe(true);
          if (!said.has(name)) expect(spelt[name]).toBe(frame[name]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
