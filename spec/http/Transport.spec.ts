import { createClient, type TransportRequest, type TransportResponse } from 'm8tes-rx';
import { concat, defer, EMPTY, finalize, NEVER, of, throwError, type Observable } from 'rxjs';
import { ConnectionError } from '../../lib/errors';
import { brokenOff, unanswered } from '../../lib/http/Transport';
import { marbles } from '../helpers/marbles';
import { bytes, sample, sampleEvents } from '../helpers/wire';
import { errorOf, settled, told } from './holding';

/** A transport that the spec answers, and what it was asked. */
const transporting = (answer: () => Observable<TransportResponse>) => {
  const asked: TransportRequest[] = [];
  const { runs } = createClient({
    transport: (request) => {
      asked.push(request);
      return answer();
    },
    apiKey: 'm8_key',
    baseUrl: 'https://api.test',
    retries: { delay: 0 },
    resume: { delay: 0 },
    timeouts: { linger: 0 },
  });
  return { runs, asked };
};

const answered = (
  type: string,
  body: Observable<Uint8Array>,
  status = 200,
): Observable<TransportResponse> =>
  of({ status, headers: new Headers({ 'content-type': type }), body });

const json = (value: unknown) => of(bytes(JSON.stringify(value)));

describe('a transport', () => {
  it('is asked for each request, and may answer at once', async () => {
    const { runs, asked } = transporting(() => answered('text/event-stream', of(bytes(sample))));
    const run$ = runs.create({ message: 'hello' }, { idempotencyKey: 'one' });
    expect(asked).toEqual([]);
    expect(await told(run$)).toEqual({ values: sampleEvents });
    expect(asked).toEqual([
      {
        url: 'https://api.test/runs/',
        method: 'POST',
        headers: {
          authorization: 'Bearer m8_key',
          accept: 'text/event-stream, application/json',
          'content-type': 'application/json',
          'idempotency-key': 'one',
        },
        body: '{"message":"hello","stream":true}',
        redirect: 'manual',
        credentials: 'omit',
      },
    ]);
  });

  it('is not asked by what is left at once, and let go of by what is left later', async () => {
    const letGo = jest.fn();
    const { runs, asked } = transporting(() => NEVER.pipe(finalize(letGo)));
    runs.create({ message: 'hello' }, { onUnsubscribe: 'cancel' }).subscribe().unsubscribe();
    await settled();
    expect(asked).toEqual([]);
    const later = runs.get(7).subscribe();
    await settled();
    expect(letGo).not.toHaveBeenCalled();
    later.unsubscribe();
    expect(letGo).toHaveBeenCalledTimes(1);
  });

  it('has the body of each answer read or let go of, also of what is refused or repeated', async () => {
    let open = 0;
    const held = (status: number) => () =>
      answered(
        'application/json',
        defer(() => {
          open++;
          return json({ id: 7, status: 'running' });
        }).pipe(finalize(() => open--)),
        status,
      );
    const answers = [held(503), held(302), held(200)];
    const { runs, asked } = transporting(() => answers.shift()!());
    expect((await errorOf(runs.get(7))).message).toContain('was redirected');
    expect(await told(runs.get(7))).toMatchObject({ values: [{ id: 7 }] });
    expect(asked).toHaveLength(3);
    expect(open).toBe(0);
  });

  it('has a request repeated where no answer came, and no other error', async () => {
    const lost = transporting(() => throwError(() => new ConnectionError('lost')));
    expect((await errorOf(lost.runs.get(7))).message).toBe('lost');
    expect(lost.asked).toHaveLength(3);
    const wrong = new RangeError('wrong');
    const broken = transporting(() => throwError(() => wrong));
    expect(await errorOf(broken.runs.get(7))).toBe(wrong);
    expect(broken.asked).toHaveLength(1);
    const thrown = transporting(() => {
      throw wrong;
    });
    expect(await errorOf(thrown.runs.get(7))).toBe(wrong);
  });

  it('gives one answer, whatever it does after that; none is a request without an answer', async () => {
    const twice = transporting(() =>
      concat(
        answered('application/json', json({ id: 7, status: 'running' })),
        answered('application/json', json({ id: 8, status: 'running' })),
        NEVER,
      ),
    );
    expect(await told(twice.runs.get(7))).toMatchObject({ values: [{ id: 7 }] });
    const none = transporting(() => EMPTY);
    expect(await errorOf(none.runs.get(7))).toMatchObject({
      name: 'ConnectionError',
      message: expect.stringMatching(/^GET https:\/\/api\.test\/runs\/7 got no answer; check/),
    });
    expect(none.asked).toHaveLength(3);
  });

  it(
    'without Promises has a client under virtual time',
    marbles(({ cold, expectObservable }) => {
      const [m, t, , , , d] = sampleEvents;
      const frames = { m, t, d };
      const lines = Object.fromEntries(
        Object.entries(frames).map(([name, event]) => [
          name,
          bytes(`data: ${JSON.stringify(event)}\n\n`),
        ]),
      );
      const { runs } = transporting(() => answered('text/event-stream', cold('-m-t-(d|)', lines)));
      expectObservable(runs.create({ message: 'hello' })).toBe('-m-t-(d|)', frames);
    }),
  );
});

describe('unanswered', () => {
  it('names the request without its query, and why', () => {
    const request = { method: 'GET', url: 'https://api.test/x?user_id=ada' };
    expect(unanswered(request, 'ECONNREFUSED')).toMatchObject({
      name: 'ConnectionError',
      code: 'ECONNREFUSED',
      message:
        'GET https://api.test/x got no answer (ECONNREFUSED); ' +
        'check the network, and the address: baseUrl, or relay',
    });
    expect(unanswered(request, undefined).message).toContain('got no answer; check');
  });
});

describe('brokenOff', () => {
  it('says so, and why', () => {
    expect(brokenOff('ECONNRESET')).toEqual(
      new ConnectionError('the answer broke off (ECONNRESET)', 'ECONNRESET'),
    );
    expect(brokenOff(undefined).message).toBe('the answer broke off');
  });
});
