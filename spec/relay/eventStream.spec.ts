import { concat, defer, ignoreElements, NEVER, of, repeat, Subject, throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import { eventStream, type EventStreaming } from '../../lib/relay/eventStream';
import { leftovers } from '../helpers/leftovers';

type Source = Parameters<typeof eventStream>[0];

const answered = (
  source: Source | Observable<string | Uint8Array>,
  more: Partial<EventStreaming> = {},
) =>
  eventStream(typeof source === 'function' ? source : () => source, { keepAlive: 60_000, ...more });
const moment = () => new Promise((resolve) => setTimeout(resolve, 0));
const told = ({ value }: { readonly value?: Uint8Array | undefined }) =>
  new TextDecoder().decode(value);

describe('eventStream', () => {
  leftovers();

  it('answers at once, with what proxies need to let it through', async () => {
    const response = answered(NEVER, { headers: { 'm8tes-resumed': 'x' } });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'm8tes-resumed': 'x',
    });
    const reader = response.body!.getReader();
    expect(told(await reader.read())).toBe(': ok\n\n');
    await reader.cancel();
  });

  it('keeps texts and bytes in their order, what comes in one go in one chunk', async () => {
    const bytes = new TextEncoder().encode('c');
    expect(await answered(of('a', 'b', bytes, 'd', new Uint8Array(), 'e')).text()).toBe(
      ': ok\n\nabcde',
    );
    const reader = answered(concat(of('a', 'b'), NEVER), { first: '' }).body!.getReader();
    expect(told(await reader.read())).toBe('ab');
    await reader.cancel();
  });

  it('lets go of its source when its reader goes, or whoever asked', async () => {
    const source = new Subject<string>();
    await answered(source).body!.cancel();
    expect(source.observed).toBe(false);

    const controller = new AbortController();
    const response = answered(source, { signal: controller.signal });
    expect(source.observed).toBe(true);
    source.next('last');
    controller.abort();
    expect(source.observed).toBe(false);
    expect(await response.text()).toBe(': ok\n\nlast');

    await answered(source, { signal: AbortSignal.abort() }).text();
    expect(source.observed).toBe(false);
  });

  it('breaks off where its source does', async () => {
    const source = throwError(() => new Error('it broke'));
    await expect(answered(source).text()).rejects.toThrow('it broke');
  });

  it('tells a slow reader no more than it has room for', async () => {
    let count = 0;
    const next = (ready: () => Observable<unknown>): Observable<Uint8Array> =>
      defer(() => {
        count++;
        return concat(of(new Uint8Array(50_000)), defer(ready).pipe(ignoreElements()));
      }).pipe(repeat());
    const response = answered(next);
    await moment();
    expect(count).toBe(2); // 100 kB: more than fits, so no more
    const reader = response.body!.getReader();
    await reader.read();
    await reader.read();
    await moment();
    expect(count).toBe(3);
    await reader.cancel();
  });

  it.each([
    ['bytes', new Uint8Array(1_000)],
    ['text', 'x'.repeat(1_000)],
  ])('hangs up on who reads nothing of a source that does not wait: %s', async (_, piece) => {
    let count = 0;
    const endless = defer(() => {
      count++;
      return of(piece);
    }).pipe(repeat(10_000));
    const response = answered(endless, { buffer: 100_000 });
    await expect(response.text()).rejects.toThrow('100000 bytes');
    expect(count).toBeLessThan(300);
  });

  it('keeps the connection alive, but not for who does not read', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    try {
      const reader = answered(NEVER, { keepAlive: 1_000 }).body!.getReader();
      await reader.read();
      await jest.advanceTimersByTimeAsync(1_000);
      expect(told(await reader.read())).toBe(': keep-alive\n\n');
      await jest.advanceTimersByTimeAsync(24 * 60 * 60_000);
      let size = 0;
      while (size < 100_000) {
        const next = await Promise.race([reader.read(), Promise.resolve(undefined)]);
        if (next?.value === undefined) break;
        size += next.value.length;
      }
      expect(size).toBeLessThan(66_000);
      await reader.cancel();
    } finally {
      jest.useRealTimers();
    }
  });
});
