import { BudgetError, createClient, type Run, type RunEvent, type RunResult } from 'm8tes-rx';
import { forever, metrics, text, wait, type Script } from 'm8tes-rx/testing';
import {
  lastValueFrom,
  NEVER,
  type Observable,
  of,
  Subject,
  take,
  throwError,
  toArray,
} from 'rxjs';
import { budget, type Budget } from '../../lib/api/budget';
import { ApiError, InvalidArgumentError } from '../../lib/errors';
import { resultOf } from '../operators/runs';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';
import { errorOf, until } from '../http/holding';
import { calling, clientOf, KEY } from './calling';

const usage = (usage: object): RunEvent => ({ type: 'metadata', payload: { usage: { ...usage } } });
const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'hi' },
  u: usage({ total_tokens: 1200, cost_usd: '0.50' }),
  v: usage({ input_tokens: 900, output_tokens: 100 }),
  s: { type: 'run_metrics', input_tokens_used: 1100, output_tokens_used: 300 },
  c: { type: 'run_metrics', claude_token_cost_usd: 0.6 },
  e: { type: 'error', error: 'no' },
  d: { type: 'done' },
};
const cancelled: Run = { id: 7, status: 'cancelled' };

/** A client that notes what it cancels, and when it was asked to. */
const aClient = (answer: () => Observable<Run> = () => of(cancelled)) => {
  const cancel = jest.fn((_run: number, _options?: object) => answer());
  return { runs: { cancel }, cancel };
};
const error = (
  limit: keyof Budget,
  spent: Partial<BudgetError['spent']>,
  more: object = {},
): unknown =>
  expect.objectContaining({ limit, spent: expect.objectContaining(spent), run_id: 7, ...more });

