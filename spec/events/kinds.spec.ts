import fc from 'fast-check';
import { decodeEvent } from '../../lib/events/decode';
import {
  asksPeople,
  beginsTurn,
  channelOf,
  deltaOf,
  hasEnded,
  isAside,
  isFailure,
  isInfrastructure,
  isState,
  isStateChannel,
  isTerminal,
  isToolEvent,
  withDelta,
} from '../../lib/events/kinds';
import type {
  DeltaEvent,
  FailureEvent,
  RunEvent,
  TerminalEvent,
  ToolEvent,
} from '../../lib/events/RunEvent';
import * as arbitrary from './arbitrary';
import { rows, types, type Does, type Doing } from './protocol';

const event = (frame: object): RunEvent => decodeEvent(JSON.stringify(frame));

/** All that is said of what an event does, in the words of the contract's table. */
const does = (event: RunEvent): readonly Does[] => {
  const told: { readonly [D in Does]: boolean } = {
    delta: deltaOf(event) !== undefined,
    tool: isToolEvent(event),
    asks: asksPeople(event),
    fails: isFailure(event),
    state: isState(event),
    remark: isAside(event) && !isInfrastructure(event),
    housekeeping: isInfrastructure(event),
    begins: beginsTurn(event),
    'goes on': !hasEnded(true, event) && !beginsTurn(event),
    ends: isTerminal(event),
  };
  return (Object.keys(told) as Does[]).filter((one) => told[one]).sort();
};
const sorted = (does: readonly Does[]): readonly Does[] => [...does].sort();

