import {
  block,
  cut,
  done,
  fail,
  failingTool,
  file,
  forever,
  metrics,
  output,
  raw,
  slowTool,
  text,
  thinking,
  tool,
  wait,
  words,
} from 'm8tes-rx/testing';
import { eventsIn, saidIn, served } from './served';

describe('text', () => {
  it('says each piece in a delta of its own', () => {
    expect(text('Here ', 'you are')).toEqual([
      { type: 'text-start' },
      { type: 'text-delta', delta: 'Here ' },
      { type: 'text-delta', delta: 'you are' },
      { type: 'text-end' },
    ]);
  });
});

describe('thinking', () => {
  it('thinks each piece in a delta of its own', () => {
    expect(thinking('hm', 'm').map(({ type }) => type)).toEqual([
      'thinking-start',
      'thinking-delta',
      'thinking-delta',
      'thinking-end',
    ]);
  });
});

describe('block', () => {
  it('is a start, the deltas and an end, of one id', () => {
    expect(block('plan', ['1. Look', ' 2. Act'], 'p1')).toEqual([
      { type: 'plan-start', id: 'p1' },
      { type: 'plan-delta', delta: '1. Look', id: 'p1' },
      { type: 'plan-delta', delta: ' 2. Act', id: 'p1' },
      { type: 'plan-end', id: 'p1' },
    ]);
  });
});

describe('words', () => {
  it('keeps every character', () => {
    expect(words('One  word,\nthen another. ')).toEqual(['One  ', 'word,\n', 'then ', 'another. ']);
    expect(words('')).toEqual([]);
  });
});

describe('tool', () => {
  it('starts, brings its arguments in pieces, ends, and has a result', () => {
    const frames = tool({ name: 'gmail_search', input: { query: 'is:unread 🎈' }, result: 3 });
    const deltas = frames.filter(({ type }) => type === 'tool-call-delta');
    expect(deltas.length).toBeGreaterThan(1);
    expect(JSON.parse(deltas.map(({ delta }) => delta as string).join(''))).toEqual({
      query: 'is:unread 🎈',
    });
    expect(frames.filter((frame) => !deltas.includes(frame))).toEqual([
      { type: 'tool-call-start', toolCallId: 'tc_gmail_search', toolName: 'gmail_search' },
      { type: 'tool-call-end', toolCallId: 'tc_gmail_search' },
      { type: 'tool-result-end', toolCallId: 'tc_gmail_search', result: 3 },
    ]);
  });
});

describe('wait', () => {
  it('adds nothing to the stream', async () => {
    const { post } = await served({ script: () => [...wait(1), ...text('hello'), ...wait(0)] });
    const { events } = await post('/runs/', { message: 'hello' });
    expect(saidIn(events)).toBe('hello');
    expect(events).toHaveLength(5);
  });
});

describe('raw', () => {
  const FRAME = 'event: x\r\nid: 7\r\ndata: {"type":"text-delta",\r\ndata: "delta":"odd"}\r\n\r\n';

  it('sends these bytes and no others', async () => {
    const { post } = await served({ script: () => raw(FRAME) });
    const { text } = await post('/runs/', { message: 'hello' });
    expect(text).toContain(`\n\n${FRAME}data: `);
  });

  it('is read into the record as any client reads it', async () => {
    const ending = 'data: {"type":"done","stop_reason":"refusal"}\n\n';
    const { post, get } = await served({
      script: () => [...raw(FRAME), ...raw(ending.slice(0, 9)), ...raw(ending.slice(9))],
    });
    const { text } = await post('/runs/', { message: 'hello' });
    expect(text.endsWith(ending)).toBe(true);
    expect((await get('/runs/123')).json).toMatchObject({ output: 'odd', stop_reason: 'refusal' });
  });

  it('takes bytes that are no text', async () => {
    const { ask } = await served({ script: () => raw(Uint8Array.of(255, 10, 10)) });
    const response = await ask('POST', '/runs/', { message: 'hello' });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(bytes).toContain(255);
  });
});

describe('file', () => {
  it('is listed under the run, and can be downloaded', async () => {
    const { finished, get } = await served({ script: () => file('report.md', '# Report') });
    await finished();
    expect((await get('/runs/123/files')).items).toEqual([{ name: 'report.md', size: 8 }]);
    expect((await get('/runs/123/files/report.md/download')).text).toBe('# Report');
  });
});

