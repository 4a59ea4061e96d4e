import * as t from 'io-ts';
import { of } from 'rxjs';
import { answer, ask } from '../../lib/api/answer';
import { Run } from '../../lib/api/objects';
import { DecodeError } from '../../lib/errors';
import type { Request } from '../../lib/http/Request';
import { responseOf } from '../../lib/http/fetching';
import { marbles } from '../helpers/marbles';
import { aBody, errorOf, told } from '../http/holding';
import { aRun, limits, sendingJson } from './answering';

const request: Request = { method: 'GET', path: '/runs/7', accept: [], repeatable: true };
const answered = (body: string | object) =>
  of(responseOf(new Response(typeof body === 'string' ? body : JSON.stringify(body))));
const read = (body: string | object) => answered(body).pipe(answer(limits, Run, request));

describe('answer', () => {
  it.each([
    ['what is always there', { id: 7, status: 'running' }, { id: 7, status: 'running' }],
    [
      'what is not known',
      { id: 7, status: 'dreaming', dreams: [{ of: null }], closing_preview: 0 },
      { id: 7, status: 'dreaming', dreams: [{ of: null }], closing_preview: 0 },
    ],
    [
      'no null for what is absent',
      { id: 7, status: 'running', output: null, usage: null, metadata: null, later: null },
      { id: 7, status: 'running', later: null },
    ],
    [
      'no null within usage',
      { id: 7, status: 'completed', usage: { cost_usd: '0.01', input_tokens: null } },
      { id: 7, status: 'completed', usage: { cost_usd: '0.01' } },
    ],
    [
      'what is nothing but there',
      { id: 7, status: '', output: '', retry_count: 0, retryable: false, metadata: {} },
      { id: 7, status: '', output: '', retry_count: 0, retryable: false, metadata: {} },
    ],
    [
      'what is mended',
      { id: '7', status: 'completed', output: 9, retry_count: '2', usage: { cost_usd: 0.5 } },
      { id: 7, status: 'completed', output: '9', retry_count: 2, usage: { cost_usd: '0.5' } },
    ],
    [
      'nothing that does not fit',
      { id: 7, status: '', output: { a: 1 }, retryable: 'no', usage: { input_tokens: 'x' } },
      { id: 7, status: '', usage: {} },
    ],
    [
      'metadata as it was sent',
      { id: 7, status: '', metadata: { a: null } },
      { id: 7, status: '', metadata: { a: null } },
    ],
  ])('gives a run with %s', async (_, body, expected) => {
    expect(await told(read(body))).toStrictEqual({ values: [expected] });
  });

  it.each<[string, string | object, string[]]>([
    ['fields that are missing', {}, ['id: expected number', 'status: expected string']],
    [
      'fields of wrong types',
      { id: 'secret', status: { secret: 1 } },
      ['id: expected number', 'status: expected string'],
    ],
    ['a list', [{ id: 7 }], ['the whole: expected a run']],
    ['null', 'null', ['the whole: expected a run']],
    ['text', '"secret"', ['the whole: expected a run']],
    ['what is no JSON', '{"secret": ', ['the whole: expected a run']],
    ['nothing', '', ['the whole: expected a run']],
  ])('is a DecodeError for %s: paths, and no values', async (_, body, problems) => {
    const error = await errorOf(read(body));
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ problems });
    expect(error.message).toBe(
      `GET /runs/7 was answered with what is not a run: ${problems.join('; ')}`,
    );
    expect(error.message).not.toContain('secret');
  });

  it('finds the items that are wrong', async () => {
    const items = [{ id: 1, status: 'a' }, { id: 2 }, { id: null, status: 'c' }];
    expect(
      await errorOf(answered(items).pipe(answer(limits, t.readonlyArray(Run), request))),
    ).toMatchObject({
      problems: ['1.status: expected string', '2.id: expected number'],
    });
  });

  it('names where it came from, without the query', async () => {
    const response = new Response('{}');
    Object.defineProperty(response, 'url', { value: 'https://api.test/api/v2/runs/7?user_id=ada' });
    const error = await errorOf(of(responseOf(response)).pipe(answer(limits, Run, request)));
    expect(error.message).toMatch(/^GET https:\/\/api\.test\/api\/v2\/runs\/7 was answered/);
  });
});

describe('answer, of a body without end', () => {
  const some = { request: 5, maxBodyLength: 40 };

  it(
    'waits for it as long as for its headers, and cancels the rest',
    marbles(({ expectObservable, flush }) => {
      const held = aBody('{"id": 7,');
      const result = of(responseOf(new Response(held.stream))).pipe(answer(some, Run, request));
      const late = expect.objectContaining({
        name: 'RunTimeoutError',
        option: 'timeouts.request',
        limit: 5,
        message: expect.stringMatching(
          /^GET \/runs\/7 was answered, but not to its end within 5 ms/,
        ),
      });
      expectObservable(result).toBe('5ms #', {}, late);
      flush();
      expect(held.cancelled).toHaveBeenCalledTimes(1);
    }),
  );

  it('reads as much as it may, and not a byte more', async () => {
    const body = JSON.stringify(aRun({ output: 'x' }));
    for (const [maxBodyLength, fits] of [
      [body.length, true],
      [body.length - 1, false],
    ] as const) {
      const held = aBody(body.slice(0, 20), body.slice(20));
      if (fits) held.end(); // else it goes on
      const limits = { ...some, request: 60_000, maxBodyLength };
      const { values, error } = await told(
        of(responseOf(new Response(held.stream))).pipe(answer(limits, Run, request)),
      );
      expect(values).toEqual(fits ? [aRun({ output: 'x' })] : []);
      if (fits) continue;
      expect(error).toBeInstanceOf(DecodeError);
      expect((error as Error).message).toBe(
        `GET /runs/7 was answered with more than ${maxBodyLength} bytes; raise maxBodyLength if it may be`,
      );
      expect(held.cancelled).toHaveBeenCalledTimes(1);
    }
  });
});

describe('ask', () => {
  it('makes its request when it is subscribed to, each time anew', async () => {
    const { send, asked } = sendingJson(aRun());
    const make = jest.fn(() => request);
    const run$ = ask({ send, limits }, make, Run);
    expect(make).not.toHaveBeenCalled();
    expect(await told(run$)).toEqual({ values: [aRun()] });
    expect(await told(run$)).toEqual({ values: [aRun()] });
    expect(make).toHaveBeenCalledTimes(2);
    expect(asked).toEqual([request, request]);
  });

  it('errors with what went wrong in making it, and sends nothing', async () => {
    const { send, asked } = sendingJson(aRun());
    const wrong = new RangeError('wrong');
    const make = (): Request => {
      throw wrong;
    };
    expect(await errorOf(ask({ send, limits }, make, Run))).toBe(wrong);
    expect(asked).toEqual([]);
  });
});
