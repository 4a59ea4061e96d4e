/** Spans of OpenTelemetry: as much of their types as is used, and what its conventions for generative AI call things. */
import { isRight } from 'fp-ts/Either';
import { ApiError, printable } from '../errors';
import { json } from '../events/json';
import type { ToolEvent } from '../events/RunEvent';
import { advance, callOf, type CallState } from '../operators/calls';
import type { RunResult } from '../operators/RunResult';
import { Usage } from './objects';

/** What a span is told. */
export interface SpanAttributes {
  [name: string]: string | number | boolean | string[];
}

/** A span of OpenTelemetry, as much of one as is used. */
export interface TraceSpan {
  setAttributes(attributes: SpanAttributes): unknown;
  addEvent(name: string, attributes?: SpanAttributes): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
}

/** A tracer of OpenTelemetry, of whatever version: as much of one as is used. */
export interface SpanTracer<S extends TraceSpan, C> {
  startSpan(name: string, options?: { kind?: number; attributes?: SpanAttributes }, context?: C): S;
}

/** OpenTelemetry's numbers: kinds of spans, and the status of one that failed. */
export const INTERNAL = 0;
export const CLIENT = 2;
export const ERROR = 2;

type Loose = { readonly [name: string]: SpanAttributes[string] | undefined };

/** Attributes without those that are undefined. */
export const given = (attributes: Loose): SpanAttributes =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );

/** What is done, and by whom. */
export const named = (what: string, name: string | undefined): string =>
  name ? `${what} ${name}` : what;

/** What went wrong, in a word that many spans share: never what the run or an error says of it. */
export const typeOf = (error: unknown): string =>
  error instanceof ApiError
    ? printable(error.code ?? error.kind)
    : error instanceof Error
      ? error.name
      : '_OTHER';

/** What a run came to, as the conventions call it. */
export const outcome = ({ status, stop_reason, usage, metrics }: RunResult): SpanAttributes => {
  const told = Usage.decode(usage ?? {});
  const used: Partial<Usage> = isRight(told) ? told.right : {};
  const cost = Number(used.cost_usd ?? metrics.claude_token_cost_usd ?? NaN);
  return given({
    'gen_ai.response.finish_reasons': stop_reason === undefined ? undefined : [stop_reason],
    'gen_ai.usage.input_tokens': used.input_tokens ?? metrics.input_tokens_used,
    'gen_ai.usage.output_tokens': used.output_tokens ?? metrics.output_tokens_used,
    'gen_ai.usage.cache_read.input_tokens': used.cache_read_tokens,
    'gen_ai.usage.cache_creation.input_tokens': used.cache_creation_tokens,
    'm8tes.usage.cost_usd': Number.isFinite(cost) ? cost : undefined,
    'm8tes.run.status': status,
  });
};

/** What it said, where that is wanted. */
export const words = ({ text, reasoning, stop_reason }: RunResult): SpanAttributes => {
  const parts = [
    ...(reasoning === '' ? [] : [{ type: 'reasoning', content: reasoning }]),
    { type: 'text', content: text },
  ];
  const message = { role: 'assistant', parts, finish_reason: stop_reason };
  return { 'gen_ai.output.messages': json([message]) };
};

/** The spans of tool calls: from a call's first event to the end of its result. */
export const toolSpans = <S extends TraceSpan>(
  start: (toolName: string, id: string) => S,
  contents: boolean,
) => {
  const open = new Map<string, { readonly span: S; readonly state: CallState }>();

  const close = (id: string): void => {
    const call = open.get(id);
    if (call === undefined) return;
    open.delete(id);
    const { args, result } = callOf(call.state);
    if (contents) {
      call.span.setAttributes({
        'gen_ai.tool.call.arguments': args,
        ...(result !== undefined && { 'gen_ai.tool.call.result': json(result) }),
      });
    }
    call.span.end();
  };

  return {
    add: (event: ToolEvent): void => {
      const id = event.toolCallId ?? '';
      const known = open.get(id);
      if (known === undefined && event.type !== 'tool-call-start') return; // over, or never begun
      const state = advance(known?.state, event);
      const span = known?.span ?? start(state.call.toolName, id);
      open.set(id, { span, state });
      if (state.call.completed) close(id);
    },
    end: (): void => [...open.keys()].forEach(close),
  };
};
