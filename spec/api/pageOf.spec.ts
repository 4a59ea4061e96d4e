import { isLeft, isRight } from 'fp-ts/Either';
import { pageOf } from '../../lib/api/pageOf';
import { Run } from '../../lib/api/Run';
import { problems } from '../../lib/events/problems';

const Page = pageOf(Run);
const run = { id: 7, status: 'running' };

describe('pageOf', () => {
  it('is called by what it is a page of', () => {
    expect(Page.name).toBe('a page of a run');
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
      { data: [{ ...run, output: null }], has_more: null, next_starting_after: null },
      { data: [run], has_more: false },
    ],
  ])('reads %j', (page, expected) => {
    const decoded = Page.decode(page);
    expect(isRight(decoded) && decoded.right).toStrictEqual(expected);
  });

  it.each([
    [{}, ['data: expected ReadonlyArray<a run>']],
    [{ data: [{ id: 7 }] }, ['data.0.status: expected string']],
    [{ data: [], has_more: 'yes' }, ['has_more: expected boolean']],
    [[run], ['the whole: expected a page of a run']],
  ])('does not take %j for one', (page, expected) => {
    const decoded = Page.decode(page);
    expect(isLeft(decoded) && problems(decoded.left)).toEqual(expected);
  });
});