describe('budget', () => {
  laws(() => budget(aClient(), { maxCostUsd: 1, maxTokens: 1000, maxMs: 60_000 }));

  it(
    'cancels a run that takes more, and errors when that is answered',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const answer = cold('           ---(a|)', { a: cancelled });
      const client = aClient(() => answer);
      const source = cold('  --m--t--u--t--d|', values);
      const subs = '         ^-------!';
      const cancels = '      --------^--!';
      const expected = '     --m--t--u--#';
      expectObservable(source.pipe(budget(client, { maxTokens: 1000 }))).toBe(
        expected,
        values,
        error('maxTokens', { tokens: 1200, cost_usd: 0.5, ms: 8 }),
      );
      expectSubscriptions(source.subscriptions).toBe(subs);
      expectSubscriptions(answer.subscriptions).toBe(cancels);
      flush();
      expect(client.cancel.mock.calls).toEqual([[7, { user_id: undefined }]]);
    }),
  );

  it(
    'cancels it once, though its time is over before that is answered',
    marbles(({ cold, expectObservable, flush }) => {
      const client = aClient(() => cold('-----(a|)', { a: cancelled }));
      const source = cold('  --m--u-----', values);
      const expected = '     --m--u----#';
      expectObservable(source.pipe(budget(client, { maxTokens: 1000, maxMs: 7 }))).toBe(
        expected,
        values,
        error('maxTokens', { tokens: 1200 }),
      );
      flush();
      expect(client.cancel).toHaveBeenCalledTimes(1);
    }),
  );

  it.each<[string, Budget]>([
    ['no limits', {}],
    [
      'limits that are undefined',
      { maxTokens: undefined, maxCostUsd: undefined, maxMs: undefined },
    ],
    ['as much as it takes', { maxTokens: 1400, maxCostUsd: 0.6, maxMs: 100 }],
    ['no end', { maxTokens: Number.MAX_SAFE_INTEGER, maxCostUsd: Infinity, maxMs: Infinity }],
    ['more time than a timer holds', { maxMs: 2 ** 31 }],
  ])('lets a run be that has %s', (_, limits) => {
    marbles(({ cold, expectObservable, flush }) => {
      const client = aClient();
      const source = cold('  --m--t-uvsc-d|', values);
      expectObservable(source.pipe(budget(client, limits))).toBe('--m--t-uvsc-d|', values);
      flush();
      expect(client.cancel).not.toHaveBeenCalled();
    })();
  });

  it.each<[string, string, Budget, unknown]>([
    ['-m-u-t|', '-m-(u#)', { maxCostUsd: 0.49 }, error('maxCostUsd', { cost_usd: 0.5 })],
    ['-m-c-t|', '-m-(c#)', { maxCostUsd: 0.5 }, error('maxCostUsd', { cost_usd: 0.6 })],
    ['-m-v-t|', '-m-(v#)', { maxTokens: 999 }, error('maxTokens', { tokens: 1000 })],
    ['-m-s-t|', '-m-(s#)', { maxTokens: 1399 }, error('maxTokens', { tokens: 1400 })],
    [
      '-mus-t|',
      '-mu(s#)',
      { maxTokens: 1399 },
      error('maxTokens', { tokens: 1400, cost_usd: 0.5 }),
    ],
    ['-msu-t|', '-ms(u#)', { maxCostUsd: 0 }, error('maxCostUsd', { tokens: 1400 })],
    ['-m-u-t|', '-m-(u#)', { maxCostUsd: 0, maxTokens: 0 }, error('maxCostUsd', { tokens: 1200 })],
  ])('reads what is spent of %j', (diagram, expected, limits, failure) => {
    marbles(({ cold, expectObservable }) => {
      const source = cold(diagram, values);
      expectObservable(source.pipe(budget(aClient(), limits))).toBe(expected, values, failure);
    })();
  });

  it(
    'measures time, whatever the run says',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' --m--t--------t--d|', values);
      const subs = '        ^---------!';
      const expected = '    --m--t----#';
      const result = source.pipe(budget(aClient(), { maxMs: 10 }));
      expectObservable(result).toBe(
        expected,
        values,
        error('maxMs', { ms: 10, tokens: undefined }),
      );
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'cancels a run that was not known in time as soon as it is',
    marbles(({ cold, expectObservable, flush }) => {
      const client = aClient();
      const source = cold(' --t-----------m--t|', values);
      const expected = '    --t-----------#';
      const failure = error('maxMs', { ms: 10 }, { result: resultOf(values['t']!) });
      expectObservable(source.pipe(budget(client, { maxMs: 10 }))).toBe(expected, values, failure);
      flush();
      expect(client.cancel).toHaveBeenCalledTimes(1);
    }),
  );

  it.each(['|', '#'])('says so where it never was: %s', (end) => {
    marbles(({ cold, expectObservable }) => {
      const cause = new RangeError('of the source');
      const source = cold(` --t-----------t${end}`, values, cause);
      const failure = expect.objectContaining({
        limit: 'maxMs',
        run_id: undefined,
        message: expect.stringContaining('may be going on: no event has said which it is'),
        ...(end === '#' && { cause }),
      });
      expectObservable(source.pipe(budget(aClient(), { maxMs: 10 }))).toBe(
        '               --t------------#',
        values,
        failure,
      );
    })();
  });

  it(
    'does not cut short what has ended, and is its error when all of it was passed on',
    marbles(({ cold, expectObservable, flush }) => {
      const client = aClient();
      const source = cold(' -m-t-d-u--t-|', values);
      const expected = '    -m-t-d-u--t-#';
      const { m, t, d, u } = values;
      const failure = error(
        'maxTokens',
        { tokens: 1200 },
        { result: resultOf(m!, t!, d!, u!, t!) },
      );
      expectObservable(source.pipe(budget(client, { maxTokens: 1000 }))).toBe(
        expected,
        values,
        failure,
      );
      flush();
      expect(client.cancel).not.toHaveBeenCalled();
    }),
  );

  it(
    'lets a run linger that has ended in time',
    marbles(({ cold, expectObservable }) => {
      const source = cold(' -m-t-d---------|', values);
      const expected = '    -m-t-d---------|';
      expectObservable(source.pipe(budget(aClient(), { maxMs: 10 }))).toBe(expected, values);
    }),
  );

  it(
    'takes the time that a next turn goes on for',
    marbles(({ cold, expectObservable }) => {
      const source = cold(' -m-t-d---------t-d|', values);
      const expected = '    -m-t-d---------(t#)';
      const failure = error('maxMs', { ms: 15 });
      expectObservable(source.pipe(budget(aClient(), { maxMs: 10 }))).toBe(
        expected,
        values,
        failure,
      );
    }),
  );

  it('cancels for the user whose run it is', () => {
    const client = aClient();
    of(values['m']!, values['u']!)
      .pipe(budget(client, { maxTokens: 1, user_id: 'ada' }))
      .subscribe({ error: () => {} });
    expect(client.cancel.mock.calls).toEqual([[7, { user_id: 'ada' }]]);
  });

  const spendingOf = async (answer: () => Observable<Run>): Promise<BudgetError> => {
    const failure: unknown = await errorOf(
      of(values['m']!, values['u']!, values['d']!).pipe(budget(aClient(answer), { maxTokens: 1 })),
    );
    if (!(failure instanceof BudgetError)) throw failure;
    return failure;
  };

  it('says what to do where the run could not be cancelled', async () => {
    const cause = new ApiError('no', { kind: 'server', status: 500 });
    const refused = await spendingOf(() => throwError(() => cause));
    expect(refused).toMatchObject({ cause, limit: 'maxTokens', run_id: 7 });
    expect(refused.message).toBe(
      'run 7 took 1200 tokens, more than maxTokens, and may be going on: ' +
        'try runs.cancel() again; what it produced is in error.result',
    );
    const thrown = await spendingOf(() => {
      throw cause;
    });
    expect(thrown.cause).toBe(cause);
  });

  it('takes a run that has ended meanwhile for cancelled', async () => {
    const conflict = new ApiError('over', { kind: 'conflict', status: 409 });
    const failure = await spendingOf(() => throwError(() => conflict));
    expect(failure.cause).toBeUndefined();
    expect(failure.message).toContain('and was cancelled');
    const result: RunResult = failure.result;
    expect(result.status).toBe('running');
  });

  it('goes on cancelling where its subscriber leaves meanwhile', () => {
    const answer = new Subject<Run>();
    const source = new Subject<RunEvent>();
    const subscription = source
      .pipe(
        budget(
          aClient(() => answer),
          { maxTokens: 1 },
        ),
      )
      .subscribe({ error: () => {} });
    source.next(values['m']!);
    source.next(values['u']!);
    expect(source.observed).toBe(false);
    subscription.unsubscribe();
    expect(answer.observed).toBe(true);
    answer.complete();
  });

  it('cancels nothing for who has left before', () => {
    const client = aClient();
    of(values['m']!, values['u']!)
      .pipe(budget(client, { maxTokens: 1 }), take(2))
      .subscribe();
    expect(client.cancel).not.toHaveBeenCalled();
  });

  it.each<[object, string]>([
    [{ maxCostUsd: -1 }, 'maxCostUsd must be a number, 0 or more'],
    [{ maxCostUsd: '1' }, 'maxCostUsd must be a number, 0 or more'],
    [{ maxTokens: 0.5 }, 'maxTokens must be a whole number'],
    [{ maxMs: 0 }, 'maxMs must be milliseconds above 0'],
    [{ maxCost: 1 }, 'maxCost is unknown'],
  ])('refuses %j', async (limits, problem) => {
    const failure = await errorOf(NEVER.pipe(budget(aClient(), limits as Budget)));
    expect(failure).toBeInstanceOf(InvalidArgumentError);
    expect(failure.message).toContain(problem);
  });

  it('costs no more the longer the run is', () => {
    const deltas = Array.from({ length: 100_000 }, (): RunEvent => ({
      type: 'text-delta',
      delta: 'x',
    }));
    let count = 0;
    of(...deltas)
      .pipe(budget(aClient(), { maxTokens: 1 }))
      .subscribe(() => (count += 1));
    expect(count).toBe(100_000);
  });
});

