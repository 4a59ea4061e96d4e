import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectRun, createClient, textOnly, type RunEvent } from 'm8tes-rx';
import { lastValueFrom, toArray } from 'rxjs';

/** The sample of the documentation's streaming page, byte for byte. [wire §3] */
const sample = Buffer.from(
  `data: {"type": "metadata", "payload": {"run_id": 123}}

data: {"type": "text-delta", "delta": "Here are "}

data: {"type": "text-delta", "delta": "the open tickets..."}

data: {"type": "tool-call-start", "toolName": "gmail_search", "toolCallId": "tc_1"}

data: {"type": "tool-result-end", "toolCallId": "tc_1", "result": "..."}

data: {"type": "done", "stop_reason": "end_turn"}

`,
);

const events: readonly RunEvent[] = [
  { type: 'metadata', payload: { run_id: 123 } },
  { type: 'text-delta', delta: 'Here are ' },
  { type: 'text-delta', delta: 'the open tickets...' },
  { type: 'tool-call-start', toolName: 'gmail_search', toolCallId: 'tc_1' },
  { type: 'tool-result-end', toolCallId: 'tc_1', result: '...' },
  { type: 'done', stop_reason: 'end_turn' },
];
const text = 'Here are the open tickets...';

/** The API as it sends the sample: in one piece, or byte by byte. */
const serving = async (pieces: readonly Uint8Array[]) => {
  const asked: { readonly url: string | undefined; readonly body: unknown }[] = [];
  const server = createServer((request, response) => {
    const got: Buffer[] = [];
    request.on('data', (chunk: Buffer) => got.push(chunk));
    request.on('end', () => {
      asked.push({ url: request.url, body: JSON.parse(Buffer.concat(got).toString()) });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const write = (i: number): void => {
        if (i === pieces.length) response.end();
        else response.write(pieces[i], () => setImmediate(write, i + 1));
      };
      write(0);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  const client = createClient({
    apiKey: 'm8_test',
    baseUrl: `http://127.0.0.1:${port}/api/v2`,
  });
  return { client, asked, close };
};

describe('the journey of the documented sample', () => {
  it.each([
    ['in one piece', [sample]],
    ['byte by byte', [...sample].map((byte) => Uint8Array.of(byte))],
  ])('from the socket to the subscriber, %s', async (_, pieces) => {
    const { client, asked, close } = await serving(pieces);
    const run$ = client.runs.create({ message: 'Which tickets are open?' });
    expect(await lastValueFrom(run$.pipe(toArray()))).toEqual(events);
    expect(await lastValueFrom(run$.pipe(textOnly(), toArray()))).toEqual([
      'Here are ',
      'the open tickets...',
    ]);
    const result = await lastValueFrom(run$.pipe(collectRun()));
    expect(result).toMatchObject({ text, run_id: 123, stop_reason: 'end_turn' });
    expect(asked).toEqual(
      Array.from({ length: 3 }, () => ({
        url: '/api/v2/runs/',
        body: { message: 'Which tickets are open?', stream: true },
      })),
    );
    await close();
  });
});
