// The relay that the other pages mount, and who may do what: one for a process, wherever it is mounted.

import { randomUUID } from 'node:crypto';
import { createClient } from 'm8tes-rx';
import { createRelay, memoryLog } from 'm8tes-rx/relay';

/** Who has signed in: the token in their cookie, and whose it is. Yours are in your session store. */
const sessions = new Map<string, string>();

/** Signs somebody in: the `set-cookie` of the answer. */
export const signIn = (user: string): string => {
  const token = randomUUID();
  sessions.set(token, user);
  return `session=${token}; HttpOnly; Secure; SameSite=Lax; Path=/`;
};

export const userOf = (cookie: string | null | undefined): string | undefined =>
  sessions.get(/(?:^|;\s*)session=([\w-]+)/.exec(cookie ?? '')?.[1] ?? '');

/** Has the key, of M8TES_API_KEY: it stays here. */
export const client = createClient();

export const relay = createRelay({
  client,
  log: memoryLog(), // on one machine; `redisLog(redis)` of `m8tes-rx/redis` on many
  authorize: (request) => {
    const user = userOf(request.headers.get('cookie'));
    if (user === undefined) return undefined; // who has not signed in may do nothing
    // With `user_id` a run is that user's, and to anybody else it is not there.
    return { owner: user, params: { user_id: user } };
  },
});
