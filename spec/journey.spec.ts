import { collectRun, createClient, textOnly } from 'm8tes-rx';
import { lastValueFrom, toArray } from 'rxjs';
import { bytes, oneByOne, sample, sampleEvents } from './helpers/wire';
import { listening } from './http/listening';

/** The API as it sends the sample: in one piece, or byte by byte. */
const serving = async (pieces: readonly Uint8Array[]) => {
  const asked: { readonly url: string | undefined; readonly body: unknown }[] = [];
  const { origin } = await listening((request, response) => {
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
  return { asked, client: createClient({ apiKey: 'm8_test', baseUrl: `${origin}/api/v2` }) };
};

describe('the journey of the documented sample', () => {
  it.each([
    ['in one piece', [bytes(sample)]],
    ['byte by byte', oneByOne(bytes(sample))],
  ])('from the socket to the subscriber, %s', async (_, pieces) => {
    const { client, asked } = await serving(pieces);
    const run$ = client.runs.create({ message: 'Which tickets are open?' });
    expect(await lastValueFrom(run$.pipe(toArray()))).toEqual(sampleEvents);
    expect(await lastValueFrom(run$.pipe(textOnly(), toArray()))).toEqual([
      'Here are ',
      'the open tickets...',
    ]);
    expect(await lastValueFrom(run$.pipe(collectRun()))).toMatchObject({
      text: 'Here are the open tickets...',
      run_id: 123,
      stop_reason: 'end_turn',
    });
    expect(asked).toEqual(
      Array.from({ length: 3 }, () => ({
        url: '/api/v2/runs/',
        body: { message: 'Which tickets are open?', stream: true },
      })),
    );
  });
});
