import { from, lastValueFrom, toArray } from 'rxjs';
import { collectRun, createClient } from 'm8tes-rx';
import { createRelay, memoryLog, type CreateRelayOptions } from 'm8tes-rx/relay';
import { fakeFetch, run } from 'm8tes-rx/testing';

const script = run().thinking('Hm.').text('Here are the open tickets.').done();

const made = (options: Partial<CreateRelayOptions> = {}, scripted = script) => {
  const api = fakeFetch(scripted, { pace: 1 });
  const client = createClient({
    apiKey: 'm8_test',
    baseUrl: 'https://api.test/api/v2',
    fetch: api,
  });
  const relay = createRelay({
    client,
    log: memoryLog(),
    authorize: () => ({ owner: 'somebody' }),
    ...options,
  });
  const page = createClient({
    apiKey: 'm8_none',
    baseUrl: 'https://page.test/m8tes',
    fetch: (url, init) => relay.handler(new Request(url, init)),
    timeouts: { linger: 20 },
  });
  return { api, relay, page };
};

describe('createRelay', () => {
  it('tells a page the run that it starts', async () => {
    const { page, api } = made();
    const result = await lastValueFrom(page.runs.create({ message: 'hi' }).pipe(collectRun()));
    expect(result.text).toBe('Here are the open tickets.');
    expect(api.runs()).toHaveLength(1);
    const again = await lastValueFrom(page.runs.join(result.run_id!).pipe(collectRun()));
    expect(again.text).toBe(result.text);
  });

  it('tells one’s own code', async () => {
    const { relay } = made();
    const events = await lastValueFrom(relay.start({ message: 'hi' }).pipe(toArray()));
    const { run_id, text } = await lastValueFrom(from(events).pipe(collectRun()));
    expect(text).toBe('Here are the open tickets.');
    const again = await lastValueFrom(relay.watch(run_id!).pipe(toArray()));
    expect(again).toEqual(events);
  });
});
