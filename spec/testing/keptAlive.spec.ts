import { NEVER, of } from 'rxjs';
import { keptAlive } from '../../lib/testing/keptAlive';
import { forever } from './held';
import { aLine, heard } from './lines';
import { served } from './served';

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
