import { isRight } from 'fp-ts/Either';
import fc from 'fast-check';
import { decodeEvent } from '../../lib/events/decode';
import {
  codecs,
  RunEvent,
  type EventOf,
  type EventType,
  type EventWith,
  type MalformedEvent,
  type OutputEvent,
  type UnknownEvent,
} from '../../lib/events/RunEvent';
import * as arbitrary from './arbitrary';
import { types, type protocol } from './protocol';

describe('RunEvent', () => {
  describe('the codec', () => {
    it('decodes the JSON of a frame', () => {
      expect(RunEvent.decode({ type: 'text-delta', id: null })).toMatchObject({
        right: { type: 'text-delta', delta: '' },
      });
      expect(RunEvent.decode({ type: 'done', stop_reason: 5 })).toMatchObject({
        right: { type: 'done', stop_reason: '5' },
      });
      expect(isRight(RunEvent.decode({ type: 'text-delta', delta: {} }))).toBe(false);
      expect(isRight(RunEvent.decode([]))).toBe(false);
      expect(isRight(RunEvent.decode(undefined))).toBe(false);
    });

    it('takes what fits as it is, without a copy', () => {
      const frame = { type: 'text-delta', delta: 'a', more: {} };
      const decoded = RunEvent.decode(frame);
      expect(isRight(decoded) && decoded.right).toBe(frame);
    });

    it('takes an unknown type for a success', () => {
      const raw = { type: 'brand-new' };
      expect(RunEvent.decode(raw)).toStrictEqual({
        _tag: 'Right',
        right: { type: 'unknown', name: 'brand-new', raw },
      });
    });

    it('changes no frame it is given', () => {
      fc.assert(
        fc.property(arbitrary.anyFrame, (frame) => {
          const before = JSON.stringify(frame);
          RunEvent.decode(frame);
          expect(JSON.stringify(frame)).toBe(before);
        }),
        { numRuns: 500 },
      );
    });

    it('knows every event by sight', () => {
      fc.assert(
        fc.property(arbitrary.anyData, (data) => {
          expect(RunEvent.is(decodeEvent(data))).toBe(true);
        }),
        { numRuns: 500 },
      );
      fc.assert(
        fc.property(arbitrary.anyEvent, (event) => {
          expect(RunEvent.is(event)).toBe(true);
        }),
        { numRuns: 500 },
      );
    });

    it.each([
      null,
      undefined,
      'done',
      [],
      {},
      { type: 'brand-new' },
      { type: 'constructor' },
      { type: '__proto__' },
      { type: 'unknown' },
      { type: 'unknown', name: 'x', raw: [] },
      { type: 'malformed', data: 'x' },
      { type: 'malformed', data: 'x', problems: [5] },
      { type: 'metadata', payload: { run_id: '42' } },
      { type: 'todo-update', todos: ['x'] },
      { type: 'text-delta' },
      { type: 'text-delta', delta: 'a', id: null },
      { type: 'tool-result-end', result: null },
      { type: 'done', stop_reason: 5 },
    ])('does not take %j for an event', (value) => {
      expect(RunEvent.is(value)).toBe(false);
    });
  });

  describe('codecs', () => {
    it('are there for each type of the table, called by it, and for no other', () => {
      expect([...codecs.keys()].sort()).toEqual([...types].sort());
      for (const [type, codec] of codecs) expect(codec.name).toBe(type);
      for (const type of arbitrary.hostile) expect(codecs.get(type)).toBeUndefined();
    });
  });

  // What follows is checked by the compiler; it runs only to be counted.
  describe('the types', () => {
    type Same<A, B> =
      (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
    const holds = <_T extends true>(): void => expect(true).toBe(true);
    type IsOptional<T, K extends keyof T> = Record<never, never> extends Pick<T, K> ? true : false;

    it('are those of the table, and three more', () => {
      holds<Same<EventType, keyof typeof protocol | 'unknown' | 'malformed' | 'output'>>();
      holds<Same<RunEvent['type'], EventType>>();
      holds<Same<EventOf<'unknown'>, UnknownEvent>>();
      holds<Same<EventOf<'malformed'>, MalformedEvent>>();
      holds<Same<EventOf<'output'>, OutputEvent>>();
      holds<Same<Extract<EventWith<7>, { type: 'output' }>, OutputEvent<7>>>();
    });

    it('know no misspelt type', () => {
      // @ts-expect-error `text_delta` is spelt `text-delta`
      type Misspelt = EventOf<'text_delta'>;
      // @ts-expect-error a type is spelt as on the wire
      const type: EventType = 'textDelta';
      const compared = (event: RunEvent): boolean =>
        // @ts-expect-error no event is of this type
        event.type === 'text_delta';
      // @ts-expect-error no event is of this type
      const event: RunEvent = { type: 'text_delta', delta: 'a' };
      const misspelt: Misspelt[] = [];
      expect([type, event.type, misspelt, compared({ type: 'done' })]).toHaveLength(4);
    });

    it('narrow by `type`', () => {
      const narrowed = (event: RunEvent): unknown => {
        switch (event.type) {
          case 'text-delta':
            holds<Same<typeof event.delta, string>>();
            return event.delta.length;
          case 'tool-result-end':
            holds<Same<typeof event.result, unknown>>();
            return event.result;
          case 'metadata':
            holds<Same<typeof event.payload.run_id, number | undefined>>();
            return event.payload.run_id;
          case 'error':
            holds<Same<typeof event.error, string>>();
            return event.error;
          case 'unknown':
            holds<Same<typeof event.name, string>>();
            return event.raw['anything'];
          case 'malformed':
            holds<Same<typeof event.problems, readonly string[]>>();
            return event.data;
          default:
            // @ts-expect-error the deltas are gone, `sandbox_metrics` and others have none
            return event.delta;
        }
      };
      expect(narrowed({ type: 'text-delta', delta: 'ab' })).toBe(2);
      expect(narrowed({ type: 'tool-result-end', result: 0 })).toBe(0);
      expect(narrowed({ type: 'metadata', payload: { run_id: 5 } })).toBe(5);
      expect(narrowed({ type: 'error', error: 'x' })).toBe('x');
      expect(narrowed({ type: 'unknown', name: 'x', raw: { anything: 1 } })).toBe(1);
      expect(narrowed({ type: 'malformed', data: 'x', problems: [] })).toBe('x');
    });

    it('always have a delta, an error, a payload, todos', () => {
      holds<Same<IsOptional<EventOf<'text-delta'>, 'delta'>, false>>();
      holds<Same<IsOptional<EventOf<'thinking-delta'>, 'delta'>, false>>();
      holds<Same<IsOptional<EventOf<'tool-call-delta'>, 'delta'>, false>>();
      holds<Same<IsOptional<EventOf<'error'>, 'error'>, false>>();
      holds<Same<IsOptional<EventOf<'sdk_error'>, 'error'>, false>>();
      holds<Same<IsOptional<EventOf<'metadata'>, 'payload'>, false>>();
      holds<Same<IsOptional<EventOf<'todo-update'>, 'todos'>, false>>();
      // @ts-expect-error a `text-delta` has a delta
      const event: RunEvent = { type: 'text-delta' };
      expect(event.type).toBe('text-delta');
    });

    it('have optional fields, without null and without undefined', () => {
      holds<Same<IsOptional<EventOf<'text-delta'>, 'id'>, true>>();
      holds<Same<IsOptional<EventOf<'tool-call-start'>, 'input'>, true>>();
      holds<Same<IsOptional<EventOf<'tool-result-end'>, 'result'>, true>>();
      holds<Same<IsOptional<EventOf<'done'>, 'stop_reason'>, true>>();
      holds<Same<Required<EventOf<'text-delta'>>['id'], string>>();
      holds<Same<Required<EventOf<'done'>>['stop_reason'], string>>();
      holds<Same<Required<EventOf<'run_metrics'>>['execution_time_ms'], number>>();
      holds<Same<Required<EventOf<'run_metrics'>>['claude_token_cost_usd'], number | string>>();
      holds<Same<Required<EventOf<'tool-call-start'>>['toolName'], string>>();

      type Nulled = {
        [K in EventType]: { [F in keyof EventOf<K>]: null extends EventOf<K>[F] ? F : never };
      };
      // `input`, `result` and `output_data` are any JSON: `unknown`, which includes null, though none arrives.
      type Nullable = { [K in EventType]: Nulled[K][keyof Nulled[K]] }[EventType];
      holds<Same<Exclude<Nullable, undefined>, 'input' | 'result' | 'output_data'>>();

      // @ts-expect-error absent, not null
      const nulled: RunEvent = { type: 'text-delta', delta: 'a', id: null };
      // @ts-expect-error absent, not undefined
      const undefinedId: RunEvent = { type: 'text-delta', delta: 'a', id: undefined };
      expect([nulled.type, undefinedId.type]).toHaveLength(2);
    });

    it('are read-only', () => {
      const write = (event: EventOf<'text-delta'>, todos: EventOf<'todo-update'>): void => {
        // @ts-expect-error an event is read-only
        event.delta = 'b';
        // @ts-expect-error and so is its type
        event.type = 'text-delta';
        // @ts-expect-error and its list
        todos.todos.push({});
      };
      expect(write).toHaveLength(2);
    });
  });
});
