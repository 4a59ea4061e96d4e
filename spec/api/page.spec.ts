import { isLeft, isRight } from 'fp-ts/Either';
import { asapScheduler, count, delay, lastValueFrom, of, take, throwError } from 'rxjs';
import { Run } from '../../lib/api/objects';
import { pageOf, pageOrList, pages, type Page } from '../../lib/api/page';
import { DecodeError } from '../../lib/errors';
import { problems } from '../../lib/events/record';
import { marbles } from '../helpers/marbles';
import { told } from '../http/holding';

const RunPage = pageOf(Run);
const run = { id: 7, status: 'running' };

describe('pageOf', () => {
  it('is called by what it is a page of', () => {
    expect(RunPage.name).toBe('a page of a run');
  });

  it.each([
    [
      { data: [run], has_more: true, next_starting_after: 7 },
      { data: [run], has_more: true, next_starting_after: 7 },
    ],
    [
      { data: [run], has_more: true, next_starting_after: 'c_7' },
      { data: [run], has_more: true, next_starting_after: 'c_7' },
    ],
    [{ data: [] }, { data: [], has_more: false }],
    [
      { data: [run], has_more: 'yes', next_starting_after: {} },
      { data: [run], has_more: false },
    ],
    [
      { data: [{ ...run, output: null }], has_more: null, next_starting_after: null },
      { data: [run], has_more: false },
    ],
  ])('reads %j', (page, expected) => {
    const decoded = RunPage.decode(page);
    expect(isRight(decoded) && decoded.right).toStrictEqual(expected);
  });

  it.each([
    [{}, ['data: expected ReadonlyArray<a run>']],
    [{ data: [{ id: 7 }] }, ['data.0.status: expected string']],
    [[run], ['the whole: expected a page of a run']],
  ])('does not take %j for one', (page, expected) => {
    const decoded = RunPage.decode(page);
    expect(isLeft(decoded) && problems(decoded.left)).toEqual(expected);
  });
});

describe('pageOrList', () => {
  const Runs = pageOrList(Run);

  it.each([[[run]], [{ data: [run] }], [{ data: [run], has_more: false }]])(
    'reads %j',
    (answer) => {
      const decoded = Runs.decode(answer);
      expect(isRight(decoded) && decoded.right).toStrictEqual({ data: [run], has_more: false });
    },
  );

  it.each([[null], [{}], [[{ id: 7 }]], [7]])('does not take %j for one', (answer) => {
    expect(isLeft(Runs.decode(answer))).toBe(true);
  });
});

interface Item {
  readonly id: number;
}
const items = (...ids: readonly number[]): Item[] => ids.map((id) => ({ id }));

/** A list whose pages are read by where they start. */
const reading = (list: { readonly [after: string]: Page<Item> }) => {
  const asked: (number | string | undefined)[] = [];
  return {
    asked,
    page: (after?: number | string) => {
      asked.push(after);
      return of(list[String(after)]!);
    },
  };
};

const three = {
  undefined: { data: items(9, 8), has_more: true, next_starting_after: 8 },
  8: { data: items(7, 6), has_more: true },
  6: { data: items(5), has_more: false, next_starting_after: 5 },
};

describe('pages', () => {
  it('gives the items of all pages, each page after the last item of the one before', async () => {
    const { page, asked } = reading(three);
    expect(await told(pages(page))).toEqual({ values: items(9, 8, 7, 6, 5) });
    expect(asked).toEqual([undefined, 8, 6]);
  });

  it('starts where it is told to', async () => {
    const { page, asked } = reading(three);
    expect(await told(pages(page, 8))).toEqual({ values: items(7, 6, 5) });
    expect(asked).toEqual([8, 6]);
  });

  it('starts afresh for each subscriber', async () => {
    const { page, asked } = reading(three);
    const all$ = pages(page);
    expect(asked).toEqual([]);
    await told(all$);
    expect(await told(all$)).toEqual({ values: items(9, 8, 7, 6, 5) });
    expect(asked).toEqual([undefined, 8, 6, undefined, 8, 6]);
  });

  it.each([
    [1, [undefined]],
    [2, [undefined]],
    [3, [undefined, 8]],
    [4, [undefined, 8]],
    [5, [undefined, 8, 6]],
    [6, [undefined, 8, 6]],
  ])('asks for no more than it needs to take %i', async (most, expected) => {
    const { page, asked } = reading(three);
    await told(pages(page).pipe(take(most)));
    expect(asked).toEqual(expected);
  });

  it.each<[string, { readonly [after: string]: Page<Item> }, number[]]>([
    ['an empty list', { undefined: { data: [], has_more: false } }, []],
    ['an empty page that promises more', { undefined: { data: [], has_more: true } }, []],
    [
      'an empty page that leads on',
      {
        undefined: { data: [], has_more: true, next_starting_after: 'c' },
        c: { data: items(1), has_more: false },
      },
      [1],
    ],
    [
      'a page that leads to itself',
      {
        undefined: { data: items(9), has_more: true, next_starting_after: 9 },
        9: { data: items(9), has_more: true, next_starting_after: 9 },
      },
      [9, 9],
    ],
    [
      'a page that leads to itself, in other words',
      {
        undefined: { data: items(9), has_more: true, next_starting_after: 9 },
        9: { data: items(9), has_more: true, next_starting_after: '9' },
      },
      [9, 9],
    ],
    [
      'pages that lead in a circle',
      {
        undefined: { data: items(9), has_more: true },
        9: { data: items(8), has_more: true },
        8: { data: items(9), has_more: true },
      },
      [9, 8, 9],
    ],
  ])('comes to an end with %s', async (_, list, ids) => {
    const { page } = reading(list);
    expect(await told(pages(page))).toEqual({ values: items(...ids) });
  });

  it('follows no cursor for ever that leads to nothing', async () => {
    let asked = 0;
    const nothing = (): Page<Item> => ({ data: [], has_more: true, next_starting_after: ++asked });
    const { values, error } = await told(pages(() => of(nothing())));
    expect(values).toEqual([]);
    expect(error).toBeInstanceOf(DecodeError);
    expect(asked).toBe(101);
  });

  it('follows empty pages between items', async () => {
    let asked = 0;
    const page = (): Page<Item> => ({
      data: asked++ % 80 === 0 ? items(asked) : [],
      has_more: asked < 400,
      next_starting_after: asked,
    });
    expect((await told(pages(() => of(page())))).values).toEqual(items(1, 81, 161, 241, 321));
  });

  it('keeps what it gave when a page fails', async () => {
    const failure = new Error('no answer');
    const page = (after?: number | string) =>
      after === undefined ? of(three.undefined) : throwError(() => failure);
    expect(await told(pages(page))).toEqual({ values: items(9, 8), error: failure });
  });

  it(
    'lets go of the page it waits for',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const page = cold('---p|', { p: three.undefined });
      expectObservable(
        pages(() => page),
        '--!',
      ).toBe('');
      expectSubscriptions(page.subscriptions).toBe('^-!');
    }),
  );

  it('walks a long list without piling up', async () => {
    const last = 5_000;
    const page = (after: number | string = 0) =>
      of({ data: items(Number(after) + 1), has_more: Number(after) < last }).pipe(
        delay(0, asapScheduler),
      );
    expect(await lastValueFrom(pages(page).pipe(count()))).toBe(last + 1);
  });
});
