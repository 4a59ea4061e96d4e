/**
 * Who hangs up while a run is being made, and who guesses the id of somebody's run, on real sockets
 * from the page to the API.
 */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectRun, createClient } from 'm8tes-rx';
import { createRelay, memoryLog, toNode, type CreateRelayOptions } from 'm8tes-rx/relay';
import { localServer, run, type LocalServerOptions } from 'm8tes-rx/testing';
import { firstValueFrom, lastValueFrom, share } from 'rxjs';

jest.setTimeout(30_000); // on a machine that others use

const script = run().text('Nobody ', 'else ', 'may ', 'read ', 'this.').done();
const TEXT = 'Nobody else may read this.';

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

/** A page's server with a relay, and the API behind it. */
const serving = async (
  relayed: Partial<CreateRelayOptions> = {},
  server: LocalServerOptions = {},
) => {
  const api = await localServer({ pace: 5, script, ...server });
  closings.push(() => api.close());
  const relay = createRelay({
    client: createClient({ baseUrl: api.url, apiKey: 'm8_relay', retries: { delay: 5 } }),
    log: memoryLog(),
    authorize: () => ({ owner: 'ann' }),
    linger: 20,
    ...relayed,
  });
  closings.push(() => relay.close());
  const http = createServer(toNode(relay.handler)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  closings.push(() => {
    http.close();
    http.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/m8tes`;
  return { api, url, page: createClient({ relay: url }) };
};

/** Sends a message, with this key, and is there to hang up. */
const sending = (url: string, key: string) => {
  const asked = request(`${url}/runs/`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
  });
  let isAnswered = false;
  asked.on('response', () => (isAnswered = true));
  asked.on('error', () => {});
  asked.end(JSON.stringify({ message: 'hi', stream: true }));
  return { isAnswered: () => isAnswered, hangUp: () => void asked.destroy() };
};

/** A door that is opened from outside. */
const aDoor = () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  let isReached = false;
  return {
    pass: async (): Promise<void> => {
      isReached = true;
      await opened;
    },
    isReached: () => isReached,
    open: () => open(),
  };
};

const repeated = (page: ReturnType<typeof createClient>, idempotencyKey: string) =>
  lastValueFrom(page.runs.create({ message: 'hi' }, { idempotencyKey }).pipe(collectRun()));

describe('who hangs up before a run has answered', () => {
  it.each<[string, LocalServerOptions]>([
    ['which is slow to begin', { script: run().wait(300).text(TEXT).done(), pace: 100 }],
    ['whose answer breaks off', { faults: [{ on: 'create', reset: 'before-headers' }], pace: 50 }],
    ['that is not to be had at first', { faults: [{ on: 'create', status: 503, times: 2 }] }],
  ])('leaves it alone, %s', async (_, server) => {
    const { api, url, page } = await serving({}, server);
    const { hangUp, isAnswered } = sending(url, 'a-key');
    await api.until(({ requests }) => requests().length > 0);
    expect(isAnswered()).toBe(false);
    hangUp();
    await api.until(({ runs }) => runs()[0]?.status === 'completed');
    // The very same message again, as of a page that is loaded again: it is the same run.
    expect((await repeated(page, 'a-key')).text).toBe(TEXT);
    expect(api.runs()).toHaveLength(1);
    expect(api.requests().filter(({ route }) => route === 'cancel')).toEqual([]);
    await api.until(({ streams }) => streams() === 0);
  });

  it('before anybody had said whether it may: one run, or none, and the same when it is repeated', async () => {
    const door = aDoor();
    const { api, url, page } = await serving({
      authorize: async () => {
        await door.pass();
        return { owner: 'ann' };
      },
    });
    const { hangUp } = sending(url, 'a-key');
    while (!door.isReached()) await new Promise((resolve) => setTimeout(resolve, 1));
    hangUp();
    door.open();
    expect((await repeated(page, 'a-key')).text).toBe(TEXT);
    expect(api.runs().map(({ status }) => status)).toEqual(['completed']);
  });

  it('while others watch it: they are told all of it', async () => {
    const { api, url, page } = await serving({}, { pace: 50 });
    const { hangUp } = sending(url, 'a-key');
    await api.until(({ runs }) => runs().length > 0);
    const whole = page.runs.join(api.runs()[0]!.id).pipe(share());
    const joined = lastValueFrom(whole.pipe(collectRun()));
    await firstValueFrom(whole);
    hangUp();
    expect((await joined).text).toBe(TEXT);
    expect(api.runs()).toHaveLength(1);
  });
});

describe('who guesses the id of a run', () => {
  const routes = [
    ['GET', '/stream'],
    ['GET', ''],
    ['GET', '/permissions'],
    ['POST', '/reply', { message: 'What did she ask?' }],
    ['POST', '/approve', { request_id: 'req_1', decision: 'allow' }],
    ['POST', '/answer', { answers: { 'Which one?': 'All' } }],
    ['POST', '/cancel', {}],
  ] as const;

  const guessing = (url: string, run_id: number, cursor = '') =>
    Promise.all(
      routes.map(async ([method, route, body]) => {
        const answer = await fetch(`${url}/runs/${run_id}${route}`, {
          method,
          headers: {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            'x-user': 'eve',
            'last-event-id': cursor,
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        return { status: answer.status, told: await answer.text(), headers: [...answer.headers] };
      }),
    );

  it.each<[number, (user: string | null) => ReturnType<CreateRelayOptions['authorize']>]>([
    [403, (user) => (user === 'ann' ? { owner: user } : undefined)],
    [404, (user) => (user === 'ann' ? { owner: user } : 'missing')],
    [404, (user) => ({ owner: user ?? '', params: { user_id: user ?? '' } })],
  ])('is told %i, and nothing of the run', async (status, authorize) => {
    const { api, url } = await serving(
      { authorize: (request) => authorize(request.headers.get('x-user')), linger: 10_000 },
      { pace: 100 },
    );
    // It is going on, and its log is here.
    const watching = await fetch(`${url}/runs/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-user': 'ann' },
      body: JSON.stringify({ message: 'hi', stream: true }),
    });
    const hers = watching.body!.pipeThrough(new TextDecoderStream()).getReader();
    let told = '';
    while (!told.includes('Nobody')) told += (await hers.read()).value ?? '';
    const cursor = told.match(/(?<=^id: ).*$/gm)!.at(-1)!;
    const { id } = api.runs()[0]!;
    const before = api.requests().length;

    const guesses = [...(await guessing(url, id)), ...(await guessing(url, id, cursor))];
    expect(guesses.map((one) => one.status)).toEqual(guesses.map(() => status));
    for (const { told, headers } of guesses) {
      expect(JSON.stringify([told, headers])).not.toMatch(/Nobody|ann|m8tes-resumed|text-delta/);
    }
    const unlike = await guessing(url, id + 1_000);
    // Nor does it tell that there is a run.
    if (status === 404)
      expect(unlike.map((one) => one.told)).toEqual(guesses.slice(0, 7).map((one) => one.told));
    const asked = api.requests().slice(before);
    expect(asked.filter(({ route }) => route !== 'get')).toEqual([]);

    for (let read = await hers.read(); !read.done; read = await hers.read()) told += read.value;
    expect(told.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(api.runs().map(({ status, output }) => [status, output])).toEqual([['completed', TEXT]]);
  });
});
