import * as t from 'io-ts';
import { optional } from '../events/optional';
import { orElse } from '../events/orElse';
import { record } from '../events/record';
import type { Page } from './pages';

/** The codec of a page of such items. [wire §1 Lists] */
export const pageOf = <A>(item: t.Type<A, unknown>): t.Type<Page<A>, unknown> =>
  record(
    {
      data: t.readonlyArray(item),
      has_more: orElse<boolean>(t.boolean, false),
      next_starting_after: optional<number | string>(t.union([t.number, t.string])),
    },
    `a page of ${item.name}`,
  );
