import { inspect } from 'node:util';
import type { RunResult } from '../../lib/operators/RunResult';
import { snapshot } from '../../lib/operators/snapshot';
import type { ToolCall } from '../../lib/operators/ToolCall';
import { nothing } from './runs';

const call: ToolCall = {
  toolCallId: 'tc_1',
  toolName: 'search',
  args: '{}',
  result: 0,
  todos: [],
  completed: true,
};
const plain: RunResult = { ...nothing, text: 'hi', toolCalls: [call], errors: ['no'] };

const made = (read: () => void = () => {}): RunResult => {
  const { toolCalls, errors, ...rest } = plain;
  const reading =
    <T>(list: T): (() => T) =>
    () => {
      read();
      return list;
    };
  return snapshot(rest, { toolCalls: reading(toolCalls), errors: reading(errors) });
};

describe('snapshot', () => {
  it('reads its lists when somebody else does', () => {
    const read = jest.fn();
    const result = made(read);
    expect(result.text).toBe('hi');
    expect(read).not.toHaveBeenCalled();
    expect(result.toolCalls).toEqual([call]);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('is equal to a plain object', () => {
    expect(made()).toEqual(plain);
    expect(plain).toEqual(made());
    expect(made()).toStrictEqual(plain);
    expect(made()).not.toEqual({ ...plain, toolCalls: [] });
    expect(Object.keys(made()).sort()).toEqual(Object.keys(plain).sort());
    expect(Object.getPrototypeOf(made())).toBe(Object.prototype);
  });

  it('is written, spread and cloned like one', () => {
    expect(JSON.parse(JSON.stringify(made()))).toEqual(JSON.parse(JSON.stringify(plain)));
    const { toolCalls, ...rest } = made();
    expect({ ...rest, toolCalls }).toEqual(plain);
    expect(structuredClone(made())).toEqual(plain);
    expect(Object.freeze(made())).toEqual(plain);
  });

  it('is shown like one', () => {
    expect(inspect(made())).not.toContain('Getter');
    expect(inspect(made())).toContain("errors: [ 'no' ]");
    expect(inspect({ result: made() }, { depth: 3 })).toContain("toolName: 'search'");
  });
});
