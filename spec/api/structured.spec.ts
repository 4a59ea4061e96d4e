import * as t from 'io-ts';
import { collectRun, DecodeError, failOnError, InvalidArgumentError, respond } from 'm8tes-rx';
import type { EventWith, ResultWith, Run, RunEvent, RunResult, RunWith } from 'm8tes-rx';
import {
  approval,
  cut,
  done,
  fail,
  forever,
  output,
  run,
  text,
  type Script,
} from 'm8tes-rx/testing';
import { lastValueFrom, type Observable, retry, take, toArray } from 'rxjs';
import { z } from 'zod';
import { errorOf } from '../http/holding';
import { relaying } from '../relay/relaying';
import { calling } from './calling';
import { nocked } from './nocked';

const message = 'Draft an answer';
const Draft = t.type({ subject: t.string, urgent: t.boolean });
const Zod = z.object({ subject: z.string().transform((text) => text.length) });
const output_schema = {
  type: 'object',
  properties: { subject: { type: 'string' }, urgent: { type: 'boolean' } },
  required: ['subject', 'urgent'],
};
const draft = { subject: 'hi', urgent: true };

const gives = (output_data: unknown): Script =>
  function* () {
    yield* text('Here it is.');
    yield* output(output_data);
    yield* done();
  };

describe('a run that is asked for an output', () => {
  it('is sent its schema, and gives it decoded, as its last event', async () => {
    const { client, server } = await calling({ script: gives(draft) });
    const events = await lastValueFrom(
      client.runs.create({ message, output: Draft }).pipe(toArray()),
    );
    expect(server.requests()[0]!.body).toEqual({ message, output_schema, stream: true });
    expect(events.at(-1)).toEqual({ type: 'output', output_data: draft });
    expect(events.filter(({ type }) => type === 'output')).toHaveLength(1);
  });

  it('is asked for none where it is undefined, as any other parameter', async () => {
    const { client, server } = await calling({ script: gives(draft) });
    const output: typeof Draft | undefined = undefined;
    await lastValueFrom(client.runs.create({ message, output: output! }));
    expect(server.requests()[0]!.body).toEqual({ message, stream: true });
  });

  it('may be one of several objects', async () => {
    const { client } = await calling({ script: () => text('Here it is.') });
    const Either = t.union([Draft, t.type({ refused: t.string })]);
    const { output_data } = await lastValueFrom(
      client.runs.create({ message, output: Either }).pipe(collectRun()),
    );
    expect(Either.is(output_data)).toBe(true);
  });

  it('has it in its result', async () => {
    const { client } = await calling({ script: gives({ subject: 'four' }) });
    const run$ = client.runs.create({ message, output: Zod });
    const result = await lastValueFrom(run$.pipe(failOnError(), collectRun()));
    expect(result).toMatchObject({ status: 'completed', output_data: { subject: 4 } });
  });

  it('gives what fits where nobody said what', async () => {
    const { client } = await calling();
    const { output_data } = await lastValueFrom(
      client.runs.create({ message, output: Draft }).pipe(collectRun()),
    );
    expect(output_data).toEqual({ subject: 'text', urgent: true });
  });

  it('gives it in its record where it is waited for, and nothing before it has completed', async () => {
    const { client } = await calling({ script: gives({ subject: 'four' }), pace: 20 });
    const runs = await lastValueFrom(
      client.runs.createAndWait({ message, output: Zod }, { interval: 1 }).pipe(toArray()),
    );
    expect(runs.at(-1)).toMatchObject({ status: 'completed', output_data: { subject: 4 } });
    for (const run of runs.slice(0, -1)) expect(run).not.toHaveProperty('output_data');
  });

  it('is started in the background like any other', async () => {
    const { client, server } = await calling({ script: forever });
    const run = await lastValueFrom(client.runs.create({ message, output: Draft, stream: false }));
    expect(run).toMatchObject({ status: 'running' });
    expect(server.requests()[0]!.body).toEqual({ message, output_schema, stream: false });
  });

  it.each<[string, Script, string]>([
    ['failed', () => fail('no'), 'failed'],
    ['was cancelled', () => [{ type: 'cancelled' }], 'cancelled'],
    ['had an error', () => [{ type: 'error', error: 'no', error_code: 'no' }, ...done()], 'failed'],
  ])('gives none where it %s, and its record is not asked', async (_, script, status) => {
    const { client, asked } = await calling({ script });
    const result = await lastValueFrom(
      client.runs.create({ message, output: Draft }).pipe(collectRun()),
    );
    expect(result).toMatchObject({ status, output_data: undefined });
    expect(asked('get')).toBe(0);
    const waited = await lastValueFrom(client.runs.createAndWait({ message, output: Draft }));
    expect(waited.output_data).toBeUndefined();
  });

  it.each(['stream', 'wait'])(
    'errors where it does not fit, without the values: %s',
    async (how) => {
      const { client } = await calling({ script: gives({ subject: 'secret', urgent: 'secret' }) });
      const params = { message, output: Draft };
      const run$: Observable<RunEvent | Run> =
        how === 'stream' ? client.runs.create(params) : client.runs.createAndWait(params);
      const error = await errorOf(run$);
      expect(error).toBeInstanceOf(DecodeError);
      expect((error as DecodeError).problems).toEqual(['urgent: expected boolean']);
      expect((error as DecodeError).message).toMatch(/run \d+ does not fit output/);
      expect((error as DecodeError).message).not.toContain('secret');
    },
  );

  it('errors where nothing was given', async () => {
    const { client } = await calling({ script: gives(null) });
    const anything = client.runs.create({ message, output_schema: { type: 'object' } });
    expect(await lastValueFrom(anything.pipe(collectRun()))).toMatchObject({
      output_data: undefined,
    });
    const { client: asks } = nocked(({ method }) =>
      method === 'POST' ? { body: stream } : { body: { id: 7, status: 'completed' } },
    );
    const error = await errorOf(asks.runs.create({ message, output: Draft }));
    expect(error).toBeInstanceOf(DecodeError);
  });

  const frames = [{ type: 'metadata', payload: { run_id: 7 } }, { type: 'done' }];
  const stream = frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('');

  it('waits for a record that is behind its stream', async () => {
    const { client, sent } = nocked(({ method }, index) =>
      method === 'POST'
        ? { body: stream }
        : {
            body:
              index < 3
                ? { id: 7, status: 'running' }
                : { id: 7, status: 'completed', output_data: draft },
          },
    );
    const params = { message, output: Draft, user_id: 'ada' };
    const events = await lastValueFrom(client.runs.create(params).pipe(toArray()));
    expect(events.at(-1)).toEqual({ type: 'output', output_data: draft });
    expect(sent.slice(1).map(({ path }) => path)).toEqual(Array(3).fill('/runs/7?user_id=ada'));
  });

  it('does not guess whose output it would be', async () => {
    const { client } = nocked({ body: 'data: {"type":"done"}\n\n' });
    const error = await errorOf(client.runs.create({ message, output: Draft }));
    expect(error).toBeInstanceOf(DecodeError);
    expect(error.message).toContain('has not said which it is');
  });

  it('is not asked for it by who leaves before', async () => {
    const { client, asked } = await calling({ script: gives(draft) });
    await lastValueFrom(client.runs.create({ message, output: Draft }).pipe(take(2)));
    expect(asked('get')).toBe(0);
  });

  it('is left while its record is read', async () => {
    const leaving = new AbortController();
    const { client } = nocked(({ method }) => {
      if (method === 'POST') return { body: stream };
      leaving.abort(new Error('enough'));
      return { body: { id: 7, status: 'running' } };
    });
    const run$ = client.runs.create({ message, output: Draft }, { signal: leaving.signal });
    expect(await errorOf(run$)).toMatchObject({ message: 'enough' });
  });

  it('heals, and gives it once', async () => {
    const { client, asked } = await calling({
      script: function* () {
        yield* text('Here ');
        yield* cut();
        yield* text('it is.');
        yield* output(draft);
        yield* done();
      },
    });
    const result = await lastValueFrom(
      client.runs.create({ message, output: Draft }).pipe(collectRun()),
    );
    expect(result).toMatchObject({ text: 'Here it is.', output_data: draft });
    expect(asked('join')).toBe(1);
  });

  it('is one run, however often it is subscribed to', async () => {
    const { client, server } = await calling({ script: gives(draft) });
    const run$ = client.runs.create({ message, output: Draft }).pipe(collectRun());
    expect(server.requests()).toEqual([]);
    const [one, two] = [await lastValueFrom(run$), await lastValueFrom(run$)];
    expect(two.run_id).toBe(one.run_id);
    expect(two.output_data).toEqual(draft);
  });

  it('is read again by who tries again', async () => {
    let tries = 0;
    const { client } = nocked(({ method }) => {
      if (method === 'POST') return { body: stream };
      return tries++ === 0
        ? { status: 403, body: { error: { message: 'no' } } }
        : { body: { id: 7, status: 'completed', output_data: draft } };
    });
    const run$ = client.runs.create({ message, output: Draft }).pipe(retry(1), collectRun());
    expect((await lastValueFrom(run$)).output_data).toEqual(draft);
  });

  it.each<[string, object, string]>([
    ['is none', { output: 'Draft' }, 'output must be an io-ts codec'],
    ['is null', { output: null }, 'output must be an io-ts codec'],
    ['is no object', { output: t.string }, 'output must be an object'],
    ['stands beside a schema', { output: Draft, output_schema: {} }, 'give one of them'],
    ['stands beside a misspelt name', { output: Draft, mesage: 'x' }, 'mesage is unknown'],
  ])('refuses an output that %s, before anything is sent', async (_, params, problem) => {
    const { client, sent } = nocked();
    const all = { message, ...params } as unknown as { message: string; output: typeof Draft };
    for (const run$ of [
      client.runs.create(all),
      client.runs.create({ ...all, stream: false }),
      client.runs.createAndWait(all),
    ]) {
      const error = await errorOf(run$ as Observable<unknown>);
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error.message).toContain(problem);
    }
    expect(sent).toEqual([]);
  });

  it('is none of a reply, which cannot be asked for one', async () => {
    const { client, sent } = nocked();
    const params = { message, output: Draft } as { message: string };
    expect(await errorOf(client.runs.reply(7, params))).toMatchObject({ argument: 'output' });
    expect(sent).toEqual([]);
  });

  it('may ask people meanwhile', async () => {
    const { client } = await calling({
      script: function* () {
        yield* approval({ tool_name: 'gmail_send' });
        yield* output(draft);
        yield* done();
      },
    });
    const params = { message, human_in_the_loop: true, permission_mode: 'approval' } as const;
    const run$ = client.runs.create({ ...params, output: Draft });
    const answered$ = run$.pipe(respond(client, { onApproval: () => true }), collectRun());
    const { status, output_data } = await lastValueFrom(answered$);
    expect(status === 'completed' && output_data.subject).toBe('hi');
  });

  describe('by a page, through a relay', () => {
    const drafted = run().text('Here it is.').output(draft).done();
    const ask = (expose: readonly string[]) => {
      const { page } = relaying(drafted, { accept: ['output_schema'], expose } as object);
      return page.runs.create({ message, output: Draft }).pipe(collectRun());
    };

    it('is there where the relay shows it', async () => {
      const { output_data } = await lastValueFrom(ask(['run.output_data']));
      expect(output_data).toEqual(draft);
    });

    it('is missed where it does not', async () => {
      expect(await errorOf(ask([]))).toBeInstanceOf(DecodeError);
    });
  });

  // What follows is checked by the compiler; it runs only to be counted.
  it('has its type', () => {
    type Same<A, B> =
      (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
    /** That what would be made is of a type; it is not made. */
    const is =
      <A>() =>
      <B>(_make: () => B, same: Same<A, B>): void =>
        expect(same).toBe(true);
    type Drafted = t.TypeOf<typeof Draft>;
    const { runs } = nocked().client;
    const streamed = () => runs.create({ message, output: Draft });
    const plain = () => runs.create({ message });

    is<Observable<EventWith<Drafted>>>()(streamed, true);
    is<Observable<EventWith<{ subject: number }>>>()(
      () => runs.create({ message, output: Zod }),
      true,
    );
    is<Observable<RunWith<Drafted>>>()(
      () => runs.create({ message, output: Draft, stream: false }),
      true,
    );
    is<Observable<RunWith<{ subject: number }>>>()(
      () => runs.createAndWait({ message, output: Zod }),
      true,
    );
    is<Observable<RunEvent>>()(plain, true);

    is<Observable<ResultWith<Drafted>>>()(() => streamed().pipe(collectRun()), true);
    is<Observable<ResultWith<Drafted>>>()(() => streamed().pipe(failOnError(), collectRun()), true);
    is<Observable<RunResult>>()(() => plain().pipe(collectRun()), true);
    type Completed = Extract<ResultWith<Drafted>, { readonly status: 'completed' }>;
    is<Drafted>()(() => ({}) as Completed['output_data'], true);
    is<Drafted>()(() => ({}) as NonNullable<RunWith<Drafted>['output_data']>, true);
    const event = (one: EventWith<Drafted>): RunEvent => one;
    expect(event).toHaveLength(1);
  });
});
