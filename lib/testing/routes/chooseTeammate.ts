import type { Body } from '../checked';
import { refusal } from '../refusal';
import type { Teammate } from '../Teammate';
import type { Account, World } from '../World';
import { makeTeammate } from './makeTeammate';
import { sameUser } from './sameUser';

/** "With no `teammate_id` one is found or made; with `name` one is made under that name." [wire §7] */
export const chooseTeammate = (account: Account, world: World, body: Body): Teammate => {
  const { teammate_id, user_id } = body;
  if (teammate_id !== undefined) {
    const teammate = account.teammates.get(teammate_id as number);
    if (teammate?.status !== 'enabled') throw refusal(404, 'Teammate not found');
    sameUser('Teammate', teammate, user_id);
    return teammate;
  }
  const found = [...account.teammates.values()].find(
    (teammate) => teammate.status === 'enabled' && teammate.user_id === (user_id ?? null),
  );
  return body['name'] === undefined && found !== undefined
    ? found
    : makeTeammate(account, world, { ...body, metadata: undefined });
};
