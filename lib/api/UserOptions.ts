import { AbortOptions } from './AbortOptions';
import type { Parameters } from './check';
import { parameter } from './parameter';

/** Whose run it is. */
export interface UserOptions extends AbortOptions {
  /** Your own user; accounts in strict multi-tenant mode must name one. */
  readonly user_id?: string | undefined;
}

/** The codec of each, checked before anything is sent. */
export const UserOptions: Parameters<UserOptions> = {
  ...AbortOptions,
  user_id: parameter.text,
};