describe('output', () => {
  const output_schema = { type: 'object', properties: { subject: { type: 'string' } } };

  it('is what the run gives beside its words, once it has completed', async () => {
    const { finished, get } = await served({ script: () => [...output({ a: 1 }), ...text('hi')] });
    expect(await finished()).toMatchObject({ output: 'hi', output_data: { a: 1 } });
    expect((await get('/runs/123/outcome')).json).toMatchObject({ output_data: { a: 1 } });
  });

  it('fits what was asked for where nobody says what it is', async () => {
    const { finished } = await served({ script: () => text('hi') });
    expect((await finished({ output_schema })).output_data).toEqual({ subject: 'text' });
    expect((await finished()).output_data).toBeNull();
  });

  it('is none of a turn that has failed', async () => {
    const { start, reached } = await served({ script: () => [...output({ a: 1 }), ...fail('no')] });
    const { id } = await start({ output_schema });
    expect((await reached(id, 'failed')).output_data).toBeNull();
  });

  it('is that of the turn that ended last', async () => {
    const { finished, post, reached } = await served({
      script: ({ turn }) => (turn === 0 ? output({ a: 1 }) : output({ a: 2 })),
    });
    const { id } = await finished();
    await post(`/runs/${id}/reply`, { message: 'again' });
    expect((await reached(id)).output_data).toEqual({ a: 2 });
  });
});

describe('metrics', () => {
  it('fills the usage of the run', async () => {
    const { start, reached } = await served({ script: () => metrics(1000, 100) });
    expect((await start()).usage).toBeNull();
    expect((await reached(123)).usage).toEqual({
      input_tokens: 1000,
      output_tokens: 100,
      cache_read_tokens: 0,
      cache_creation_tokens: 0,
      total_tokens: 1100,
      cost_usd: '0.004500',
    });
  });
});

describe('done', () => {
  it('ends the turn, with the end marker after it when asked', async () => {
    const { post, get } = await served({
      script: () => [...text('hello'), ...done('max_tokens', { marker: true })],
    });
    const { text: stream } = await post('/runs/', { message: 'hello' });
    expect(stream).toMatch(
      /data: \{"type": "done", "stop_reason": "max_tokens"\}\n\ndata: \[DONE\]\n\n$/,
    );
    expect((await get('/runs/123')).json).toMatchObject({
      status: 'completed',
      stop_reason: 'max_tokens',
      output: 'hello',
    });
  });
});

describe('fail', () => {
  it('ends the run as failed, with why', async () => {
    const { post, get } = await served({
      script: () => fail('no room', 'SANDBOX_UNAVAILABLE', 'sandbox'),
    });
    const { events } = await post('/runs/', { message: 'hello' });
    expect(events.at(-1)).toEqual({
      type: 'SANDBOX_UNAVAILABLE',
      error: 'no room',
      error_code: 'sandbox',
    });
    expect((await get('/runs/123')).json).toMatchObject({
      status: 'failed',
      error: 'no room',
      error_code: 'sandbox',
      retryable: true,
    });
  });
});

describe('failingTool', () => {
  it('is a call whose result says why it came to nothing, and no end of the run', async () => {
    const use = { name: 'gmail_send', error: 'no such address' };
    expect(failingTool(use).at(-1)).toEqual({
      type: 'tool-result-end',
      toolCallId: 'tc_gmail_send',
      result: { error: 'no such address' },
    });
    const { finished } = await served({ script: () => failingTool(use) });
    expect(await finished()).toMatchObject({ status: 'completed', error: null });
  });
});

describe('slowTool', () => {
  it('is silent between the call and its result', () => {
    const steps = slowTool({ name: 'crawl', result: 7, ms: 5_000 });
    expect(steps.slice(-3)).toEqual([
      { type: 'tool-call-end', toolCallId: 'tc_crawl' },
      { step: 'wait', ms: 5_000 },
      { type: 'tool-result-end', toolCallId: 'tc_crawl', result: 7 },
    ]);
  });
});

describe('forever', () => {
  it('goes on until it is cancelled', async () => {
    const { start, post, reached } = await served({ script: forever });
    await start();
    expect(await reached(123, 'running')).toMatchObject({ status: 'running' });
    await post('/runs/123/cancel');
    expect(await reached(123, 'cancelled')).toMatchObject({ status: 'cancelled' });
  });
});

describe('cut', () => {
  it.each(['reset', 'end'] as const)(
    '%s: breaks off who listens, and the run goes on',
    async (how) => {
      const { ask, reached } = await served({
        script: function* () {
          yield* text('One ');
          yield* cut(how);
          yield* text('two.');
        },
      });
      const response = await ask('POST', '/runs/', { message: 'hello' });
      const read = response.text();
      if (how === 'reset') await expect(read).rejects.toThrow();
      else expect(saidIn(eventsIn(await read))).toBe('One ');
      expect(await reached(123)).toMatchObject({ output: 'One two.' });
    },
  );
});
