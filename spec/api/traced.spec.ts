import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import {
  budget,
  collectRun,
  failOnError,
  StreamInterruptedError,
  traced,
  type ConnectionState,
  type RunEvent,
  type TracedOptions,
} from 'm8tes-rx';
import { cut, done, metrics, output, text, tool, type Script } from 'm8tes-rx/testing';
import * as t from 'io-ts';
import {
  concat,
  EMPTY,
  from,
  lastValueFrom,
  of,
  retry,
  Subject,
  take,
  throwError,
  type Observable,
} from 'rxjs';
import { ApiError, ConnectionError } from '../../lib/errors';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';
import { errorOf } from '../http/holding';
import { calling, KEY } from './calling';

type Options = TracedOptions<Span, Context>;

/** The SDK itself, and what it has exported. */
const tracing = () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans();
  return { tracer: provider.getTracer('spec'), spans };
};

const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'secret words' },
  c: { type: 'tool-call-start', toolCallId: 'tc_1', toolName: 'gmail_search' },
  a: { type: 'tool-call-delta', toolCallId: 'tc_1', delta: '{"q":"secret"}' },
  r: { type: 'tool-result-end', toolCallId: 'tc_1', result: ['secret'] },
  s: { type: 'tool-call-start', toolCallId: 'tc_2', toolName: 'gmail_send' },
  u: {
    type: 'metadata',
    payload: {
      usage: {
        input_tokens: 1200,
        output_tokens: 80,
        cache_read_tokens: 1000,
        cache_creation_tokens: 10,
        cost_usd: '0.0048',
      },
    },
  },
  k: { type: 'run_metrics', input_tokens_used: 5, output_tokens_used: 2 },
  e: { type: 'error', error: 'secret words', error_code: 'billing' },
  f: { type: 'SANDBOX_UNAVAILABLE', error: 'secret words' },
  x: { type: 'cancelled' },
  d: { type: 'done', stop_reason: 'end_turn' },
};
const eventsOf = (diagram: string) => [...diagram].map((marble) => values[marble]!);
const childOf: Options = { tools: (span) => trace.setSpan(context.active(), span) };

/** The spans of a run of these events. */
const spansOf = (diagram: string, options: Options = {}, end: Observable<RunEvent> = EMPTY) => {
  const { tracer, spans } = tracing();
  concat(from(eventsOf(diagram)), end)
    .pipe(traced(tracer, options))
    .subscribe({ error: () => {} });
  return spans();
};

