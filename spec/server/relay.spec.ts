import { concat, lastValueFrom, NEVER, Observable, of, throwError, toArray } from 'rxjs';
import { StreamInterruptedError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { relay } from '../../lib/server/relay';
import { events } from '../../lib/stream/events';

const run: readonly RunEvent[] = [
  { type: 'metadata', payload: { run_id: 123 } },
  { type: 'text-delta', delta: 'Here are\nthe \u2028 tickets…' },
  { type: 'unknown', name: 'new', raw: { type: 'new', __proto: 1 } },
  { type: 'malformed', data: 'not\nJSON', problems: ['the whole: expected JSON'] },
  { type: 'done', stop_reason: 'end_turn' },
];

const read = (response: Response) => lastValueFrom(of(response).pipe(events(), toArray()));

describe('relay', () => {
  it('gives a browser the events of the run', async () => {
    const response = relay(of(...run));
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await read(response)).toEqual(run);
  });

  it('keeps the connection alive with comments', async () => {
    const reader = relay(NEVER, { keepAlive: 1 }).body!.getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe(': keep-alive\n\n');
    await reader.cancel();
  });

  it('never passes half a run for a whole one, nor tells what stands behind a failure', async () => {
    const broken = () => throwError(() => new Error('GET https://api.example m8_secret'));
    const seen: RunEvent[] = [];
    const response = relay(
      concat(of(...run.slice(0, 2)), new Observable<never>((s) => broken().subscribe(s))),
    );
    const text = response.clone().text();
    await expect(
      lastValueFrom(
        of(response).pipe(
          events(),
          (source) =>
            new Observable((s) =>
              source.subscribe({
                ...s,
                next: (e) => seen.push(e),
                error: (e) => s.error(e),
                complete: () => s.complete(),
              }),
            ),
        ),
      ),
    ).rejects.toBeInstanceOf(StreamInterruptedError);
    expect(seen.map(({ type }) => type)).toEqual(['metadata', 'text-delta', 'error']);
    expect(await text).not.toContain('m8_secret');
  });

  it('sends what comes in one go as one chunk, and a long go in several', async () => {
    const chunksOf = async (events: readonly RunEvent[]): Promise<number[]> => {
      const reader = relay(of(...events)).body!.getReader();
      const sizes: number[] = [];
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        sizes.push(read.value.length);
      }
      return sizes;
    };
    expect(await chunksOf(run)).toHaveLength(1);
    const delta: RunEvent = { type: 'text-delta', delta: 'x'.repeat(1_000) };
    const sizes = await chunksOf(Array.from({ length: 200 }, () => delta));
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(2 ** 16 + 2_000);
  });

  it('lets go of the run when the browser hangs up', async () => {
    let left = false;
    const response = relay(new Observable<RunEvent>(() => () => (left = true)));
    await response.body!.cancel();
    expect(left).toBe(true);
  });

  it('hangs up on a browser that does not read', async () => {
    let left = false;
    const response = relay(
      new Observable<RunEvent>((subscriber) => {
        subscriber.next({ type: 'text-delta', delta: 'x'.repeat(200) });
        return () => (left = true);
      }),
      { buffer: 100 },
    );
    await Promise.resolve();
    expect(left).toBe(true);
    await expect(response.text()).rejects.toThrow('100 bytes');
  });

  it('stops a run that comes at once when nobody reads it', async () => {
    let told = 0;
    const delta = 'x'.repeat(1_000);
    const response = relay(
      new Observable<RunEvent>((subscriber) => {
        while (!subscriber.closed && told < 10_000) {
          told++;
          subscriber.next({ type: 'text-delta', delta });
        }
      }),
      { buffer: 1_000 },
    );
    expect(told).toBeLessThan(200);
    await expect(response.text()).rejects.toThrow('1000 bytes');
  });

  it('breaks off at an event that is no JSON', async () => {
    const event = { type: 'done', stop_reason: 1n } as unknown as RunEvent;
    await expect(relay(of(event)).text()).rejects.toThrow('BigInt');
  });
});
