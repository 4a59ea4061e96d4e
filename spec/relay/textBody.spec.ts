import {
  concat,
  EMPTY,
  firstValueFrom,
  interval,
  NEVER,
  skip,
  Observable,
  of,
  Subject,
  throwError,
} from 'rxjs';
import { textBody, type Ready } from '../../lib/relay/textBody';
import { leftovers } from '../helpers/leftovers';

const LATE = 2 ** 30;

const text = (body: ReadableStream<Uint8Array>) => new Response(body).text();
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('textBody', () => {
  const left = leftovers();

  it('is the texts, as UTF-8', async () => {
    expect(await text(textBody(() => of('a', 'é\u2028', '🙂'), '', LATE))).toBe('aé\u2028🙂');
    expect(await text(textBody(() => EMPTY, '', LATE))).toBe('');
    expect(left.timers()).toBe(0);
  });

  it('is broken where they are', async () => {
    const broken = () =>
      concat(
        of('a'),
        throwError(() => new Error('broken')),
      );
    await expect(text(textBody(broken, '', LATE))).rejects.toThrow('broken');
    expect(left.timers()).toBe(0);
  });

  it('says when its reader has taken what there is, and not before', async () => {
    const texts = new Subject<string>();
    let ready: Ready | undefined;
    const reader = textBody((isReady) => ((ready = isReady), texts), '', LATE).getReader();
    await ready!();
    texts.next('a');
    texts.next('b');
    let isTaken = false;
    const taken = ready!().then(() => (isTaken = true));
    await settled();
    await reader.read();
    await settled();
    expect(isTaken).toBe(false);
    await reader.read();
    await taken;
    await reader.cancel();
  });

  it('is kept alive, for a reader that takes what there is', async () => {
    const reader = textBody(() => NEVER, ': here\n\n', 1).getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect([await read(), await read()]).toEqual([': here\n\n', ': here\n\n']);
    await reader.cancel();
    expect(left.timers()).toBe(0);
  });

  it('sends no comments to a reader that has not yet taken what there is', async () => {
    const texts = new Subject<string>();
    const body = textBody(() => texts, ': here\n\n', 1);
    texts.next('a');
    await firstValueFrom(interval(1).pipe(skip(5)));
    texts.complete();
    expect(await text(body)).toBe('a');
  });

  it('lets go when its reader leaves', async () => {
    let isLeft = false;
    const body = textBody(() => new Observable<string>(() => () => (isLeft = true)), '', LATE);
    await body.cancel();
    expect(isLeft).toBe(true);
    expect(left.timers()).toBe(0);
    expect(await left.rejections()).toEqual([]);
  });
});
