import {
  concat,
  defer,
  EMPTY,
  from,
  ignoreElements,
  NEVER,
  of,
  repeat,
  Subject,
  throwError,
  type Observable,
} from 'rxjs';
import { chunks } from '../../lib/relay/chunks';
import { writeCursor } from '../../lib/relay/cursor';
import { streaming, type Streaming } from '../../lib/relay/streaming';
import type { Told } from '../../lib/relay/watch';
import { leftovers } from '../helpers/leftovers';
import { deltas, entriesOf } from './logs';

const entries = entriesOf(deltas('a', 'b'));
const batch: Told = { type: 'entries', gen: 'g', entries };
const text = '{"type":"text-delta","delta":"a"}';

const answered = (told: Streaming['told'] | Observable<Told>, more: Partial<Streaming> = {}) =>
  streaming({
    told: typeof told === 'function' ? told : () => told,
    chunk: chunks(undefined),
    keepAlive: 60_000,
    ...more,
  });
const moment = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('streaming', () => {
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
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(': ok\n\n');
    await reader.cancel();
  });

  it('has the end marker behind a run that has ended, with the last cursor there is', async () => {
    const body = await answered(from([batch, { type: 'end', end: 'ended' } as const])).text();
    expect(body).toContain(text);
    expect(
      body.endsWith(`id: ${writeCursor({ gen: 'g', ...entries[1]! })}\ndata: [DONE]\n\n`),
    ).toBe(true);
  });

  it('hangs up on who reads nothing of what cannot wait elsewhere, and says no ending', async () => {
    const megabyte = entriesOf(deltas('x'.repeat(2 ** 20)));
    const one: Told = { type: 'entries', gen: '', entries: megabyte };
    let told = 0;
    const endless = defer(() => {
      told++;
      return of(one);
    }).pipe(repeat(100));
    const body = await answered(endless).text();
    expect(told).toBeLessThan(30);
    expect([body.length < 30 * 2 ** 20, body.includes('DONE')]).toEqual([true, false]);
  });

  it.each([
    ['interrupted', of<Told>({ type: 'end', end: 'interrupted' })],
    ['gone', of<Told>({ type: 'end', end: 'gone' })],
    ['failed', throwError(() => new Error('down'))],
    ['over without a word', EMPTY],
  ])('ends without the marker what is %s', async (_, end) => {
    const body = await answered(concat(of(batch), end)).text();
    expect(body).toContain(text);
    expect(body).not.toContain('DONE');
    expect(body).not.toContain('down');
  });

  it('sends nothing where nobody may see anything', async () => {
    const end: Told = { type: 'end', end: 'ended' };
    const response = answered(from([batch, end]), { chunk: chunks(() => undefined) });
    expect(await response.text()).toBe(
      `: ok\n\nid: ${writeCursor({ gen: 'g', ...entries[1]! })}\ndata: [DONE]\n\n`,
    );
  });

  it('lets go of the run when its reader goes, or whoever asked', async () => {
    const source = new Subject<Told>();
    await answered(source).body!.cancel();
    expect(source.observed).toBe(false);

    const controller = new AbortController();
    const response = answered(source, { signal: controller.signal });
    expect(source.observed).toBe(true);
    controller.abort();
    expect(source.observed).toBe(false);
    expect(await response.text()).toBe(': ok\n\n');

    await answered(source, { signal: AbortSignal.abort() }).text();
    expect(source.observed).toBe(false);
  });

  it('tells a slow reader no more than it has room for', async () => {
    const long: Told = { ...batch, entries: [{ ...entries[0]!, data: 'x'.repeat(50_000) }] };
    let told = 0;
    const next = (ready: () => Observable<unknown>): Observable<Told> =>
      defer(() => {
        told++;
        return concat(of(long), defer(ready).pipe(ignoreElements()));
      }).pipe(repeat());
    const response = answered(next);
    await moment();
    expect(told).toBe(2); // 100 kB: more than fits, so no more
    const reader = response.body!.getReader();
    await reader.read();
    await reader.read();
    await moment();
    expect(told).toBe(3);
    await reader.cancel();
  });

  it('keeps the connection alive, but not for who does not read', async () => {
    jest.useFakeTimers();
    try {
      const reader = answered(NEVER, { keepAlive: 1_000 }).body!.getReader();
      await reader.read();
      await jest.advanceTimersByTimeAsync(1_000);
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(': keep-alive\n\n');
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
