import { accountOf } from './accountOf';
import type { Answer } from './Answer';
import { contentOf } from './contentOf';
import { jsonAnswer } from './jsonAnswer';
import type { Asked } from './readAsked';
import type { Target } from './target';
import type { World } from './World';

/** Does what is asked, once. Throws a refusal. */
export const respond = (world: World, asked: Asked, target: Target): Answer => {
  const { found, query } = target;
  if (found === undefined) return target.otherwise;
  const { route, params } = found;
  const account = accountOf(world, asked.headers.authorization);
  const key = route.idempotent ? String(asked.headers['idempotency-key'] ?? '') : '';

  const bound = account.bound.get(key);
  if (bound !== undefined) {
    // [wire §2] "Status 200, header `Idempotent-Replay`, and JSON even when a stream was asked for."
    const replay = jsonAnswer({ ...bound.held.record, ...bound.fields });
    return { ...replay, headers: { ...replay.headers, 'idempotent-replay': 'true' } };
  }
  const { body, files } = contentOf(asked, route.path.endsWith('/with-files'));
  const answer = route.handle({ world, account, params, query, body, files });
  if (key !== '' && answer.made !== undefined) account.bound.set(key, answer.made);
  return answer;
};
