import {
  concat,
  finalize,
  from,
  ignoreElements,
  map,
  NEVER,
  Observable,
  of,
  ReplaySubject,
  Subject,
  take,
  tap,
} from 'rxjs';
import type { PermissionRequest } from '../../lib/api/objects';
import { isPlanApproval, planText } from '../../lib/api/questions';
import { respond } from '../../lib/api/respond';
import { InvalidArgumentError, UnansweredError } from '../../lib/errors';
import { decodeEvent } from '../../lib/events/decode';
import type { RunEvent } from '../../lib/events/RunEvent';
import type { ConnectionState } from '../../lib/stream/Healing';
import { approval, plan, question, text, together, type Script } from 'm8tes-rx/testing';
import { laws } from '../helpers/laws';
import { toldBy } from '../helpers/told';
import { marbles } from '../helpers/marbles';
import { errorOf, told, until } from '../http/holding';
import { asking, refusal, tool } from './asking';
import { calling, clientOf } from './calling';

const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'hi' },
  p: { type: 'permission_request', request_id: 'req_1' },
  w: { type: 'awaiting_approval' },
  r: { type: 'permission_resolved', request_id: 'req_1' },
  d: { type: 'done' },
};
const yes = { onApproval: () => true };
const client = (
  asked: ReturnType<typeof asking>,
  connection$: Observable<ConnectionState> = NEVER,
) => ({
  runs: asked.runs,
  connection$,
});
const open = (run_id: number | undefined): ConnectionState => ({
  stream: 1,
  state: 'open',
  run_id,
  attempt: 0,
});

