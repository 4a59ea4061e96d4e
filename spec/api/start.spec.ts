import { firstValueFrom, forkJoin, lastValueFrom, of, retry, take, toArray } from 'rxjs';
import { textOnly, type ClientOptions } from 'm8tes-rx';
import { raw, text, type Fault, type Script } from 'm8tes-rx/testing';
import { prepared } from '../../lib/api/start';
import { DecodeError, InvalidArgumentError, StreamInterruptedError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { errorOf, settled, told, until } from '../http/holding';
import { aDoor } from '../testing/held';
import { calling, clientOf, KEY } from './calling';
import { listening } from '../http/listening';
import { nocked } from './nocked';

const message = 'hello';
const hi: Script = function* () {
  yield* text('one ', 'two ', 'three');
};
const textOf = (events: readonly unknown[]): string =>
  (events as readonly RunEvent[])
    .map((event) => (event.type === 'text-delta' ? event.delta : ''))
    .join('');
const typesOf = (events: readonly unknown[]) =>
  (events as readonly RunEvent[]).map(({ type }) => type);

describe('start', () => {
  describe('one call is one run', () => {
    const faults: readonly (readonly [string, readonly Fault[], ClientOptions])[] = [
      ['nothing goes wrong', [], {}],
      ['the server is away', [{ on: 'create', status: 503, times: 2 }], {}],
      ['the server wants it slower', [{ on: 'create', status: 429, retryAfter: 0 }], {}],
      ['the connection breaks before the run', [{ on: 'create', reset: 'before-handling' }], {}],
      [
        'the connection breaks after the run has begun',
        [{ on: 'create', reset: 'before-headers' }],
        {},
      ],
      ['it breaks again and again', [{ on: 'create', reset: 'before-headers', times: 2 }], {}],
      ['it breaks after the headers', [{ on: 'create', reset: 'after-headers' }], {}],
      ['it breaks in the middle', [{ on: 'create', cut: { afterEvents: 2 } }], {}],
      ['it ends in the middle', [{ on: 'create', cut: { afterEvents: 2, how: 'end' } }], {}],
    ];
    it.each(faults)('when %s', async (_, faults, options) => {
      const { client, server } = await calling({ script: hi, faults }, options);
      const { values, error } = await told(client.runs.create({ message }));
      expect(error).toBeUndefined();
      expect(textOf(values)).toBe('one two three');
      expect(typesOf(values).at(-1)).toBe('done');
      expect(server.runs()).toHaveLength(1);
    });

    it('in a page that came without TLS, which has no crypto.randomUUID', async () => {
      Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
      try {
        const { client, server } = await calling({
          script: hi,
          faults: [{ on: 'create', reset: 'before-headers' }],
        });
        const { values, error } = await told(client.runs.create({ message }));
        expect(error).toBeUndefined();
        expect(textOf(values)).toBe('one two three');
        const keys = server.requests().flatMap(({ headers }) => headers['idempotency-key'] ?? []);
        expect(new Set(keys).size).toBe(1);
        expect(keys[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      } finally {
        Reflect.deleteProperty(crypto, 'randomUUID');
      }
    });

    it('when the caller repeats it', async () => {
      const { client, server, asked } = await calling(
        {
          script: hi,
          faults: [
            { on: 'create', status: 500 },
            { on: 'create', reset: 'before-headers' },
            { on: 'create', status: 500 },
          ],
        },
        { retries: { count: 0 }, resume: false },
      );
      const { values, error } = await told(client.runs.create({ message }).pipe(retry(3)));
      expect(error).toBeUndefined();
      expect(textOf(values)).toBe('one two three');
      expect(asked('create')).toBe(4);
      expect(server.runs()).toHaveLength(1);
      const keys = server.requests().map(({ headers }) => headers['idempotency-key']);
      expect(new Set(keys.filter((key) => key !== undefined)).size).toBe(1);
    });

    it('when two subscribe to it, at once and one after the other', async () => {
      const { client, server } = await calling({ script: hi });
      const run$ = client.runs.create({ message }).pipe(toArray());
      const twins = await lastValueFrom(forkJoin([run$, run$]));
      const later = await lastValueFrom(run$);
      expect([...twins, later].map(textOf)).toEqual(
        Array.from({ length: 3 }, () => 'one two three'),
      );
      expect(server.runs()).toHaveLength(1);
    });

    it('and with stream: false the same run each time', async () => {
      const { client, server } = await calling({
        script: hi,
        faults: [{ on: 'create', reset: 'before-headers' }],
      });
      const run$ = client.runs.create({ message, stream: false });
      const [one, two] = [await lastValueFrom(run$), await lastValueFrom(run$)];
      expect([one.id, two.id]).toEqual([123, 123]);
      expect(server.runs()).toHaveLength(1);
    });

    it('and two calls are two', async () => {
      const { client, server } = await calling({ script: hi });
      await told(client.runs.create({ message }));
      await told(client.runs.create({ message }));
      expect(server.runs()).toHaveLength(2);
    });

    it('unless they bear the same key', async () => {
      const { client, server } = await calling({ script: hi });
      const options = { idempotencyKey: 'ticket-7' };
      await told(client.runs.create({ message }, options));
      expect(textOf((await told(client.runs.create({ message }, options))).values)).toBe(
        'one two three',
      );
      expect(server.runs()).toHaveLength(1);
    });

    it('of what it was called with, whatever becomes of that', async () => {
      const { client, server } = await calling({ script: hi });
      const params = { message, metadata: { ticket: 7 }, stream: false as const };
      const run$ = client.runs.create(params);
      params.message = 'another';
      params.metadata.ticket = 8;
      await told(run$);
      expect(server.requests()).toMatchObject([{ body: { message, metadata: { ticket: 7 } } }]);
    });

    it('for replies and for tasks', async () => {
      const { client, server, post, start, reached } = await calling({ script: hi });
      const { id } = await start({}, { key: KEY });
      const { task_id } = await reached(id, 'completed', { key: KEY });
      server.fault({ on: 'reply', reset: 'before-headers' });
      const reply = await told(client.runs.reply(id, { message: 'and?' }));
      expect(textOf(reply.values)).toBe('one two three');
      expect((await post(`/runs/${id}/reply`, {}, { key: KEY })).status).toBe(422);
      const messages = await told(client.runs.messages(id));
      expect(messages.values.filter(({ role }) => role === 'user')).toHaveLength(2);
      server.fault({ on: 'runTask', reset: 'before-headers' });
      const task = await told(client.tasks.run(task_id));
      expect(textOf(task.values)).toBe('one two three');
      expect(server.runs()).toHaveLength(2);
    });
  });

  describe('finds a run that goes on already', () => {
    it('and joins its stream', async () => {
      const door = aDoor();
      const { client, server, asked } = await calling({
        script: function* () {
          yield* text('before ');
          yield* door.wait();
          yield* text('after');
        },
      });
      const run$ = client.runs.create({ message });
      await firstValueFrom(run$);
      const joined = told(run$);
      await until(() => asked('join') === 1);
      door.open();
      const { values } = await joined;
      expect(textOf(values)).toBe('before after');
      expect(typesOf(values).filter((type) => !type.startsWith('text-'))).toEqual([
        'metadata',
        'done',
      ]);
      expect(server.runs()).toHaveLength(1);
    });

    it('or its record, once it has ended: text and ending', async () => {
      const { client, asked, reached } = await calling({
        script: hi,
        faults: [{ on: 'create', reset: 'before-headers' }],
      });
      const run$ = client.runs.create({ message });
      await told(run$.pipe(take(1)));
      await reached(123, 'completed', { key: KEY });
      const { values } = await told(run$);
      expect(values).toMatchObject([
        { type: 'settled' },
        { type: 'metadata', payload: { run_id: 123 } },
        { type: 'text-delta', delta: 'one two three' },
        { type: 'done', stop_reason: 'end_turn' },
      ]);
      expect(asked('join')).toBeGreaterThan(0);
    });
  });

  it('joins a run whose reply has to queue, and gives the queued turn only', async () => {
    const door = aDoor();
    const { client, server, start, asked } = await calling(
      {
        script: function* ({ message }) {
          yield* text(`to ${message}: `);
          if (message === 'hello') yield* door.wait();
          yield* text('done');
        },
      },
      { timeouts: { linger: 1 } },
    );
    const { id } = await start({}, { key: KEY });
    const reply = told(client.runs.reply(id, { message: 'again' }));
    await until(() => asked('join') === 1 && server.streams() === 1);
    for (let i = 0; i < 20; i++) await settled(); // the history has been told: life goes on from here
    door.open();
    const { values, error } = await reply;
    expect(error).toBeUndefined();
    expect(textOf(values)).toBe('to again: done');
    expect(typesOf(values).filter((type) => type === 'done')).toHaveLength(1);
  });

  const run = { id: 7, status: 'running' };
  it.each([
    ['without a word of a replay', { body: run }],
    ['of a resumed reply', { body: { ...run, delivery: 'resumed' } }],
    ['of no run', { body: {}, headers: { 'idempotent-replay': 'true' } }],
  ])('does not take JSON %s for a stream', async (_, answer) => {
    const { client, sent } = nocked(answer);
    const error = await errorOf(client.runs.create({ message }));
    expect(error).toBeInstanceOf(DecodeError);
    expect(error.message).toMatch(/^POST \S*\/runs\/ was answered with /);
    // It is billed: whoever reads that must be able to find it.
    if ('id' in answer.body) expect(error.message).toMatch(/\brun 7\b.* billed.*runs\.join\(7\)$/);
    expect(sent).toHaveLength(1);
  });

  it('does not take a page for a stream', async () => {
    const { client } = nocked({ body: '<html>', headers: { 'content-type': 'text/html' } });
    const error = await errorOf(client.runs.create({ message }));
    expect(error).toBeInstanceOf(DecodeError);
    expect(error.message).toContain('check baseUrl (https://api.test/api/v2)');
  });

  it('does not take a stream for the run it asked for', async () => {
    const { client } = nocked({ body: 'data: [DONE]\n\n' });
    expect(await errorOf(client.runs.create({ message, stream: false }))).toBeInstanceOf(
      DecodeError,
    );
  });

  it('surfaces what a repeat does not mend', async () => {
    const { client, asked, server } = await calling({ faults: [{ on: 'create', status: 402 }] });
    const error = await errorOf(client.runs.create({ message }).pipe(textOnly()));
    expect(error).toMatchObject({ name: 'ApiError', kind: 'billing', status: 402 });
    expect(asked('create')).toBe(1);
    expect(server.runs()).toEqual([]);
  });

  it('is interrupted where it may not heal', async () => {
    const { client } = await calling(
      { script: hi, faults: [{ on: 'create', cut: { afterEvents: 3 } }] },
      { resume: false },
    );
    const { values, error } = await told(client.runs.create({ message }));
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({
      message: expect.stringContaining(
        'the stream of run 123 broke off before its ending',
      ) as string,
      ...{ run_id: 123, delivered: { events: 3, characters: 4 } },
    });
    expect(values).toHaveLength(3);
  });

  it.each(['a b', '', 'a\r\nb', 'ключ', null, 7])(
    'refuses the idempotency key %j',
    async (idempotencyKey) => {
      const { client, sent } = nocked();
      const error = await errorOf(client.runs.create({ message }, { idempotencyKey } as object));
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toMatchObject({ argument: 'idempotencyKey' });
      expect(sent).toEqual([]);
    },
  );

  describe('when it is left', () => {
    const goesOn: Script = function* () {
      yield* text('begun');
      yield { step: 'wait', ms: 2 ** 30 };
    };

    it('closes its stream, and leaves the run alone', async () => {
      const { client, server, asked } = await calling({ script: goesOn });
      await told(client.runs.create({ message }).pipe(take(2)));
      await until(() => server.streams() === 0);
      expect(server.runs()).toMatchObject([{ status: 'running' }]);
      expect(asked('cancel')).toBe(0);
    });

    it.each(['its option', "the client's"])('cancels the run by %s', async (whose) => {
      const leave = { onUnsubscribe: 'cancel' } as const;
      const own = whose === 'its option';
      const { client, server } = await calling({ script: goesOn }, own ? {} : leave);
      await told(client.runs.create({ message, user_id: 'ada' }, own ? leave : {}).pipe(take(2)));
      await until(() => server.runs()[0]?.status === 'cancelled');
      expect(server.requests().at(-1)).toMatchObject({
        route: 'cancel',
        path: '/api/v2/runs/123/cancel?user_id=ada',
      });
    });

    it('cancels a run it has not heard of yet, by its key', async () => {
      const { client, server, asked } = await calling({
        script: function* () {
          yield { step: 'wait', ms: 2 ** 30 };
        },
        faults: [{ on: 'create', stall: { afterEvents: 0 } }],
      });
      const subscription = client.runs.create({ message }, { onUnsubscribe: 'cancel' }).subscribe();
      await until(() => asked('create') === 1);
      subscription.unsubscribe();
      await until(() => server.runs()[0]?.status === 'cancelled');
      expect(server.runs()).toHaveLength(1);
    });

    it('closes its socket while it waits for the headers', async () => {
      const { origin, asked, sockets } = await listening(() => {});
      const subscription = clientOf(origin).runs.create({ message }).subscribe();
      await until(() => asked.length === 1);
      subscription.unsubscribe();
      await until(() => sockets() === 0);
      await settled();
      expect(asked).toHaveLength(1);
    });

    it('closes its socket in the middle of a frame', async () => {
      const { client, server } = await calling({
        script: function* () {
          yield* text('begun');
          yield* raw('data: {"type": "text-del');
          yield { step: 'wait', ms: 2 ** 30 };
        },
      });
      await told(client.runs.create({ message }).pipe(take(2)));
      await until(() => server.streams() === 0);
    });

    it("ends with its signal's reason", async () => {
      const { client, server } = await calling({ script: goesOn });
      const controller = new AbortController();
      const run = told(client.runs.create({ message }, { signal: controller.signal }));
      await until(() => server.streams() === 1);
      controller.abort('enough');
      expect((await run).error).toBe('enough');
      await until(() => server.streams() === 0);
    });
  });
});

describe('prepared', () => {
  it('is made at once, and the same for every subscriber', async () => {
    const make = jest.fn(() => of({ key: Math.random() }));
    const made$ = prepared(make);
    expect(make).toHaveBeenCalledTimes(1);
    const [one, two] = [await told(made$), await told(made$)];
    expect(one.values[0]).toBe(two.values[0]);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it("makes what went wrong each subscriber's error, and throws nothing", async () => {
    const wrong = new RangeError('wrong');
    const made$ = prepared(() => {
      throw wrong;
    });
    expect(await errorOf(made$)).toBe(wrong);
    expect(await errorOf(made$)).toBe(wrong);
  });
});