describe('a run of the server that takes more than its budget', () => {
  const spends: Script = function* () {
    yield* text('Thinking');
    yield* metrics(5000, 100);
    yield* forever();
  };
  const message = 'hello';

  it('is cancelled there', async () => {
    const { client } = await calling({ script: spends });
    const failure = await errorOf(
      client.runs.create({ message }).pipe(budget(client, { maxCostUsd: 0.01 })),
    );
    if (!(failure instanceof BudgetError)) throw failure;
    expect(failure).toMatchObject({ limit: 'maxCostUsd', result: { text: 'Thinking' } });
    expect(failure.spent).toMatchObject({ tokens: 5100, cost_usd: 0.0165 });
    const run = await lastValueFrom(client.runs.get(failure.run_id!));
    expect(run.status).toBe('cancelled');
  });

  it('is cancelled there once, whatever leaving it does', async () => {
    const { client, server, asked } = await calling(
      { script: spends },
      { onUnsubscribe: 'cancel' },
    );
    const failure = await errorOf(
      client.runs.create({ message }).pipe(budget(client, { maxTokens: 1 })),
    );
    expect(failure).toMatchObject({ cause: undefined });
    await until(() => asked('cancel') === 2); // the second finds it ended, and nobody minds
    expect(server.requests().map(({ route }) => route)).toContain('cancel');
  });

  it('is cancelled though it says nothing', async () => {
    const { client } = await calling({ script: () => wait(Infinity) });
    const failure = await errorOf(
      client.runs.create({ message }).pipe(budget(client, { maxMs: 20 })),
    );
    expect(failure).toMatchObject({ limit: 'maxMs' });
    const runs = await lastValueFrom(client.runs.list().pipe(toArray()));
    expect(runs.map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('tells no key', async () => {
    const { server } = await calling();
    const client = clientOf(server.url);
    const gone = createClient({
      apiKey: KEY,
      baseUrl: 'http://127.0.0.1:9/api/v2',
      retries: { count: 0 },
    });
    const failure = await errorOf(
      client.runs.create({ message }).pipe(budget(gone, { maxTokens: 1 })),
    );
    expect(JSON.stringify(failure) + String(failure) + String(failure.cause)).not.toContain(KEY);
  });
});