describe('respond', () => {
  laws(() => respond(client(asking([tool()])), yes));

  it(
    'passes every event on, and answers each pending request once',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const asked = asking([tool()]);
      const answer = cold('          (a|)', { a: tool('req_1', 'allowed') });
      const { approve } = asked.runs;
      const runs = {
        ...asked.runs,
        approve: (...all: Parameters<typeof approve>) =>
          concat(approve(...all).pipe(ignoreElements()), answer),
      };
      const source = cold('  --m--t--p-w---------r--t--d|', values);
      const subs = '         ^--------------------------!';
      const answers = '      --------(^!)';
      const expected = '     --m--t--p-w---------r--t--d|';
      const result = source.pipe(respond(client({ ...asked, runs }), yes));
      expectObservable(result).toBe(expected, values);
      expectSubscriptions(source.subscriptions).toBe(subs);
      expectSubscriptions(answer.subscriptions).toBe(answers);
      flush();
      expect(asked.given).toEqual([{ request_id: 'req_1', decision: 'allow' }]);
      expect(asked.permissions.mock.calls).toEqual([[7], [7], [7]]); // p, w and r
    }),
  );

  it(
    'reads what is pending after every reconnect of this run, and of no other',
    marbles(({ cold, hot, flush }) => {
      const asked = asking([]);
      const connections = {
        a: open(7),
        b: open(8),
        c: open(undefined),
        i: { ...open(7), state: 'interrupted' as const },
      };
      const connection$ = hot('-a-b-c-i-a--a', connections);
      const source = cold('       --m--------d|', values); // the first was before the run was known
      source.pipe(respond(client(asked, connection$), yes)).subscribe();
      flush();
      expect(asked.permissions).toHaveBeenCalledTimes(1);
    }),
  );

  it(
    'asks nothing without being asked',
    marbles(({ cold, flush }) => {
      const asked = asking([tool()]);
      cold('m-t-r-d|', values)
        .pipe(respond(client(asked), yes))
        .subscribe();
      flush();
      expect(asked.permissions).not.toHaveBeenCalled();
    }),
  );

  it(
    'is an error at once where nobody answers, and lets go of its stream',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const asked = asking([tool()]);
      const source = cold(' m-p-------d|', values);
      const error = expect.any(UnansweredError);
      expectObservable(source.pipe(respond(client(asked), {}))).toBe('m-(p#)', values, error);
      expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it(
    'is an error when another approver decided otherwise, also after the last event',
    marbles(({ cold, expectObservable }) => {
      const refused = refusal('gate_resolved_otherwise');
      const asked = asking([tool()]);
      const slow = { ...asked.runs, approve: () => cold<never>('-----#', {}, refused) };
      const source = cold('  m-p-d|', values);
      const expected = '     m-p-d--#';
      const result = source.pipe(respond({ runs: slow, connection$: NEVER }, yes));
      expectObservable(result).toBe(expected, values, refused);
    }),
  );

  it(
    'completes with a run that waits for nobody any more',
    marbles(({ cold, expectObservable }) => {
      const asked = asking([tool()]);
      const source = cold('  m-p-d|', values);
      const never = { onApproval: () => cold<boolean>('-') };
      expectObservable(source.pipe(respond(client(asked), never))).toBe('m-p-d|', values);
    }),
  );

  it(
    'misses nobody for a run that ended before it was known what it asks',
    marbles(({ cold, expectObservable }) => {
      const late = asking(() => cold('-----(p|)', { p: tool() }));
      const source = cold('  m-p-d|', values);
      expectObservable(source.pipe(respond(client(late), {}))).toBe('m-p-d|', values);
      const failing = asking(() => cold<never>('-----#', {}, refusal('run_not_found')));
      expectObservable(source.pipe(respond(client(failing), {}))).toBe('m-p-d|', values);
    }),
  );

  it(
    'lets go of everything when it is left',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const answer = cold<boolean>('-');
      const asked = asking([tool()]);
      const source = cold('m-p-------d|', values);
      const handlers = { onApproval: () => answer };
      expectObservable(source.pipe(respond(client(asked), handlers)), '-----!').toBe(
        'm-p---',
        values,
      );
      expectSubscriptions(source.subscriptions).toBe('^----!');
      expectSubscriptions(answer.subscriptions).toBe('--^--!');
    }),
  );

  it(
    'passes an error of the stream on',
    marbles(({ cold, expectObservable }) => {
      const asked = asking([]);
      const source = cold('m-t-#', values);
      expectObservable(source.pipe(respond(client(asked), yes))).toBe('m-t-#', values);
    }),
  );

  it('stops a source that tells all at once, when nobody wants more', () => {
    const read: string[] = [];
    const source = new Observable<RunEvent>((subscriber) => {
      for (const marble of 'mptrd') {
        if (subscriber.closed) return;
        read.push(marble);
        subscriber.next(values[marble]!);
      }
      subscriber.complete();
    });
    const asked = asking([tool()]);
    expect(toldBy(source.pipe(respond(client(asked), yes), take(2))).ended).toBe('completed');
    expect(read).toEqual(['m', 'p']);
  });

  describe('a request of a run that nobody has named yet', () => {
    const named: { readonly [marble: string]: RunEvent } = {
      ...values,
      b: decodeEvent('{"type":"permission_request","run_id":8}'),
      y: decodeEvent('{"type":"awaiting_approval","payload":{"run_id":8}}'),
      x: decodeEvent('{"type":"permission_request","payload":{"run_id":"8"}}'),
    };

    it.each(['b', 'y', 'x'])('is of the run that it names itself: %s', (marble) => {
      marbles(({ cold, expectObservable, flush }) => {
        const asked = asking([tool()]);
        const events = `${marble}-t-d|`;
        expectObservable(cold(events, named).pipe(respond(client(asked), yes))).toBe(events, named);
        flush();
        expect(asked.permissions.mock.calls).toEqual([[8]]);
        expect(asked.given).toHaveLength(1);
      })();
    });

    it(
      'is answered once the metadata have come',
      marbles(({ cold, expectObservable, flush }) => {
        const asked = asking([tool()]);
        const events = 'p-w 4s t m-t-d|';
        expectObservable(cold(events, named).pipe(respond(client(asked), yes))).toBe(events, named);
        flush();
        expect(asked.permissions.mock.calls).toEqual([[7]]);
        expect(asked.given).toHaveLength(1);
      }),
    );

    it(
      'is an UnansweredError after five seconds, and at the end of the stream',
      marbles(({ cold, expectObservable, flush }) => {
        const asked = asking([tool()]);
        const error = expect.objectContaining({
          name: 'UnansweredError',
          run_id: undefined,
          request: undefined,
          message: expect.stringContaining('put it before what filters them'),
        });
        const late = cold('p-w 6s t m|', named).pipe(respond(client(asked), yes));
        expectObservable(late).toBe('p-w 4997ms #', named, error);
        const ended = cold('p-d--|', named).pipe(respond(client(asked), yes));
        expectObservable(ended).toBe('p-d--#', named, error);
        flush();
        expect(asked.permissions).not.toHaveBeenCalled();
      }),
    );
  });

  it(
    'reads a few times what a long history has asked',
    marbles(({ cold, expectObservable, flush }) => {
      const asked = asking(() => cold('-(pq|)', { p: tool('old', 'allowed'), q: tool('new') }));
      const history = [values['m']!, ...Array.from({ length: 300 }, () => values['p']!)];
      const source = concat(from(history), cold('9ms d|', values));
      const onApproval = jest.fn(() => true);
      const result = source.pipe(respond(client(asked), { onApproval }), ignoreElements());
      expectObservable(result).toBe('10ms |');
      flush();
      expect(asked.permissions).toHaveBeenCalledTimes(2);
      expect(onApproval.mock.calls).toEqual([[tool('new')]]);
    }),
  );

  it(
    'lets a handler go whose request was resolved elsewhere',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      let pending = true;
      const asked = asking(() => from(pending ? [tool()] : []));
      const person = cold<boolean>('     -');
      const events = '               m-p---r---d|';
      const source = cold(events, values).pipe(
        tap(({ type }) => (pending &&= !type.endsWith('resolved'))),
      );
      const result = source.pipe(respond(client(asked), { onApproval: () => person }));
      expectObservable(result).toBe(events, values);
      expectSubscriptions(person.subscriptions).toBe('--^---!');
      flush();
      expect(asked.given).toEqual([]);
    }),
  );

  it.each([
    ['onApproval', { onApproval: true }],
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: null }],
    ['onApproval', { onApproval: null }],
    ['onQuestion', { onQuestion: null }],
    ['onquestion', { onquestion: () => 'A' }],
    ['parameters', null],
  ])('refuses for its %s the handlers %p', async (argument, handlers) => {
    const asked = asking([]);
    const source = new Subject<RunEvent>();
    const error = await errorOf(source.pipe(respond(client(asked), handlers as object)));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ argument });
  });

  describe('on a server', () => {
    const script: Script = function* () {
      const { decision } = yield* approval({ tool_name: 'gmail_send', display_name: 'Send mail' });
      const team = yield* question({ question: 'Which team?', options: ['A', 'B'] });
      const { answer } = yield* plan('1. Send');
      yield* text(`${decision} ${team} ${answer}`);
    };
    const params = {
      message: 'hello',
      human_in_the_loop: true,
      permission_mode: 'approval',
    } as const;
    const handlers = {
      onApproval: () => 'deny' as const,
      onQuestion: async ({ display_name }: { readonly display_name?: string }) =>
        display_name === 'Approve the plan' ? 'Approve' : 'B',
    };
    const textOf = (events: readonly unknown[]) =>
      (events as readonly RunEvent[])
        .map((event) => (event.type === 'text-delta' ? event.delta : ''))
        .join('');

    it.each(['open', 'hang-up'] as const)('decides a run whose stream stays %s', async (pauses) => {
      const { client, asked } = await calling({ script, pauses });
      const { values, error } = await told(
        client.runs.create(params).pipe(respond(client, handlers)),
      );
      expect(error).toBeUndefined();
      expect(textOf(values)).toBe('deny B Approve');
      expect([asked('approve'), asked('answer')]).toEqual([1, 2]);
    });

    it('waits for a run in the background alike', async () => {
      const { client, asked } = await calling({ script });
      const { stream: _, ...quiet } = { ...params, stream: false };
      const { values, error } = await told(
        client.runs.createAndWait(quiet, { interval: 1, ...handlers }),
      );
      expect(error).toBeUndefined();
      expect(values.at(-1)).toMatchObject({ status: 'completed', output: 'deny B Approve' });
      expect([asked('approve'), asked('answer'), asked('create')]).toEqual([1, 2, 1]);
    });

    it.each([
      ['cancelled', undefined],
      ['ended', undefined],
      ['allow', undefined],
      ['deny', 'gate_resolved_otherwise'],
    ] as const)('allows a gate that was meanwhile %s: %s', async (meanwhile, code) => {
      const { client } = await calling({
        script: function* () {
          yield* together(approval({ tool_name: 'gmail_send', meanwhile }));
          yield* text('on');
        },
      });
      const { error } = await told(client.runs.create(params).pipe(respond(client, yes)));
      expect((error as { readonly code?: string } | undefined)?.code).toBe(code);
    });

    /** Handlers that can be held back, and what they were asked. */
    const held = () => {
      const door = new ReplaySubject<void>(1);
      const asked: PermissionRequest[] = [];
      const answering =
        <A>(answer: A) =>
        (request: PermissionRequest) => {
          asked.push(request);
          return door.pipe(map(() => answer));
        };
      const handlers = { onApproval: answering(true), onQuestion: answering('B') };
      return { door, asked, handlers };
    };

    it('answers each of several requests at once, by its id and by its kind', async () => {
      const { client, asked, server } = await calling({
        script: function* () {
          const [mail, team, plan_, post] = yield* together(
            approval({ tool_name: 'gmail_send' }),
            question({ question: 'Which team?', options: ['A', 'B'] }),
            plan('1. Send'),
            approval({ tool_name: 'slack' }),
          );
          yield* text(`${mail.decision} ${team} ${plan_.answer} ${post.decision}`);
        },
      });
      const seen: PermissionRequest[] = [];
      const { values, error } = await told(
        client.runs.create(params).pipe(
          respond(client, {
            onApproval: (request) => {
              seen.push(request);
              const decision = request.tool_name === 'slack' ? 'deny' : 'allow';
              return of({ decision, remember: true, reason: 'so' } as const);
            },
            onQuestion: async (request) => {
              seen.push(request);
              return isPlanApproval(request) ? 'Approve' : { 'Which team?': 'B' };
            },
          }),
        ),
      );
      expect(error).toBeUndefined();
      expect(textOf(values)).toBe('allow B Approve deny');
      expect(values.filter(({ type }) => type === 'permission_request')).toHaveLength(4);
      expect(seen.map(planText)).toEqual([undefined, undefined, '1. Send', undefined]);
      const bodies = server
        .requests()
        .filter(({ route }) => route === 'approve' || route === 'answer')
        .map(({ body }) => body);
      const [one, two, three, four] = seen.map(({ request_id }) => request_id);
      const decision = { remember: true, reason: 'so' };
      // Whoever is quick is heard first.
      expect(bodies).toHaveLength(4);
      expect(bodies).toEqual(
        expect.arrayContaining([
          { request_id: one, decision: 'allow', ...decision },
          { request_id: two, answers: { 'Which team?': 'B' } },
          { request_id: three, answers: { 'Plan Approval': 'Approve' } },
          { request_id: four, decision: 'deny', ...decision },
        ]),
      );
      expect(asked('create')).toBe(1);
    });

    it.each(['open', 'hang-up'] as const)(
      'answers once what was asked before the stream broke off, where it stays %s',
      async (pauses) => {
        const { client, asked } = await calling({
          script,
          pauses,
          faults: [{ on: 'create', cut: { afterEvents: 3 } }], // all that asks has come
        });
        const { door, handlers, asked: people } = held();
        const run = told(client.runs.create(params).pipe(respond(client, handlers)));
        await until(() => asked('join') > 0 && people.length > 0);
        door.next();
        const { values, error } = await run;
        expect(error).toBeUndefined();
        expect(textOf(values)).toBe('allow B B');
        expect([asked('approve'), asked('answer'), asked('create')]).toEqual([1, 2, 1]);
        expect(new Set(people.map(({ request_id }) => request_id)).size).toBe(people.length);
      },
    );

    it('answers what its stream never told, after a reconnect', async () => {
      const { client, asked, server } = await calling({
        script,
        faults: [
          { on: 'create', cut: { afterEvents: 1 } },
          { on: 'join', stall: { afterEvents: 1 } },
        ],
      });
      const events: RunEvent[] = [];
      const subscription = client.runs
        .create(params)
        .pipe(respond(client, handlers))
        .subscribe((event) => events.push(event));
      await until(() => asked('approve') === 1);
      expect(events).toEqual([expect.objectContaining({ type: 'metadata' })]);
      subscription.unsubscribe();
      await until(() => server.streams() === 0);
    });

    it('answers a second request that came while it was disconnected', async () => {
      const { server, asked } = await calling({ script, pauses: 'hang-up' });
      let approved = false;
      const asksAgain = () => approved && server.runs()[0]?.status === 'awaiting_approval';
      const client = clientOf(server.url, {
        fetch: async (url, init) => {
          if (url.endsWith('/stream')) await until(asksAgain);
          const response = await fetch(url, init);
          if (url.endsWith('/approve')) approved = true;
          return response;
        },
      });
      const states: string[] = [];
      client.connection$.subscribe(({ state }) => states.push(state));
      const { values, error } = await told(
        client.runs.create(params).pipe(respond(client, handlers)),
      );
      expect(error).toBeUndefined();
      expect(textOf(values)).toBe('deny B Approve');
      expect([asked('approve'), asked('answer'), asked('create')]).toEqual([1, 2, 1]);
      expect(states.slice(0, 5)).toEqual([
        ...['connecting', 'open', 'interrupted', 'connecting', 'open'],
      ]);
    });

    it('completes with a run that ends while a person is asked', async () => {
      const { client, asked, server } = await calling({ script });
      let left = 0;
      const onApproval = () => {
        client.runs.cancel(server.runs()[0]!.id).subscribe();
        return NEVER.pipe(finalize(() => left++));
      };
      const { values, error } = await told(
        client.runs.create(params).pipe(respond(client, { onApproval })),
      );
      expect(error).toBeUndefined();
      expect(values.at(-1)).toMatchObject({ type: 'cancelled' });
      expect([left, asked('approve')]).toEqual([1, 0]);
    });

    it('closes the connection when it is left while a person is asked', async () => {
      const { client, asked, server } = await calling({ script });
      let left = 0;
      let people = 0;
      const onApproval = () => {
        people++;
        return NEVER.pipe(finalize(() => left++));
      };
      const subscription = client.runs
        .create(params)
        .pipe(respond(client, { onApproval }))
        .subscribe();
      await until(() => people === 1);
      subscription.unsubscribe();
      expect(left).toBe(1);
      await until(() => server.streams() === 0);
      expect(asked('approve')).toBe(0);
    });

    it.each([
      [{ status: 404 }, { name: 'ApiError', kind: 'missing' }],
      [{ status: 409 }, { name: 'ApiError', kind: 'conflict' }],
      [{ status: 403, body: { detail: 'gate_cancelled' } }, { kind: 'forbidden' }],
      [{ status: 422 }, { kind: 'invalid' }],
      [
        { status: 404, body: { error: { error_code: 'gate_resolved_otherwise' } } },
        { code: 'gate_resolved_otherwise' },
      ],
    ])('passes on the refusal %j, and closes the connection', async (fault, expected) => {
      const { client, server, asked } = await calling({
        script,
        faults: [{ on: 'approve', ...fault }],
      });
      const { error } = await told(client.runs.create(params).pipe(respond(client, handlers)));
      expect(error).toMatchObject(expected);
      expect(asked('approve')).toBe(1);
      await until(() => server.streams() === 0);
    });

    it('names the request that nobody answers', async () => {
      const { client } = await calling({ script });
      const { error } = await told(client.runs.create(params).pipe(respond(client, {})));
      const { values } = await told(client.runs.permissions(123));
      expect(error).toBeInstanceOf(UnansweredError);
      expect(error).toMatchObject({ run_id: 123, request: values[0] });
      expect((error as Error).message).toContain(values[0]!.request_id);
    });
  });
});