describe('kinds', () => {
  it.each(types.map((type) => [type, rows[type]!.does] as const))('%s: %j', (type, expected) => {
    expect(does(event({ type }))).toEqual(sorted(expected));
    const one = event({ type, id: 'an id' });
    expect(isStateChannel(channelOf(one))).toBe(isState(one));
    // A subtype says something only where the type does not. [wire §3]
    expect(does(event({ type, subtype: 'init' }))).toEqual(sorted(expected));
  });

  it('an event does what its type does, whatever its fields hold', () => {
    fc.assert(
      fc.property(arbitrary.knownFrame, (frame) => {
        const decoded = event(frame);
        fc.pre(decoded.type !== 'malformed');
        const { type } = decoded;
        const isBill = type === 'metadata' && decoded.payload.usage !== undefined;
        const expected = rows[type]!.does.filter((one) => !isBill || one !== 'goes on');
        expect(does(decoded)).toEqual(sorted(expected));
      }),
      { numRuns: 500 },
    );
  });

  it('of what nobody understands nothing is said', () => {
    for (const data of ['', '[]', '{"type":"done"', '{"type":"sdk_error"}}', '"done"']) {
      expect(decodeEvent(data).type).toBe('malformed');
      expect(does(decodeEvent(data))).toEqual([]);
    }
    expect(does(event({ type: 'text-delta', delta: {} }))).toEqual([]);
    for (const type of [...arbitrary.hostile, 'DONE', 'done ', 'run.completed', '', null, 5]) {
      expect(does(event({ type, name: 'done', place: 'ends', deeds: ['fails'] }))).toEqual([]);
    }
  });

  it('native frames do what they become does', () => {
    expect(does(event({ type: 'message_start' }))).toEqual(['begins']);
    expect(does(event({ type: 'message_stop' }))).toEqual([]);
    expect(does(event({ type: 'tool_use' }))).toEqual(['begins', 'tool']);
    expect(does(event({ type: 'tool_use', subtype: 'init' }))).toEqual(['begins', 'tool']);
    expect(does(event({ type: 'tool_result' }))).toEqual(['tool']);
    expect(does(event({ type: 'content_block_stop' }))).toEqual([]);
    expect(does(event({ type: 'message_delta', delta: { text: '' } }))).toEqual([
      'begins',
      'delta',
    ]);
  });

  describe('isTerminal', () => {
    it('an ending is an ending whatever it carries', () => {
      for (const type of types.filter((type) => rows[type]!.does.includes('ends'))) {
        for (const value of [{}, [], 5, '', true, [[null]]]) {
          const carried = {
            ...{ stop_reason: value, completion_state: value, unresolved_tool_use_ids: value },
            ...{ error: value, error_code: value, message: value, payload: value, id: value },
          };
          expect(isTerminal(event({ type, ...carried }))).toBe(true);
        }
      }
    });

    it.each(['[DONE]', ' [DONE]\r\n'])('%j is one', (data) => {
      expect(isTerminal(decodeEvent(data))).toBe(true);
    });
  });

  describe('isInfrastructure', () => {
    it.each(['system', 'result', '', null, ...arbitrary.hostile])(
      'an unknown %j is with the subtype `init` or `success`, and else is not',
      (type) => {
        expect(isInfrastructure(event({ type, subtype: 'init' }))).toBe(true);
        expect(isInfrastructure(event({ type, subtype: 'success' }))).toBe(true);
        for (const subtype of ['', 'INIT', 'error', 'init ', null, true, ['init'], { init: 1 }]) {
          expect(isInfrastructure(event({ type, subtype }))).toBe(false);
        }
        expect(isInfrastructure(event({ type }))).toBe(false);
      },
    );

    it('does not look for the subtype where the frame did not put it', () => {
      const inherited = '{"type":"x","__proto__":{"subtype":"init"}}';
      expect(isInfrastructure(decodeEvent(inherited))).toBe(false);
      expect(isInfrastructure(event({ type: 'x', payload: { subtype: 'init' } }))).toBe(false);
    });
  });

  describe('isAside', () => {
    it('is housekeeping and what a client remarks, and nothing else', () => {
      const asides = types.filter((type) => isAside(event({ type })));
      const isLeft = (does: Does) => types.filter((type) => rows[type]!.does.includes(does));
      expect(asides.sort()).toEqual([...isLeft('housekeeping'), ...isLeft('remark')].sort());
      expect(isAside(event({ type: 'system', subtype: 'init' }))).toBe(true);
      expect(isAside(event({ type: 'Settled' }))).toBe(false);
    });
  });

  describe('deltaOf', () => {
    it('is the text as it was decoded, the empty one too', () => {
      expect(deltaOf(event({ type: 'plan-delta' }))).toBe('');
      expect(deltaOf(event({ type: 'plan-delta', plan: 'a' }))).toBe('a');
      expect(deltaOf(event({ type: 'tool-result-delta', delta: 7 }))).toBe('7');
    });

    it('of an unknown type is its `delta`, where that is text', () => {
      expect(deltaOf(event({ type: 'new-delta', delta: 'a' }))).toBe('a');
      expect(deltaOf(event({ type: 'new-delta', delta: '' }))).toBe('');
      for (const delta of [7, true, null, {}, ['a'], undefined]) {
        expect(deltaOf(event({ type: 'new-delta', delta }))).toBeUndefined();
      }
      expect(deltaOf(decodeEvent('{"type":"x","__proto__":{"delta":"a"}}'))).toBeUndefined();
    });

    it('of a type that is no delta is none, whatever it calls so', () => {
      for (const type of ['message-delta', 'plan_delta', 'done', 'ping']) {
        expect(deltaOf(event({ type, delta: 'a' }))).toBeUndefined();
      }
    });
  });

  describe('withDelta', () => {
    it('puts another one in its place, in a copy', () => {
      const given = Object.freeze({
        type: 'text-delta',
        delta: 'ab',
        id: 't1',
        more: [1],
      } as const);
      expect(withDelta(given, 'b')).toStrictEqual({ ...given, delta: 'b' });
      expect(given.delta).toBe('ab');
    });

    it('and in an unknown one, whose frame it stands in', () => {
      const given = event({ type: 'new-delta', delta: 'ab', id: 't1' });
      expect(withDelta(given, 'b')).toStrictEqual({
        type: 'unknown',
        name: 'new-delta',
        raw: { type: 'new-delta', delta: 'b', id: 't1' },
      });
      expect(deltaOf(given)).toBe('ab');
    });

    it('is what `deltaOf` then reads', () => {
      fc.assert(
        fc.property(arbitrary.anyEvent, fc.string(), (given, delta) => {
          const event = given as unknown as RunEvent;
          fc.pre(deltaOf(event) !== undefined);
          expect(deltaOf(withDelta(event, delta))).toBe(delta);
          expect(withDelta(withDelta(event, delta), deltaOf(event)!)).toEqual(event);
        }),
      );
    });
  });

  describe('hasEnded', () => {
    const after = (...frames: readonly object[]): boolean =>
      frames.map(event).reduce(hasEnded, false);
    const done = { type: 'done' };

    it.each(types)('after %s alone, only if it ends the turn', (type) => {
      expect(after({ type })).toBe(rows[type]!.does.includes('ends'));
    });

    it('what may follow an ending does not take it back; the next turn does', () => {
      expect(after(done, { type: 'run_metrics' }, { type: 'ping' }, done)).toBe(true);
      expect(after(done, { type: 'brand-new' }, { type: 'text-delta', delta: [] })).toBe(true);
      expect(after(done, { type: 'text-delta' })).toBe(false);
      expect(after(done, { type: 'tool-call-end' }, { type: 'run_metrics' })).toBe(false);
      expect(after(done, { type: 'text-delta' }, { type: 'error' }, done)).toBe(true);
    });

    it('metadata head the next turn, but with `usage` they are the bill of this one', () => {
      const metadata = (fields: object): object => ({ type: 'metadata', ...fields });
      expect(after(done, metadata({ payload: { usage: { total_tokens: 5 } } }))).toBe(true);
      expect(after(done, metadata({ usage: {} }))).toBe(true);
      expect(after(done, metadata({ payload: { run_id: 5 } }))).toBe(false);
      expect(after(done, metadata({ payload: { run_id: 5, usage: null } }))).toBe(false);
      // No bill: it does not fit, and is absent.
      expect(after(done, metadata({ payload: { usage: 5 } }))).toBe(false);
      // A bill ends nothing.
      expect(after(metadata({ usage: {} }))).toBe(false);
    });
  });

  // Checked by the compiler; it runs only to be counted.
  it('narrow to the events of the types that do so', () => {
    type Same<A, B> = [A, B] extends [B, A] ? true : false;
    const holds = <_T extends true>(): void => expect(true).toBe(true);
    holds<Same<DeltaEvent['type'], Doing<'delta'>>>();
    holds<Same<ToolEvent['type'], Doing<'tool'>>>();
    holds<Same<FailureEvent['type'], Doing<'fails'>>>();
    holds<Same<TerminalEvent['type'], Doing<'ends'>>>();
    const said = (event: RunEvent): unknown =>
      isFailure(event) ? event.error : isToolEvent(event) ? event.toolCallId : undefined;
    expect(said({ type: 'error', error: 'no' })).toBe('no');
    expect(said({ type: 'todo-update', toolCallId: 'a', todos: [] })).toBe('a');
  });
});

