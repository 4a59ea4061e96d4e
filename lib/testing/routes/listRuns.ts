import type { Handler } from '../Call';
import { catalog } from '../catalog';
import { refusal } from '../refusal';
import type { Run } from '../Run';
import { page } from './page';
import { scoped } from './scoped';

/** "Archived runs leave the default list and stay readable by id." [wire §7] */
export const listRuns: Handler = ({ account, query }) => {
  const status = query.get('status');
  if (status !== null && !catalog.statuses.some((known) => known === status)) {
    throw refusal(422, `status: must be one of ${catalog.statuses.join(', ')}`);
  }
  const wanted = (run: Run): boolean => {
    if (status === 'archived') return run.archived_at !== null;
    return run.archived_at === null && (status === null || run.status === status);
  };
  return page(scoped(account, query).filter(wanted), query);
};
