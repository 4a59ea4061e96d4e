import { lastValueFrom, of, ReplaySubject } from 'rxjs';
import { collectRun } from 'm8tes-rx';
import { createRelay, memoryLog, type Action, type Grant, type RunLog } from 'm8tes-rx/relay';
import { fail, run, text, type Script, type Step } from 'm8tes-rx/testing';
import { leftovers } from '../helpers/leftovers';
import { settled } from '../http/holding';
import { framesOf, KEY, relaying } from './relaying';
import { deltas, kept, markOf } from './logs';

const talk = run().text('Here are ', 'the tickets.').done();
const jsonOf = async (response: Response): Promise<unknown> => response.json();

describe('the handler', () => {
  leftovers();

  it('starts a run and streams it, each frame with its cursor', async () => {
    const { ask, api } = relaying(talk);
    const response = await ask('/runs/', { message: 'hi', stream: true });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream',
    ]);
    const frames = await framesOf(response);
    expect(frames.at(-1)?.['data']).toBe('[DONE]');
    const positions = frames.map(({ id }) => Number(id?.split('-')[1]));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(new Set(positions.slice(0, -1)).size).toBe(frames.length - 1);
    expect(frames.map(({ data }) => data).join()).toContain('the tickets.');
    expect(api.requests()[0]).toMatchObject({
      route: 'create',
      body: { message: 'hi', stream: true },
    });
  });

  it('gives the run to poll where no stream is asked for', async () => {
    const { ask, api } = relaying(talk);
    const created = (await jsonOf(await ask('/runs/', { message: 'hi', stream: false }))) as {
      id: number;
    };
    expect(created).toMatchObject({ id: expect.any(Number) as number, status: 'running' });
    await api.until(() => api.runs()[0]?.status === 'completed');
    expect(await jsonOf(await ask(`/runs/${created.id}`))).toMatchObject({ status: 'completed' });
  });

  it('asks the API once for a record that many want at once', async () => {
    const { ask, api } = relaying(talk);
    await ask('/runs/', { message: 'hi', stream: false });
    const { id } = api.runs()[0]!;
    const all = await Promise.all(Array.from({ length: 50 }, () => ask(`/runs/${id}`)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await ask(`/runs/${id}`)).status).toBe(200);
    expect(api.requests().filter(({ route }) => route === 'get')).toHaveLength(2);
  });

  it('is found below whatever it is mounted at, and nowhere else', async () => {
    const authorize = jest.fn(() => ({ owner: 'ann', params: { user_id: 'ann' } }));
    const { relay } = relaying(talk, { authorize });
    const status = async (path: string, method = 'GET') =>
      (await relay.handler(new Request(`https://page.test${path}`, { method }))).status;
    expect(await status('/runs/1')).toBe(404); // of the API: there is no such run
    expect(await status('/a/b/runs/1/stream')).toBe(404);
    authorize.mockClear();
    for (const [path, method] of [
      ['/m8tes/', 'GET'],
      ['/m8tes/runs/1/files', 'GET'],
      ['/m8tes/runs/check', 'GET'],
      ['/m8tes/runs/1', 'DELETE'],
      ['/m8tes/runs/1/stream', 'POST'],
      ['/m8tes/runs/1/stream', 'HEAD'],
      ['/m8tes/runs/../secrets', 'GET'],
      ['/m8tes/runs/1/stream/more', 'GET'],
      ['/m8tes/runs/1%2Fstream', 'GET'],
      ['/m8tes/runs/0', 'GET'],
      ['/m8tes/runs/000/stream', 'GET'],
      ['/m8tes/agents/', 'GET'],
    ] as const) {
      expect([path, await status(path, method)]).toEqual([path, 404]);
    }
    expect(authorize).not.toHaveBeenCalled();
  });

  it('streams a run that is over, as long as it is kept', async () => {
    const { ask, page, api } = relaying(talk);
    const { run_id } = await lastValueFrom(page.runs.create({ message: 'hi' }).pipe(collectRun()));
    await api.until(() => api.runs()[0]?.status === 'completed');
    const frames = await framesOf(await ask(`/runs/${run_id}/stream`));
    expect(frames.map(({ data }) => data).join()).toContain('the tickets.');
    expect(frames.at(-1)?.['data']).toBe('[DONE]');
  });

  it('is as the API where nothing is kept of a run that has ended: a conflict', async () => {
    const { ask, api, relay } = relaying(talk);
    await ask('/runs/', { message: 'hi', stream: false });
    await api.until(() => api.runs()[0]?.status === 'completed');
    const { id } = api.runs()[0]!;
    expect((await ask(`/runs/${id}/stream`)).status).toBe(409);
    expect((await ask(`/runs/${id + 1}/stream`)).status).toBe(404);
    await relay.close();
  });

  it('takes of a page’s body the message, what is accepted, and nothing else', async () => {
    const sent = async (accept: ('tools' | 'model')[], params: Grant['params'] = {}) => {
      const { ask, api } = relaying(talk, { accept, authorize: () => ({ owner: 'ann', params }) });
      const asked = { message: 'hi', tools: ['gmail'], model: 'big', user_id: 'eve' };
      await (await ask('/runs/', { ...asked, stream: true })).text();
      return api.requests()[0]?.body;
    };
    expect(await sent([])).toEqual({ message: 'hi', stream: true });
    expect(await sent(['tools'])).toEqual({ message: 'hi', tools: ['gmail'], stream: true });
    expect(await sent(['tools'], { tools: [], name: 'Desk' })).toEqual({
      ...{ message: 'hi', tools: [], name: 'Desk', stream: true },
    });
  });

  it('says before anything is sent what is wrong with a message', async () => {
    const { ask, api } = relaying(talk);
    for (const body of [{}, { message: '' }, { message: 7 }]) {
      const answer = await ask('/runs/', { ...body, stream: true });
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('message');
    }
    expect(api.requests()).toEqual([]);
  });

  it('asks who may do what, with the run and what was asked for', async () => {
    const asked: Action[] = [];
    const authorize = (_: Request, action: Action) => {
      asked.push(action);
      return undefined;
    };
    const { ask, api } = relaying(talk, { authorize });
    const statuses: number[] = [];
    for (const [path, body] of [
      ['/runs/', { message: 'hi' }],
      ['/runs/?limit=5', undefined],
      ['/runs/7', undefined],
      ['/runs/7/stream', undefined],
      ['/runs/7/permissions', undefined],
      ['/runs/7/reply', { message: 'more' }],
      ['/runs/7/approve', { request_id: 'r', decision: 'allow' }],
      ['/runs/7/answer', { answers: { a: 'b' } }],
      ['/runs/7/cancel', {}],
      ['/runs/7/retry', {}],
    ] as const) {
      statuses.push((await ask(path, body)).status);
    }
    expect(new Set(statuses)).toEqual(new Set([403]));
    expect(api.requests()).toEqual([]);
    expect(asked).toEqual([
      { name: 'create', params: { message: 'hi' } },
      { name: 'list', params: { limit: '5' } },
      { name: 'read', run_id: 7, params: {} },
      { name: 'watch', run_id: 7, params: {} },
      { name: 'read', run_id: 7, params: {} },
      { name: 'reply', run_id: 7, params: { message: 'more' } },
      { name: 'decide', run_id: 7, params: { request_id: 'r', decision: 'allow' } },
      { name: 'decide', run_id: 7, params: { answers: { a: 'b' } } },
      { name: 'stop', run_id: 7, params: {} },
      { name: 'retry', run_id: 7, params: {} },
    ]);
  });

  it('lets nobody to the run of another user, though it is in the log', async () => {
    const log = memoryLog();
    const ann = relaying(talk, {
      log,
      authorize: (request) => {
        const user_id = request.headers.get('x-user') ?? '';
        return { owner: user_id, params: { user_id } };
      },
    });
    const as = (user: string) => ({ 'x-user': user });
    const frames = await framesOf(await ann.ask('/runs/', { message: 'hi' }, as('ann')));
    expect(frames.length).toBeGreaterThan(1);
    const { id } = ann.api.runs()[0]!;
    for (const [path, body] of [
      [`/runs/${id}/stream`, undefined],
      [`/runs/${id}`, undefined],
      [`/runs/${id}/permissions`, undefined],
      [`/runs/${id}/reply`, { message: 'more' }],
      [`/runs/${id}/cancel`, {}],
    ] as const) {
      const answer = await ann.ask(path, body, as('eve'));
      expect([path, answer.status]).toEqual([path, 404]);
      expect(await answer.text()).not.toContain('tickets');
    }
    expect((await ann.ask(`/runs/${id}/stream`, undefined, as('ann'))).status).toBe(200);
  });

  // An account in strict multi-tenant mode has no run without its user [wire §1 Scoping]: neither who
  // pumps a run nor who joins one says whose it is.
  it('asks the API for the run of a user as that user’s, each time', async () => {
    const { api, client } = relaying(talk);
    const asked: unknown[] = [];
    const runs: typeof client.runs = {
      ...client.runs,
      get: (id, options) => {
        asked.push(options?.user_id);
        return client.runs.get(id, options);
      },
      join: (id, options) => {
        asked.push(options?.user_id);
        return client.runs.join(id, options);
      },
    };
    const { ask } = relaying(talk, {
      client: { runs },
      authorize: () => ({ owner: 'ann', params: { user_id: 'ann' } }),
    });
    await (await ask('/runs/', { message: 'hi' })).text();
    const { id } = api.runs()[0]!;
    await (await ask(`/runs/${id}/stream`)).text();
    expect(asked.length).toBeGreaterThan(0);
    expect(new Set(asked)).toEqual(new Set(['ann']));
  });

  it('lists the runs of a user, and those of nobody else', async () => {
    const { ask, api } = relaying(talk, {
      authorize: (request) => ({
        owner: 'ann',
        params: { user_id: request.headers.get('x-user') ?? undefined },
      }),
    });
    for (const user of ['ann', 'ann', 'ann', 'bob']) {
      await ask('/runs/', { message: 'hi', stream: false }, { 'x-user': user });
    }
    const list = async (query: string) =>
      (await jsonOf(await ask(`/runs/${query}`, undefined, { 'x-user': 'ann' }))) as {
        data: { id: number }[];
        has_more: boolean;
        next_starting_after?: number;
      };
    const ids = api.runs().map(({ id }) => id);
    const first = await list('?limit=2');
    expect(first.data.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(first).toMatchObject({ has_more: true, next_starting_after: ids[1] });
    const second = await list(`?limit=2&starting_after=${ids[1]}`);
    expect([second.data.map(({ id }) => id), second.has_more]).toEqual([[ids[0]], false]);
    for (const limit of ['many', '-1', '0', '101']) {
      expect((await ask(`/runs/?limit=${limit}`, undefined, { 'x-user': 'ann' })).status).toBe(422);
    }
    expect((await ask('/runs/')).status).toBe(403);
  });

  it('lists the runs of everybody to who may see the account', async () => {
    const { ask, api } = relaying(talk, {
      authorize: (request) => ({
        owner: 'ann',
        account: request.headers.has('x-admin'),
        params: { user_id: request.headers.get('x-user') ?? undefined },
      }),
    });
    for (const user of ['ann', 'bob'])
      await ask('/runs/', { message: 'hi', stream: false }, { 'x-user': user });
    const listed = async (headers: { readonly [name: string]: string }) => {
      const answer = (await jsonOf(await ask('/runs/', undefined, headers))) as {
        data: { id: number }[];
      };
      return answer.data.map(({ id }) => id);
    };
    const [anns, bobs] = api.runs().map(({ id }) => id);
    expect(await listed({ 'x-admin': '' })).toEqual([bobs, anns]);
    expect(await listed({ 'x-admin': '', 'x-user': 'bob' })).toEqual([bobs]);
  });

  it('makes a new run of one that failed, and of no other', async () => {
    const failing = run().text('I tr').failure('no sandbox', 'SANDBOX_UNAVAILABLE');
    const { ask, api, client } = relaying(failing);
    await (await ask('/runs/', { message: 'hi' })).text();
    const { id } = api.runs()[0]!;
    const retried = (await jsonOf(await ask(`/runs/${id}/retry?use_credits=true`, {}))) as {
      id: number;
    };
    expect(retried.id).toBeGreaterThan(id);
    expect(await framesOf(await ask(`/runs/${retried.id}/stream`))).not.toEqual([]);
    expect((await ask('/runs/9999/retry', {})).status).toBe(404);

    const retry = jest.spyOn(client.runs, 'retry');
    for (const query of ['', '?confirm=true&use_credits=true', '?confirm=1'])
      await ask(`/runs/${id}/retry${query}`, {});
    expect(retry.mock.calls.map(([, options]) => options)).toEqual([{}, { confirm: true }, {}]);
  });

  it.each([
    ['started quietly', false],
    ['made of one that failed', true],
  ])('keeps a run that is %s, whoever watches', async (_, isRetried) => {
    const steps = new ReplaySubject<Step>();
    const log = memoryLog();
    const script: Script = ({ run }) =>
      isRetried && run.retry_of_run_id === null ? fail('no sandbox') : steps;
    const { ask, api } = relaying(script, { log, keep: true, expose: 'all', linger: 1 });
    let begun = await ask('/runs/', { message: 'hi', stream: false });
    if (isRetried) {
      await api.until(() => api.runs()[0]?.status === 'failed');
      begun = await ask(`/runs/${api.runs()[0]!.id}/retry`, {});
    }
    const { id } = (await jsonOf(begun)) as { id: number };
    const joins = () => api.requests().filter(({ path }) => path.endsWith(`/runs/${id}/stream`));
    await api.until(() => joins().length > 0);
    for (const step of text('Nobody ', 'looks.')) steps.next(step);
    steps.complete();
    while ((await log.stat(String(id)))?.end !== 'ended') await settled();
    const frames = await framesOf(await ask(`/runs/${id}/stream`));
    expect(frames.map(({ data }) => data).join()).toContain('looks.');
    expect(joins()).toHaveLength(1);
  });

  it('never lets two people’s idempotency keys meet', async () => {
    const { ask, api } = relaying(talk, {
      authorize: (request) => ({ owner: request.headers.get('x-user') ?? '' }),
    });
    const start = async (user: string) => {
      const headers = { 'x-user': user, 'idempotency-key': 'same' };
      await (await ask('/runs/', { message: 'hi' }, headers)).text();
    };
    await start('ann');
    await start('ann');
    await start('bob');
    expect(api.runs()).toHaveLength(2);
    expect(JSON.stringify(api.requests())).not.toContain('"same"');
  });

  describe('of a reply that is repeated with its key', () => {
    const more = run().text('Second.').done();
    const replied = async (log: RunLog) => {
      const first = relaying([talk, more], { log });
      await (await first.ask('/runs/', { message: 'hi' })).text();
      const run_id = first.api.runs()[0]!.id;
      const reply = async ({ ask }: Pick<typeof first, 'ask'>) => {
        const headers = { 'idempotency-key': 'same' };
        const frames = await framesOf(
          await ask(`/runs/${run_id}/reply`, { message: 'b' }, headers),
        );
        return frames.map(({ data }) => data);
      };
      const entries = async () => (await log.stat(String(run_id)))?.at.pos;
      return { ...first, reply, entries };
    };

    it('tells its turn again, which the log has once', async () => {
      const { ask, reply, entries, api } = await replied(memoryLog());
      const told = await reply({ ask });
      const count = await entries();
      expect(await reply({ ask })).toEqual(told);
      expect(await entries()).toBe(count);
      expect(api.requests().filter(({ route }) => route === 'reply')).toHaveLength(1);
    });

    it('tells it to all who ask at once', async () => {
      const { ask, reply, entries } = await replied(memoryLog());
      const before = (await entries())!;
      const [first, second] = await Promise.all([reply({ ask }), reply({ ask })]);
      expect(second).toEqual(first);
      expect(await entries()).toBe(before + first.length - 1);
    });

    it('tells it once, though the first was asked of another machine', async () => {
      const log = memoryLog();
      const { ask, reply, entries, client } = await replied(log);
      await reply({ ask });
      const count = await entries();
      const other = createRelay({ client, log, authorize: () => ({ owner: 'ann' }) });
      await reply({
        ask: (path, body, headers) =>
          other.handler(
            new Request(`https://page.test${path}`, {
              method: 'POST',
              body: JSON.stringify(body),
              headers: { 'content-type': 'application/json', ...headers },
            }),
          ),
      });
      const after = await entries();
      await other.close();
      expect(after).toBe(count);
    });
  });

  it('ends a run, decides what it asks, and lists that', async () => {
    const asking = run()
      .ask({ tool_name: 'send_mail', display_name: 'Send mail', tool_input: { to: 'x' } })
      .text('Sent.')
      .done();
    const { ask, api } = relaying(asking, {
      authorize: () => ({
        owner: 'ann',
        params: { human_in_the_loop: true, permission_mode: 'approval' },
      }),
    });
    const stream = ask('/runs/', { message: 'hi' }).then(framesOf);
    await api.until(() => api.runs()[0]?.status === 'awaiting_approval');
    const { id } = api.runs()[0]!;
    const [pending] = (await jsonOf(await ask(`/runs/${id}/permissions`))) as {
      request_id: string;
      display_name: string;
    }[];
    expect(pending).toMatchObject({ display_name: 'Send mail' });
    const decision = { request_id: pending!.request_id, decision: 'allow' };
    expect((await ask(`/runs/${id}/approve`, { ...decision, decision: 'perhaps' })).status).toBe(
      422,
    );
    expect((await ask(`/runs/${id}/approve`, decision)).status).toBe(200);
    expect((await stream).map(({ data }) => data).join()).toContain('Sent.');

    const forever = relaying(run().text('a').wait(1_000_000).done());
    const cut = forever.ask('/runs/', { message: 'hi' }).then(framesOf);
    await forever.api.until(() => forever.api.runs().length > 0);
    const other = forever.api.runs()[0]!.id;
    expect((await forever.ask(`/runs/${other}/cancel`, {})).status).toBe(200);
    expect((await cut).map(({ data }) => data).join()).toContain('cancelled');
    expect((await forever.ask(`/runs/${other}/cancel`, {})).status).toBe(409);
  });

  it('tells of an answer what became of it, and nothing that the API adds', async () => {
    const { client } = relaying(talk);
    const told = { status: 'answered', resumed: true, cost_usd: '0.01', user_id: 'ann' };
    const runs = { ...client.runs, answer: () => of(told) };
    const { ask } = relaying(talk, { client: { runs } });
    const answer = await ask('/runs/7/answer', { answers: { 'Which?': 'This.' } });
    expect(await jsonOf(answer)).toEqual({ status: 'answered', resumed: true });
  });

  it('keeps status and kind of what the API refuses, and none of its words', async () => {
    for (const status of [401, 402, 403, 404, 409, 422, 429, 500, 503]) {
      const { ask } = relaying(talk, {}, { faults: [{ on: 'create', status }] });
      const answer = await ask('/runs/', { message: 'hi', stream: true });
      expect(answer.status).toBe(status);
      expect(await answer.text()).not.toMatch(new RegExp(`${KEY}|api\\.test|${KEY.slice(-4)}`));
    }
  });

  it('answers with an error of the server where authorize fails, without its words', async () => {
    const { ask } = relaying(talk, {
      authorize: () => {
        throw new Error('secret');
      },
    });
    const answer = await ask('/runs/1');
    expect([answer.status, (await answer.text()).includes('secret')]).toEqual([500, false]);
  });

  it('answers that it is closing', async () => {
    const { ask, relay } = relaying(talk);
    await relay.close();
    expect((await ask('/runs/', { message: 'hi', stream: true })).status).toBe(503);
  });

  describe('with a cursor', () => {
    const events = deltas('a', 'b', 'c', 'd');
    const at = async (
      { pos, fingerprint }: { pos: number; fingerprint: string },
      close?: 'ended' | 'interrupted',
      other?: string,
    ) => {
      const log = memoryLog();
      const stat = await kept(log, '7', events, close ?? 'ended');
      const { ask } = relaying(talk, { log });
      const id = `${other ?? stat.gen}-${pos}-${fingerprint}`;
      return { response: await ask('/runs/7/stream', undefined, { 'last-event-id': id }), id };
    };
    const textOf = async (response: Response) =>
      (await framesOf(response)).flatMap(({ data, event }) => {
        if (event !== undefined) return [event];
        return data === '[DONE]' ? [] : [(JSON.parse(data!) as { delta: string }).delta];
      });

    it('goes on behind it, and says so', async () => {
      const { response, id } = await at(markOf(events.slice(0, 2)));
      expect(response.headers.get('m8tes-resumed')).toBe(id);
      expect(await textOf(response)).toEqual(['c', 'd']);
    });

    it('goes on in another log by what was told', async () => {
      const { response, id } = await at(markOf(deltas('abc')), 'ended', 'other');
      expect(response.headers.get('m8tes-resumed')).toBe(id);
      expect(await textOf(response)).toEqual(['d']);
    });

    it.each([
      ['one that leads nowhere', '0123456789abcdef', 'g'],
      ['one that was made up', "'; DROP TABLE runs", 'g'],
    ])('begins anew behind %s, and says so', async (_, fingerprint) => {
      const { response } = await at({ pos: 2, fingerprint });
      expect(response.headers.get('m8tes-resumed')).toBe(null);
      expect(await textOf(response)).toEqual(['reset', 'a', 'b', 'c', 'd']);
    });

    it('has nothing more for a native EventSource that comes back to a run that is over', async () => {
      const { response } = await at(markOf(events));
      expect(response.status).toBe(204);
    });

    it('has no stream any more of a run that could not be kept to its end', async () => {
      const { response } = await at(markOf(events), 'interrupted');
      expect(response.status).toBe(409);
    });
  });
});