const channel = (frame: object) => channelOf(decodeEvent(JSON.stringify(frame)));

describe('channelOf', () => {
  it.each([
    [{ type: 'text-delta', delta: 'a' }, 'text-delta'],
    [{ type: 'text-delta', delta: 'a', id: 't1' }, 'text-delta t1'],
    [{ type: 'tool-call-delta', toolCallId: 'tc_1', delta: '' }, 'tool-call-delta tc_1'],
    [{ type: 'tool-result-end', toolCallId: 'tc_1' }, 'tool-result-end tc_1'],
    [{ type: 'message-start', messageId: 'm1' }, 'message-start m1'],
    [{ type: 'permission_request', request_id: 'r1' }, 'permission_request r1'],
    [{ type: 'source-url', id: 7 }, 'source-url 7'],
    [{ type: 'source-url', id: { of: 'no use' } }, 'source-url'],
    [{ type: 'done' }, 'done'],
  ])('of %j is %s', (frame, expected) => {
    expect(channel(frame)).toBe(expected);
  });

  it('of a native frame is that of the event it is', () => {
    const native = {
      type: 'content_block_delta',
      id: 'b1',
      delta: { type: 'text_delta', text: '' },
    };
    expect(channel(native)).toBe('text-delta b1');
  });

  it('of an unknown event is its own, by name and id', () => {
    expect(channel({ type: 'weather' })).toBe('unknown weather');
    expect(channel({ type: 'weather', id: 'w1' })).toBe('unknown weather w1');
    expect(channel({})).toBe('unknown ');
  });

  it('is one for all that is malformed', () => {
    expect(channelOf(decodeEvent('no JSON'))).toBe('malformed');
    expect(channelOf(decodeEvent('{"type":"text-delta","delta":{},"id":"t1"}'))).toBe('malformed');
  });
});
