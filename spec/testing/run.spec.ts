import { collectRun, createClient, events, type RunEvent } from 'm8tes-rx';
import { fakeFetch, run } from 'm8tes-rx/testing';
import { from, lastValueFrom, of, toArray } from 'rxjs';

const typesOf = (events: Iterable<RunEvent>) => [...events].map(({ type }) => type);

/** One of everything but what breaks it off. */
const whole = run()
  .thinking('hm', 'm')
  .plan('1. Look', ' 2. Act')
  .tool({ name: 'gmail_search', input: { query: 'is:unread', limit: 10 }, result: [] })
  .tool({ name: 'gmail_send', error: 'no such address' })
  .todo({ text: 'look', done: true }, { text: 'act' })
  .ask({ tool_name: 'gmail_send' })
  .error('a hiccup', 'hiccup')
  .event({ type: 'ping' })
  .event({ type: 'of-tomorrow', any: 1 })
  .raw(': a comment\n\n')
  .wait(10)
  .text('Grü', 'ße')
  .metadata({ usage: { total_tokens: 3 } })
  .output({ draft: 'hi' })
  .metrics(10, 2)
  .done();

describe('run', () => {
  it('is a run, as those operators take that are tested with it', async () => {
    const result = await lastValueFrom(from(whole).pipe(collectRun()));
    expect(result).toMatchObject({
      run_id: 123,
      text: 'Grüße',
      reasoning: 'hmm',
      plan: '1. Look 2. Act',
      errors: [{ type: 'error', text: 'a hiccup', code: 'hiccup' }],
      usage: { total_tokens: 3 },
      stop_reason: 'end_turn',
      metrics: { input_tokens_used: 10, output_tokens_used: 2 },
    });
    expect(result.toolCalls).toMatchObject([
      {
        toolCallId: 'tc_1',
        toolName: 'gmail_search',
        args: '{"query":"is:unread","limit":10}',
        result: [],
        completed: true,
        missing: false,
      },
      { toolCallId: 'tc_2', toolName: 'gmail_send', result: { error: 'no such address' } },
      { toolCallId: 'todo_1', todos: [{ text: 'look', done: true }, { text: 'act' }] },
    ]);
  });

  it('is sent as a server sends it: its events are what a client reads of its bytes', async () => {
    const response = new Response(new Blob([whole.bytes()]), {
      headers: { 'content-type': 'text/event-stream' },
    });
    expect(await lastValueFrom(of(response).pipe(events(), toArray()))).toEqual(whole.events());
    expect(Buffer.from(whole.bytes()).toString()).toBe(whole.sse());
    expect(whole.sse()).toMatch(/^data: \{"type": "metadata", "payload": \{"run_id": 123\}\}\n\n/);
    expect(typesOf(whole)).toEqual(typesOf(whole.events()));
  });

  it('splits the arguments of a tool into deltas', () => {
    const deltas = typesOf(whole).filter((type) => type === 'tool-call-delta');
    expect(deltas.length).toBeGreaterThan(2);
  });

  it('asks as the server does', () => {
    const asked = run().ask({ tool_name: 'a' }).ask({ tool_name: 'b' }).events();
    expect(asked).toMatchObject([
      { type: 'metadata' },
      { type: 'permission_request', request_id: 'req_1', payload: { tool_name: 'a' } },
      { type: 'awaiting_approval', payload: { request_ids: ['req_1'] } },
      { type: 'permission_request', request_id: 'req_2', payload: { tool_name: 'b' } },
      { type: 'awaiting_approval', payload: { request_ids: ['req_2'] } },
    ]);
  });

  it('is never changed: each step makes another', () => {
    const begun = run({ run_id: 7 }).text('Hi');
    const before = begun.sse();
    const [done, failed] = [begun.done(), begun.failure('gone', 'AGENT_RUNNER_DIED')];
    expect(begun.sse()).toBe(before);
    expect(typesOf(done).at(-1)).toBe('done');
    expect(failed.events().at(-1)).toEqual({ type: 'AGENT_RUNNER_DIED', error: 'gone' });
    expect(begun.events()[0]).toEqual({ type: 'metadata', payload: { run_id: 7 } });
  });

  it('is one `done`, with an end marker too', () => {
    const marked = run().done('end_turn', { marker: true });
    expect(marked.sse()).toMatch(/data: \[DONE\]\n\n$/);
    expect(typesOf(marked)).toEqual(['metadata', 'done']);
    expect(typesOf(run().raw('data: [DONE]\n\n'))).toEqual(['metadata', 'done']);
    expect(typesOf(run().cancelled())).toEqual(['metadata', 'cancelled']);
  });

  it('ends at a cut; half a frame is none', () => {
    expect(typesOf(run().text('a').cut().text('b').done())).toEqual([
      ...['metadata', 'text-start', 'text-delta', 'text-end'],
    ]);
    expect(typesOf(run().raw('data: {"type":"te').cut())).toEqual(['metadata']);
    expect(typesOf(run().raw('data: {"type":"done"}').cut())).toEqual(['metadata', 'done']);
  });

  it('is a script, whose connections break off at a cut, and which is whole to who joins', async () => {
    for (const how of ['reset', 'end'] as const) {
      const fetch = fakeFetch(run().text('One ').cut(how).text('and two.').done());
      const client = createClient({ fetch, apiKey: 'm8_test', resume: { delay: 1 } });
      const { text } = await lastValueFrom(
        client.runs.create({ message: 'go' }).pipe(collectRun()),
      );
      expect(text).toBe('One and two.');
      expect(fetch.requests().map(({ route }) => route)).toContain('create');
      expect(fetch.requests().length).toBeGreaterThan(1);
    }
  });

  it('is a script that waits for people', async () => {
    const script = run().ask({ tool_name: 'gmail_send' }).text('Sent.').done().script;
    const client = createClient({ fetch: fakeFetch(script), apiKey: 'm8_test' });
    const asked: unknown[] = [];
    const { output } = await lastValueFrom(
      client.runs.createAndWait(
        { message: 'go', human_in_the_loop: true, permission_mode: 'approval' },
        {
          interval: 1,
          onApproval: ({ tool_name }) => {
            asked.push(tool_name);
            return 'allow';
          },
        },
      ),
    );
    expect([asked, output]).toEqual([['gmail_send'], 'Sent.']);
  });
});
