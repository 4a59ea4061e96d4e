import { isRight } from 'fp-ts/Either';
import fc from 'fast-check';
import { fits } from '../../lib/events/fits';
import { RunEvent } from '../../lib/events/RunEvent';
import * as arbitrary from './arbitrary';

/** Whether the codec hands a frame on as it is. */
const isLeftAsItIs = (frame: unknown): boolean => {
  const decoded = RunEvent.decode(frame);
  return isRight(decoded) && decoded.right === frame;
};

describe('fits', () => {
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
    expect(fits(frame)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a field is missing', { type: 'text-delta' }],
    ['a field is null', { type: 'text-delta', delta: 'a', id: null }],
    ['a field is wrong', { type: 'text-delta', delta: 5 }],
    ['a field within is wrong', { type: 'metadata', payload: { run_id: '123' } }],
    ['the spelling is an older one', { type: 'thinking-delta', text: 'a' }],
    ['the spelling is older in part', { type: 'todo-update', todos: [], tool_call_id: 'a' }],
    ['the frame is a native one', { type: 'message_stop' }],
    ['the type is unknown', { type: 'brand-new' }],
    ['the type is of our own making', { type: 'unknown', name: 'a', raw: {} }],
    ['the type is a name that objects have', { type: 'constructor' }],
    ['there is no type', {}],
    ['it is a list', [{ type: 'done' }]],
    ['it is null', null],
    ['it is a text', 'done'],
    ['it is nothing', undefined],
  ])('no event where %s', (_, frame) => {
    expect(fits(frame)).toBe(false);
  });

  it('whatever the codec hands on as it is, and nothing else', () => {
    const counts = { fits: 0, not: 0 };
    const frame = fc.oneof(
      arbitrary.anyFrame,
      arbitrary.anyEvent,
      arbitrary.eventOf('text-delta'),
      arbitrary.json,
    );
    fc.assert(
      fc.property(frame, (frame) => {
        expect(fits(frame)).toBe(isLeftAsItIs(frame));
        counts[fits(frame) ? 'fits' : 'not']++;
      }),
      { numRuns: 4_000 },
    );
    expect(Math.min(counts.fits, counts.not)).toBeGreaterThan(400); // often enough to tell
  });
});