describe('traced', () => {
  laws(() =>
    traced(tracing().tracer, { ...childOf, contents: true, client: { connection$: of() } }),
  );

  it(
    'passes every event on, and is one span from its subscription to its end',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const { tracer, spans } = tracing();
      const source = cold('  --m--t--u--d--|', values);
      const subs = '         ^-------------!';
      const expected = '     --m--t--u--d--|';
      const result = source.pipe(traced(tracer, { agent: { name: 'triage' } }));
      expectObservable(result).toBe(expected, values);
      expectSubscriptions(source.subscriptions).toBe(subs);
      expect(spans()).toEqual([]);
      flush();
      expect(spans().map(({ name, kind }) => [name, kind])).toEqual([
        ['invoke_agent triage', SpanKind.CLIENT],
      ]);
    }),
  );

  it('says what the conventions have names for', () => {
    const [span] = spansOf('mtud', {
      agent: { name: 'triage', id: 42, version: '3' },
      model: 'opus',
      attributes: { 'server.address': 'api.m8tes.ai', 'server.port': 443 },
    });
    expect(span!.attributes).toEqual({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': 'm8tes',
      'gen_ai.agent.name': 'triage',
      'gen_ai.agent.id': '42',
      'gen_ai.agent.version': '3',
      'gen_ai.request.model': 'opus',
      'server.address': 'api.m8tes.ai',
      'server.port': 443,
      'gen_ai.conversation.id': '7',
      'gen_ai.response.finish_reasons': ['end_turn'],
      'gen_ai.usage.input_tokens': 1200,
      'gen_ai.usage.output_tokens': 80,
      'gen_ai.usage.cache_read.input_tokens': 1000,
      'gen_ai.usage.cache_creation.input_tokens': 10,
      'm8tes.usage.cost_usd': 0.0048,
      'm8tes.run.status': 'completed',
    });
    expect(span!.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('is called after nobody, and says no more than it knows', () => {
    const [span] = spansOf('tk');
    expect(span!.name).toBe('invoke_agent');
    expect(span!.attributes).toEqual({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': 'm8tes',
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 2,
      'm8tes.run.status': 'running',
    });
  });

  it.each([
    ['med', 'billing', 'failed'],
    ['mfd', 'SANDBOX_UNAVAILABLE', 'failed'],
    ['mxd', undefined, 'cancelled'],
    ['md', undefined, 'completed'],
  ])('says whether the run failed: %j, %s', (diagram, type, status) => {
    const [span] = spansOf(diagram);
    expect(span!.attributes).toMatchObject({ 'm8tes.run.status': status });
    expect(span!.attributes['error.type']).toBe(type);
    const { code, message } = span!.status;
    expect(code).toBe(type === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR);
    expect(message).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['no_credit', new ApiError('secret', { kind: 'billing', status: 402, code: 'no_credit' })],
    ['billing', new ApiError('secret', { kind: 'billing', status: 402 })],
    ['ConnectionError', new ConnectionError('secret')],
    ['RangeError', new RangeError('secret')],
    ['_OTHER', 'secret'],
  ])('says whether the stream failed: %s', (type, error) => {
    const [span, ...more] = spansOf(
      'mt',
      {},
      throwError(() => error),
    );
    expect(more).toEqual([]);
    expect(span!.attributes).toMatchObject({ 'error.type': type, 'm8tes.run.status': 'running' });
    expect(span!.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(JSON.stringify([span!.attributes, span!.events])).not.toContain('secret');
  });

  it('has ended where it is unsubscribed from', () => {
    const { tracer, spans } = tracing();
    from(eventsOf('mtd')).pipe(traced(tracer), take(2)).subscribe();
    expect(spans()).toHaveLength(1);
    expect(spans()[0]!.attributes).toMatchObject({ 'm8tes.run.status': 'running' });
    expect(spans()[0]!.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('has ended when its end is told', () => {
    const { tracer, spans } = tracing();
    let ended = 0;
    from(eventsOf('md'))
      .pipe(traced(tracer))
      .subscribe({ complete: () => (ended = spans().length) });
    throwError(() => 0)
      .pipe(traced(tracer))
      .subscribe({ error: () => (ended += spans().length) });
    expect(ended).toBe(3);
  });

  it('is one span over all tries, and one for each subscriber', () => {
    const { tracer, spans } = tracing();
    let tries = 0;
    const run$ = concat(
      from(eventsOf('mt')),
      new Subject<RunEvent>().pipe((never$) => (++tries < 0 ? never$ : throwError(() => tries))),
    ).pipe(retry(2), traced(tracer));
    run$.subscribe({ error: () => {} });
    expect(spans()).toHaveLength(1);
    run$.subscribe({ error: () => {} });
    expect(spans()).toHaveLength(2);
  });

  it('is of the run, also behind an operator that makes an error of its failure', () => {
    const { tracer, spans } = tracing();
    from(eventsOf('med'))
      .pipe(failOnError(), traced(tracer))
      .subscribe({ error: () => {} });
    expect(spans()[0]!.attributes).toMatchObject({ 'error.type': 'billing' });
  });

  describe('contents', () => {
    it('stay out of it', () => {
      const told = spansOf('mtcared', childOf).map(({ name, attributes, events, status }) =>
        JSON.stringify([name, attributes, events, status]),
      );
      expect(told).toHaveLength(2);
      for (const span of told) expect(span).not.toContain('secret');
    });

    it('are there where they are asked for', () => {
      const [call, run] = spansOf('mtcard', { ...childOf, contents: true });
      expect(call!.attributes).toMatchObject({
        'gen_ai.tool.call.arguments': '{"q":"secret"}',
        'gen_ai.tool.call.result': '["secret"]',
      });
      expect(JSON.parse(run!.attributes['gen_ai.output.messages'] as string)).toEqual([
        {
          role: 'assistant',
          parts: [{ type: 'text', content: 'secret words' }],
          finish_reason: 'end_turn',
        },
      ]);
    });
  });

  describe('tools', () => {
    it('have no spans by default', () => {
      expect(spansOf('mcard')).toHaveLength(1);
    });

    it('have spans of their own, whose parent is the run', () => {
      const [call, run] = spansOf('mcatrd', childOf);
      expect([call!.name, call!.kind]).toEqual(['execute_tool gmail_search', SpanKind.INTERNAL]);
      expect(call!.attributes).toEqual({
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.provider.name': 'm8tes',
        'gen_ai.tool.name': 'gmail_search',
        'gen_ai.tool.call.id': 'tc_1',
      });
      expect(call!.parentSpanContext).toEqual(run!.spanContext());
    });

    it('have them from their first event to the end of their result, side by side', () => {
      expect(spansOf('mcsard', childOf).map(({ name }) => name)).toEqual([
        'execute_tool gmail_search',
        'execute_tool gmail_send', // has no result: it ends with the run
        'invoke_agent',
      ]);
    });

    it('have one each, though more is told of one that is over', () => {
      expect(spansOf('mcrrad', childOf)).toHaveLength(2);
      expect(spansOf('mrad', childOf)).toHaveLength(1);
    });
  });

  describe('in a context', () => {
    it('is a child of the span that is active where it is subscribed to', () => {
      const { tracer, spans } = tracing();
      const parent = tracer.startSpan('request', {}, ROOT_CONTEXT);
      const given = trace.setSpan(ROOT_CONTEXT, parent);
      const within = {
        startSpan: (...[name, options, at]: Parameters<typeof tracer.startSpan>) =>
          tracer.startSpan(name, options, at ?? given),
      };
      from(eventsOf('md')).pipe(traced(within)).subscribe();
      expect(spans()[0]!.parentSpanContext).toEqual(parent.spanContext());
    });
  });

  describe('connections', () => {
    const state = (state: ConnectionState['state'], more: object = {}): ConnectionState => ({
      stream: 1,
      state,
      run_id: 7,
      attempt: 1,
      ...more,
    });

    it('that break and are won back are events of the span, if they are of its run', () => {
      const { tracer, spans } = tracing();
      const connection$ = new Subject<ConnectionState>();
      const source = new Subject<RunEvent>();
      source.pipe(traced(tracer, { client: { connection$ } })).subscribe();
      connection$.next(state('open', { run_id: undefined }));
      source.next(values['m']!);
      connection$.next(state('open'));
      const cause = new ConnectionError('secret');
      connection$.next(state('interrupted', { run_id: 8, cause }));
      connection$.next(state('open', { run_id: 8 }));
      connection$.next(state('interrupted', { delay: 250, cause }));
      connection$.next(state('connecting'));
      connection$.next(state('open'));
      connection$.next(state('resumed'));
      connection$.next(state('interrupted', { attempt: 2, delay: 500, cause }));
      connection$.next(state('settled', { attempt: 2 }));
      expect(connection$.observed).toBe(true);
      source.complete();
      expect(connection$.observed).toBe(false);
      const events = spans()[0]!.events.map(({ name, attributes }) => [name, attributes]);
      expect(events).toEqual([
        [
          'm8tes.interrupted',
          { 'm8tes.attempt': 1, 'm8tes.delay_ms': 250, 'error.type': 'ConnectionError' },
        ],
        ['m8tes.rejoin', { 'm8tes.attempt': 1 }],
        [
          'm8tes.interrupted',
          { 'm8tes.attempt': 2, 'm8tes.delay_ms': 500, 'error.type': 'ConnectionError' },
        ],
        ['m8tes.settled', { 'm8tes.attempt': 2 }],
      ]);
    });
  });
});

describe('a run of the server, traced', () => {
  const message = 'secret question';
  const broken: Script = function* () {
    yield* text('Here ');
    yield* cut();
    yield* tool({ name: 'gmail_search', input: { q: 'secret' }, result: ['secret'] });
    yield* text('it is.');
    yield* metrics(1000, 100);
    yield* done();
  };

  it('is one span over its rejoins', async () => {
    const { client } = await calling({ script: broken });
    const { tracer, spans } = tracing();
    const run$ = client.runs.create({ message }).pipe(traced(tracer, { client, ...childOf }));
    const result = await lastValueFrom(run$.pipe(collectRun()));
    expect(result.text).toBe('Here it is.');
    expect(spans().map(({ name }) => name)).toEqual(['execute_tool gmail_search', 'invoke_agent']);
    const { attributes, events } = spans()[1]!;
    expect(events.map(({ name }) => name)).toEqual(['m8tes.interrupted', 'm8tes.rejoin']);
    expect(attributes).toMatchObject({
      'gen_ai.conversation.id': String(result.run_id),
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      'm8tes.usage.cost_usd': 0.0045,
    });
    const told = JSON.stringify(spans().map((span) => [span.name, span.attributes, span.events]));
    expect(told).not.toMatch(new RegExp(`secret|${KEY}`));
  });

  it('says so where it could not be won back', async () => {
    const { client } = await calling({ script: broken }, { resume: false });
    const { tracer, spans } = tracing();
    const error = await errorOf(client.runs.create({ message }).pipe(traced(tracer, { client })));
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(spans()[0]!.attributes).toMatchObject({ 'error.type': 'StreamInterruptedError' });
  });

  it('keeps the type of its events', async () => {
    const Draft = t.type({ subject: t.string });
    const { client } = await calling({ script: () => output({ subject: 'hi' }) });
    const { tracer, spans } = tracing();
    const run$ = client.runs
      .create({ message, output: Draft })
      .pipe(traced(tracer, { client, ...childOf }), budget(client, { maxTokens: 1 }), collectRun());
    const result = await lastValueFrom(run$);
    expect(result.status === 'completed' && result.output_data.subject).toBe('hi');
    expect(spans()).toHaveLength(1);
  });
});
