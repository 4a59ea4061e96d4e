import { isQuestion } from '../../api/questions';
import { isObject } from '../../events/record';
import type { EventOf, ToolEvent } from '../../events/RunEvent';
import { advance, type CallState } from '../../operators/calls';
import type { UIMessageChunk } from './UIMessageChunk';

/** An event about a call, and not about the list of things to do. */
export type CallEvent = Exclude<ToolEvent, EventOf<'todo-update'>>;

/** A call of a tool, and how far its reader knows it. */
interface Call {
  state: CallState;
  /** Whose part it is: of an earlier step only the result can be told. */
  step: number;
  input: 'untold' | 'streaming' | 'told';
  /** Closed where its result is not the run's to say. */
  output: 'untold' | 'told' | 'closed';
}

/** What to call a tool that the run does not name. */
const UNNAMED = 'tool';

const ID = 'call'; // of calls without one, which are one call

/** The tool calls of a message. */
export interface Calls {
  readonly add: (event: CallEvent) => readonly UIMessageChunk[];
  /** Whether its reader has the call. */
  readonly has: (toolCallId: string) => boolean;
  /** Whether it has it in the step that is being told. */
  readonly isNow: (toolCallId: string) => boolean;
  /** The calls of this step that have come to nothing yet. */
  readonly running: () => readonly string[];
  /** The arguments of all calls of this step, as far as they have come. */
  readonly settle: () => readonly UIMessageChunk[];
  /** Tells a call, with what a consent screen calls it: a new one, or one of this step. */
  readonly tell: (
    toolCallId: string,
    toolName: string | undefined,
    input: unknown,
    title: string | undefined,
  ) => UIMessageChunk;
  /** There is no more to be told of a call: its result is not the run's to say. */
  readonly close: (toolCallId: string) => void;
  readonly isOver: (toolCallId: string) => boolean;
  /** What follows is another step; of the reader of another stream, who has these calls. */
  readonly nextStep: (known?: Iterable<string>) => void;
}

/** What a call is given; undefined where that is no JSON. Not exposed, it is given nothing. */
const inputOf = (args: string): unknown => {
  if (args === '') return {};
  try {
    return JSON.parse(args) as unknown;
  } catch {
    return undefined;
  }
};

/** What a tool says that came to nothing: an object that holds an error, and nothing else. */
const errorOf = (result: unknown): string | undefined => {
  if (!isObject(result) || Object.keys(result).length !== 1) return undefined;
  const { error } = result;
  return typeof error === 'string' && error !== '' ? error : undefined;
};

const isUnderWay = ({ call, joined }: CallState): boolean =>
  call.args !== '' || call.completed || joined !== undefined;

/**
 * Tool calls as parts of a message: dynamic ones, which the run executes. Of a result only its end
 * is told, for each piece would hold all before it. A question is no tool of its reader's, who is
 * told it when it is asked.
 */
export const calls = (): Calls => {
  const all = new Map<string, Call>();
  let has = new Set<string>();
  let step = 0;

  const named = (toolCallId: string, { call: { toolName } }: CallState) =>
    ({
      toolCallId,
      toolName: toolName || UNNAMED,
      dynamic: true,
      providerExecuted: true,
    }) as const;

  const start = (id: string, call: Call): readonly UIMessageChunk[] => {
    call.step = step;
    call.input = 'untold';
    call.output = 'untold';
    has.add(id);
    return [{ type: 'tool-input-start', ...named(id, call.state) }];
  };

  const tellInput = (id: string, call: Call): readonly UIMessageChunk[] => {
    if (call.input === 'told' || call.step !== step) return [];
    call.input = 'told';
    const { args } = call.state.call;
    const input = inputOf(args);
    return input === undefined
      ? [
          {
            type: 'tool-input-error',
            ...named(id, call.state),
            input: args,
            errorText: 'the arguments are no JSON',
          },
        ]
      : [{ type: 'tool-input-available', ...named(id, call.state), input }];
  };

  const output = (id: string, { state: { call } }: Call): UIMessageChunk => {
    const errorText = errorOf(call.result);
    return errorText === undefined
      ? { type: 'tool-output-available', toolCallId: id, output: call.result ?? null }
      : { type: 'tool-output-error', toolCallId: id, errorText };
  };

  const told = (id: string, call: Call, event: CallEvent): readonly UIMessageChunk[] => {
    switch (event.type) {
      case 'tool-call-start':
        return call.state.whole && call.state.call.args !== '{}' ? tellInput(id, call) : [];
      case 'tool-call-delta':
        if (event.delta === '' || call.step !== step) return [];
        call.input = 'streaming';
        return [{ type: 'tool-input-delta', toolCallId: id, inputTextDelta: event.delta }];
      case 'tool-call-end':
      case 'tool-result-start':
      case 'tool-result-delta':
        return tellInput(id, call);
      case 'tool-result-end': {
        const before = tellInput(id, call);
        call.output = 'told';
        return [...before, output(id, call)];
      }
    }
  };

  const add = (event: CallEvent): readonly UIMessageChunk[] => {
    const id = event.toolCallId || ID;
    const before = all.get(id);
    const state = advance(before?.state, event);
    const call = before ?? { state, step: -1, input: 'untold', output: 'untold' };
    const { toolName, result } = call.state.call;
    const isAnew =
      event.type === 'tool-call-start' &&
      (isUnderWay(call.state) || state.call.toolName !== toolName);
    call.state = state;
    all.set(id, call);
    if (isQuestion({ request_id: '', tool_name: state.call.toolName })) return [];
    if (!isAnew) {
      if (call.output === 'closed') return [];
      // What comes late adds nothing, unless it is another result.
      const isLate = event.type !== 'tool-result-end' || state.call.result === result;
      if (call.output === 'told' && isLate) return [];
    }
    const starts = isAnew || !has.has(id) ? start(id, call) : [];
    return [...starts, ...told(id, call, event)];
  };

  return {
    add,
    has: (id) => has.has(id),
    isNow: (id) => has.has(id) && all.get(id)?.step === step,
    running: () =>
      [...all].flatMap(([id, call]) =>
        call.step === step && call.output === 'untold' && has.has(id) ? [id] : [],
      ),
    settle: () => [...all].flatMap(([id, call]) => (has.has(id) ? tellInput(id, call) : [])),
    tell: (id, toolName, given, title) => {
      const before = all.get(id);
      const fresh = before?.state ?? advance(undefined, { type: 'tool-call-end', toolCallId: id });
      const name = fresh.call.toolName || toolName || UNNAMED;
      const state = { ...fresh, call: { ...fresh.call, toolName: name } };
      all.set(id, { state, step, input: 'told', output: 'untold' });
      has.add(id);
      const input = given ?? inputOf(state.call.args) ?? state.call.args;
      return {
        type: 'tool-input-available',
        ...named(id, state),
        input,
        ...(title !== undefined && { title }),
      };
    },
    close: (id) => {
      const call = all.get(id);
      const state = call?.state ?? advance(undefined, { type: 'tool-call-end', toolCallId: id });
      all.set(id, { step: -1, input: 'told', ...call, state, output: 'closed' });
    },
    isOver: (id) => (all.get(id)?.output ?? 'untold') !== 'untold',
    nextStep: (known) => {
      step += 1;
      if (known !== undefined) has = new Set(known);
    },
  };
};
