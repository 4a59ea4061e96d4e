import { NEVER, of } from 'rxjs';
import { bytesAnswer, errorAnswer, keptAlive } from '../../lib/testing/answers';
import { forever } from './held';
import { aLine, heard } from './lines';
import { served } from './served';

describe('bytesAnswer', () => {
  it('says how long it is', () => {
    const { status, headers, body } = bytesAnswer(Buffer.from('ü'), 'text/plain');
    expect({ status, headers }).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain', 'content-length': '2' },
    });
    expect(heard(body)).toEqual({ lines: ['ü'], ended: 'body' });
  });
});

describe('errorAnswer', () => {
  const said = (status: number, error_code?: string): unknown => {
    const { body } = errorAnswer({ status, message: 'why', error_code }, 'req_1');
    return JSON.parse(heard(body).lines.join(''));
  };

  it('is the envelope of the API', () => {
    expect(said(409, 'run_not_active')).toEqual({
      error: {
        type: 'conflict_error',
        message: 'why',
        code: 409,
        request_id: 'req_1',
        details: { error_code: 'run_not_active' },
      },
    });
  });

  it.each([
    [400, 'invalid_request_error'],
    [422, 'invalid_request_error'],
    [401, 'authentication_error'],
    [404, 'not_found_error'],
    [500, 'api_error'],
  ])('calls %d %s', (status, type) => {
    expect(said(status)).toMatchObject({ error: { type } });
  });
});

describe('keptAlive', () => {
  it('sends comments while a run is silent', async () => {
    const { ask } = await served({ script: forever, keepAlive: 1 });
    const response = await ask('POST', '/runs/', { message: 'hello' });
    const reader = response.body!.getReader();
    let read = '';
    while (!read.includes(': keep-alive\n\n: keep-alive\n\n')) {
      read += Buffer.from((await reader.read()).value!).toString();
    }
    await reader.cancel();
  });

  it('ends with the events', () => {
    expect(heard(of(aLine('a')).pipe(keptAlive(1)))).toEqual({ lines: ['a'], ended: 'body' });
  });

  it('lets its timer go', () => {
    jest.useFakeTimers();
    const subscription = NEVER.pipe(keptAlive(1)).subscribe();
    expect(jest.getTimerCount()).toBe(1);
    subscription.unsubscribe();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});
