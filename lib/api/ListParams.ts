import type { Parameters } from './check';
import { parameter } from './parameter';

/** Which runs are listed, newest first. [wire §1 Lists, §7] */
export interface ListParams {
  readonly teammate_id?: number | undefined;
  readonly task_id?: number | undefined;
  readonly user_id?: string | undefined;
  /** `running`, `paused`, `awaiting_approval`, `completed`, `failed`, `cancelled`, `closed`, `archived`. */
  readonly status?: string | undefined;
  /** Items in a page, 1 to 100; the server's default is 20. */
  readonly limit?: number | undefined;
  /** The id of the last item seen. */
  readonly starting_after?: number | undefined;
}

const { id, text, limit } = parameter;

/** The codec of each, checked before anything is sent. */
export const ListParams: Parameters<ListParams> = {
  teammate_id: id,
  task_id: id,
  user_id: text,
  status: text,
  limit,
  starting_after: id,
};
