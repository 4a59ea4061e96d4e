import { refusal } from '../answers';
import type { Call } from '../Call';
import type { HeldRun } from '../runs/HeldRun';

/** "Another account's run is 404, never 403"; so is another user's. [wire §7] */
export const findRun = ({ account, params, query }: Call): HeldRun => {
  const held = account.runs.get(idOf(params['run_id']));
  if (held === undefined || !isOf(held.record, query)) {
    throw refusal(404, 'Run not found', 'run_not_found');
  }
  return held;
};

/** Whether a thing is of the user whom a query names, where it names one. */
export const isOf = (
  { user_id }: { readonly user_id: string | null },
  query: URLSearchParams,
): boolean => (query.get('user_id') ?? user_id) === user_id;

/** "A run inherits its teammate's or task's `user_id`; another one is 404." [wire §7] */
export const sameUser = (
  what: string,
  { user_id }: { readonly user_id: string | null },
  asked: unknown,
): string | null => {
  if (user_id !== null && asked !== undefined && asked !== user_id) {
    throw refusal(404, `${what} not found`);
  }
  return (asked as string | undefined) ?? user_id;
};

/** The number in a path. */
export const idOf = (text = ''): number => {
  if (!/^\d{1,15}$/.test(text)) throw refusal(422, `path: ${text} is not an id`);
  return Number(text);
};
