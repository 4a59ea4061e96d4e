import { concat, defer, EMPTY, from, of, repeat, throwError, type Observable } from 'rxjs';
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

describe('streaming', () => {
  leftovers();

  it('has the end marker behind a run that has ended, with the last cursor there is', async () => {
    const body = await answered(from([batch, { type: 'end', end: 'ended' } as const])).text();
    expect(body).toContain(text);
    expect(
      body.endsWith(`id: ${writeCursor({ gen: 'g', ...entries[1]! })}\ndata: [DONE]\n\n`),
    ).toBe(true);
  });

  it('hangs up on who reads nothing of what cannot wait elsewhere, and breaks off', async () => {
    const megabyte = entriesOf(deltas('x'.repeat(2 ** 20)));
    const one: Told = { type: 'entries', gen: '', entries: megabyte };
    let told = 0;
    const endless = defer(() => {
      told++;
      return of(one);
    }).pipe(repeat(100));
    await expect(answered(endless).text()).rejects.toThrow('bytes unread');
    expect(told).toBeLessThan(30);
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
});
