import { of } from 'rxjs';
import {
  ConnectionError,
  DecodeError,
  InvalidArgumentError,
  StreamInterruptedError,
} from '../../lib/errors';
import { events } from '../../lib/stream/events';
import { marbles } from '../helpers/marbles';
import { told } from '../helpers/told';
import { aStream, aStreamOf, bytes, frame, sample, sampleEvents } from '../helpers/wire';

describe('events', () => {
  it(
    'are what a response tells, as it tells it',
    marbles(({ cold, expectObservable }) => {
      const values = {
        m: { type: 'metadata', payload: { run_id: 7 } },
        t: { type: 'text-delta', delta: 'words' },
        d: { type: 'done' },
      };
      const chunks = Object.fromEntries(
        Object.entries(values).map(([marble, event]) => [marble, bytes(frame(event))]),
      );
      const body = cold('          ---m--t-t---t--d|', chunks);
      const headers = new Headers({ 'content-type': 'text/event-stream' });
      const r = { ...aStreamOf(body), ok: true, headers };
      const response = cold<Response>('--r|', { r });
      const expected = '             -----m--t-t---t--d|';
      expectObservable(response.pipe(events())).toBe(expected, values);
    }),
  );

  it('of two responses come one after the other', async () => {
    const responses = of(aStream([bytes(sample)]), aStream([bytes(sample)]));
    expect(await told(responses.pipe(events()))).toEqual({
      values: [...sampleEvents, ...sampleEvents],
      ended: 'completed',
    });
  });

  it('are cut where the body is', async () => {
    const { values, error } = await told(of(aStream([bytes(sample.slice(0, -40))])).pipe(events()));
    expect(values).toEqual(sampleEvents.slice(0, -1));
    expect(error).toBeInstanceOf(StreamInterruptedError);
  });

  it('are interrupted with what was delivered, of which run, and why', async () => {
    const { error } = await told(of(aStream([bytes(sample.slice(0, -40))])).pipe(events()));
    expect(error).toMatchObject({
      message:
        'the stream of run 123 broke off before its ending; ' +
        'the run may be going on: join it with runs.join(), or read it with runs.get()',
      run_id: 123,
      delivered: { events: 5, characters: 28 },
    });
    const reset = await told(of(aStream([bytes(': hello\n\n')], 'reset')).pipe(events()));
    expect(reset.error).toMatchObject({
      message: expect.stringMatching(
        /^the stream of the run broke off before its ending: the answer broke off;/,
      ) as string,
      run_id: undefined,
      delivered: { events: 0, characters: 0 },
      cause: new ConnectionError('the answer broke off'),
    });
  });

  it('are read as the options say', async () => {
    const source = of(aStream([bytes(sample)]));
    const { error } = await told(source.pipe(events({ maxFrameLength: 60 })));
    expect(error).toBeInstanceOf(DecodeError);
  });

  it.each([
    ['text/event-stream', true],
    ['text/event-stream; charset=utf-8', true],
    [' Text/Event-Stream ;charset=latin1', true],
    ['text/event-streams', false],
    ['text/html', false],
    ['application/json; was=text/event-stream', false],
  ])('come of %s: %s', async (type, welcome) => {
    const response = new Response(sample, { headers: { 'content-type': type } });
    const { values, error } = await told(of(response).pipe(events()));
    expect(values).toEqual(welcome ? sampleEvents : []);
    expect(error instanceof DecodeError).toBe(!welcome);
  });

  it('come of no answer that is not a stream, which is not read', async () => {
    const cancelled = jest.fn();
    const body = new ReadableStream({ cancel: cancelled });
    const page = new Response(body, { status: 502, headers: { 'content-type': 'text/html' } });
    const { error } = await told(of(page).pipe(events()));
    expect(error).toEqual(
      new DecodeError(
        'status 502 with text/html came where text/event-stream was expected; ' +
          'check the address',
      ),
    );
    expect(cancelled).toHaveBeenCalledTimes(1);
  });

  it('come of no refusal, whatever its type', async () => {
    const headers = { 'content-type': 'text/event-stream' };
    const { error } = await told(of(new Response(sample, { status: 500, headers })).pipe(events()));
    expect(String(error)).toContain('status 500');
    const { error: nothing } = await told(of(new Response(null, { status: 204 })).pipe(events()));
    expect(String(nothing)).toContain('status 204 with no content type');
  });

  it.each([
    ['idleTimeout', null],
    ['linger', '5'],
    ['maxFrameLength', NaN],
    ['maxFrameLength', -1],
  ])('take no %s that is %s, and say so at once', (name, value) => {
    expect(() => events({ [name]: value })).toThrow(InvalidArgumentError);
    expect(() => events({ [name]: value })).toThrow(name);
  });

  it('are none before somebody subscribes', () => {
    const response = aStream([bytes(sample)]);
    of(response).pipe(events());
    expect(response.bodyUsed).toBe(false);
  });
});
