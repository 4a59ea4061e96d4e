import { refusal } from '../refusal';

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
