import { concat, from, lastValueFrom, NEVER, throwError, toArray } from 'rxjs';
import { split } from '../../../lib/testing/faults/split';
import { aLine } from '../lines';

const texts = ['data: a frame\n\n', 'data: and another, with ümläuts\n\n', 'x'.repeat(100)];

const piecesOf = async (seed: number) => {
  const pieces = await lastValueFrom(from(texts.map(aLine)).pipe(split(seed), toArray()));
  return pieces.map(({ bytes }) => Buffer.from(bytes));
};

describe('split', () => {
  it('keeps every byte, in other pieces', async () => {
    const pieces = await piecesOf(1);
    expect(Buffer.concat(pieces).toString()).toBe(texts.join(''));
    expect(pieces.length).toBeGreaterThan(texts.length);
  });

  it('does the same again with the same seed', async () => {
    expect(await piecesOf(5)).toEqual(await piecesOf(5));
    expect(await piecesOf(5)).not.toEqual(await piecesOf(6));
  });

  it('ends as the body ends, after its last byte', async () => {
    const broken = concat(
      from([aLine('abc')]),
      throwError(() => new Error('broken')),
    );
    await expect(lastValueFrom(broken.pipe(split(1)))).rejects.toThrow('broken');
  });

  it('lets go', () => {
    const subscription = concat(from([aLine('abc')]), NEVER)
      .pipe(split(1))
      .subscribe();
    subscription.unsubscribe();
    expect(subscription.closed).toBe(true);
  });
});
