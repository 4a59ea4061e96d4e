import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { printable } from '../errors';
import { isToolEvent } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';
import { inner } from '../operator';
import { fold } from '../operators/fold';
import type { ConnectionState } from '../stream/Healing';
import {
  CLIENT,
  ERROR,
  given,
  INTERNAL,
  named,
  outcome,
  toolSpans,
  typeOf,
  words,
  type SpanAttributes,
  type SpanTracer,
  type TraceSpan,
} from './spans';

/** What a span is told beside what the run says. */
export interface TracedOptions<S extends TraceSpan = TraceSpan, C = unknown> {
  /** Who works: the span is called after its `name`. */
  readonly agent?:
    | {
        readonly name?: string | undefined;
        readonly id?: string | number | undefined;
        readonly version?: string | undefined;
      }
    | undefined;
  /** The model that was asked for. */
  readonly model?: string | undefined;
  /** More attributes, such as `server.address`. */
  readonly attributes?: SpanAttributes | undefined;
  /** The client whose run it is: what its stream goes through becomes events of the span. */
  readonly client?: { readonly connection$: Observable<ConnectionState> } | undefined;
  /** Whether spans hold what the run says, and what its tools take and give. Default `false`. */
  readonly contents?: boolean | undefined;
  /**
   * Makes a span of each tool call, in this context: `(span) => trace.setSpan(context.active(), span)`
   * makes them children. Only where nobody else traces the tools.
   */
  readonly tools?: ((span: S) => C) | undefined;
}

/**
 * Traces a run: one span by the conventions of OpenTelemetry for generative AI, from its subscription
 * to its end, whatever its stream goes through in between. Every event is passed on as it is.
 *
 * ```
 * events:    --m--t--u--d--|
 *            traced(tracer)
 * result:    --m--t--u--d--|
 * span:      ^-------------!
 * ```
 *
 * The span is `invoke_agent {name}`, of kind CLIENT, and has the run's id (`gen_ai.conversation.id`),
 * why it finished, and what it took. Where the run or its stream failed it says so, by `error.type`. One
 * that is unsubscribed from has ended too, with `m8tes.run.status` `running`. It holds nothing of what
 * the run says, unless `contents` asks for it. Put `retry` before it, and one span is all the tries.
 *
 * @example
 * ```ts
 * import { context, trace } from '@opentelemetry/api';
 * import { collectRun, createClient, traced } from 'm8tes-rx';
 *
 * const tracer = trace.getTracer('support');
 * const client = createClient();
 * client.runs
 *   .create({ message: 'Sort my inbox' })
 *   .pipe(
 *     traced(tracer, {
 *       agent: { name: 'triage' },
 *       client,
 *       tools: (span) => trace.setSpan(context.active(), span),
 *     }),
 *     collectRun(),
 *   )
 *   .subscribe(({ text }) => console.log(text));
 * ```
 *
 * @see {@link ConnectionState} for what becomes of a stream
 */
export const traced =
  <E extends RunEvent, S extends TraceSpan, C>(
    tracer: SpanTracer<S, C>,
    options: TracedOptions<S, C> = {},
  ): MonoTypeOperatorFunction<E> =>
  (source) =>
    new Observable((subscriber) => {
      const { agent = {}, model, attributes = {}, client, contents = false, tools } = options;
      const provider = { 'gen_ai.provider.name': 'm8tes' };
      const span = tracer.startSpan(named('invoke_agent', agent.name), {
        kind: CLIENT,
        attributes: given({
          'gen_ai.operation.name': 'invoke_agent',
          ...provider,
          'gen_ai.agent.name': agent.name,
          'gen_ai.agent.id': agent.id === undefined ? undefined : String(agent.id),
          'gen_ai.agent.version': agent.version,
          'gen_ai.request.model': model,
          ...attributes,
        }),
      });
      const run = fold();
      const startTool = (toolName: string, id: string): S =>
        tracer.startSpan(
          named('execute_tool', printable(toolName)),
          {
            kind: INTERNAL,
            attributes: {
              'gen_ai.operation.name': 'execute_tool',
              ...provider,
              'gen_ai.tool.name': printable(toolName),
              'gen_ai.tool.call.id': printable(id),
            },
          },
          tools!(span),
        );
      const calls = tools && toolSpans(startTool, contents);
      let run_id: number | undefined;
      let isOpen = true;

      const end = (failure?: string): void => {
        if (!isOpen) return;
        isOpen = false;
        calls?.end();
        const result = run.result();
        span.setAttributes({ ...outcome(result), ...(contents && words(result)) });
        const told = result.error_code ?? result.errors.at(-1)?.type;
        const type = result.status === 'failed' && told ? printable(told) : failure;
        if (type !== undefined) {
          span.setAttributes({ 'error.type': type });
          span.setStatus({ code: ERROR });
        }
        span.end();
      };
      subscriber.add(() => end());

      if (client !== undefined) {
        let isBroken = false;
        const connected = inner<ConnectionState>(subscriber, {
          next: ({ state, run_id: id, attempt, delay, cause }) => {
            if (id === undefined || id !== run_id) return;
            const told = given({ 'm8tes.attempt': attempt, 'm8tes.delay_ms': delay });
            if (state === 'interrupted') {
              span.addEvent('m8tes.interrupted', { ...told, 'error.type': typeOf(cause) });
              isBroken = true;
            } else if (isBroken && (state === 'open' || state === 'settled')) {
              span.addEvent(state === 'open' ? 'm8tes.rejoin' : 'm8tes.settled', told);
              isBroken = false;
            }
          },
          complete: () => {},
        });
        subscriber.add(connected);
        client.connection$.subscribe(connected);
      }

      const reading = inner<E>(subscriber, {
        next: (event) => {
          run.add(event);
          if (event.type === 'metadata' && run_id === undefined) {
            ({ run_id } = event.payload);
            if (run_id !== undefined) span.setAttributes({ 'gen_ai.conversation.id': `${run_id}` });
          }
          if (calls !== undefined && isToolEvent(event)) calls.add(event);
          subscriber.next(event);
        },
        error: (error) => {
          end(typeOf(error));
          subscriber.error(error);
        },
        complete: () => {
          end();
          subscriber.complete();
        },
      });
      subscriber.add(reading);
      source.subscribe(reading);
    });
