import type { Handler } from '../Call';
import { jsonAnswer } from '../jsonAnswer';
import { findRun } from './findRun';

/** "`share` is idempotent; `unshare` makes the next share a new link." [wire §7] */
export const share: Handler = (call) => {
  const held = findRun(call);
  const { world } = call;
  held.share_token ??= world.token('share');
  const { share_token } = held;
  return jsonAnswer({ share_token, share_url: `${world.origin}/share/${share_token}` });
};
