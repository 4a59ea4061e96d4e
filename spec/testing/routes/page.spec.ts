import { page } from '../../../lib/testing/routes/page';
import { heard } from '../lines';

describe('page', () => {
  const items = Array.from({ length: 150 }, (_, i) => ({ id: i + 1 }));
  const paged = (query: string) =>
    JSON.parse(heard(page(items, new URLSearchParams(query)).body).lines.join('')) as {
      readonly data: readonly { readonly id: number }[];
    };

  it('has 20 items, or as many as asked for', () => {
    expect(paged('').data).toHaveLength(20);
    expect(paged('limit=100').data).toHaveLength(100);
    expect(paged('starting_after=3').data.map(({ id }) => id)).toEqual([2, 1]);
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'starting_after=x'])('refuses %s', (query) => {
    expect(() => paged(query)).toThrow(expect.objectContaining({ status: 422 }));
  });
});
