import type { Body } from '../checked';
import type { Teammate } from '../Teammate';
import type { Account, World } from '../World';

/** Makes a teammate. */
export const makeTeammate = (account: Account, world: World, body: Body): Teammate => {
  const time = new Date().toISOString();
  const teammate: Teammate = {
    id: world.nextId('teammate'),
    name: (body['name'] as string | undefined) ?? 'Assistant',
    instructions: (body['instructions'] as string | undefined) ?? null,
    tools: (body['tools'] as readonly string[] | undefined) ?? [],
    user_id: (body['user_id'] as string | undefined) ?? null,
    metadata: (body['metadata'] as Teammate['metadata'] | undefined) ?? null,
    status: 'enabled',
    created_at: time,
    updated_at: time,
  };
  account.teammates.set(teammate.id, teammate);
  return teammate;
};
