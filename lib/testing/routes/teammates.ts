import { emptyAnswer, jsonAnswer, refusal } from '../answers';
import type { Call, Route } from '../Call';
import type { TeammateRecord } from '../records';
import type { Account, World } from '../World';
import { checked, patched, type Body } from './checked';
import { idOf, sameUser } from './owned';
import { page } from './page';

const TEAMMATE = '/agents/{teammate_id}';
const EDITABLE = ['name', 'instructions', 'tools', 'metadata'];

/** Teammates, whose routes are `/agents/…` today. [wire, Names] */
export const teammateRoutes = {
  createTeammate: {
    method: 'POST',
    path: '/agents/',
    handle: ({ account, world, body }) =>
      jsonAnswer(makeTeammate(account, world, checked(body, 'name')), 201),
  },
  listTeammates: {
    method: 'GET',
    path: '/agents/',
    handle: ({ account, query }) => {
      const user_id = query.get('user_id');
      const listed = [...account.teammates.values()].filter(
        (teammate) =>
          teammate.status === 'enabled' && (user_id === null || teammate.user_id === user_id),
      );
      return page(listed, query);
    },
  },
  getTeammate: { method: 'GET', path: TEAMMATE, handle: (call) => jsonAnswer(findTeammate(call)) },
  updateTeammate: {
    method: 'PATCH',
    path: TEAMMATE,
    handle: (call) => {
      const next = patched(findTeammate(call), checked(call.body), EDITABLE);
      call.account.teammates.set(next.id, next);
      return jsonAnswer(next);
    },
  },
  deleteTeammate: {
    method: 'DELETE',
    path: TEAMMATE,
    handle: (call) => {
      const teammate = findTeammate(call);
      call.account.teammates.set(
        teammate.id,
        patched(teammate, { status: 'archived' }, ['status']),
      );
      return emptyAnswer;
    },
  },
} as const satisfies { readonly [name: string]: Route };

/** Makes a teammate. */
export const makeTeammate = (account: Account, world: World, body: Body): TeammateRecord => {
  const time = new Date().toISOString();
  const teammate: TeammateRecord = {
    id: world.nextId('teammate'),
    name: (body['name'] as string | undefined) ?? 'Assistant',
    instructions: (body['instructions'] as string | undefined) ?? null,
    tools: (body['tools'] as readonly string[] | undefined) ?? [],
    user_id: (body['user_id'] as string | undefined) ?? null,
    metadata: (body['metadata'] as TeammateRecord['metadata'] | undefined) ?? null,
    status: 'enabled',
    created_at: time,
    updated_at: time,
  };
  account.teammates.set(teammate.id, teammate);
  return teammate;
};

/** "With no `teammate_id` one is found or made; with `name` one is made under that name." [wire §7] */
export const chooseTeammate = (account: Account, world: World, body: Body): TeammateRecord => {
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

/** "Another account's teammate is 404, never 403." [wire §7] */
const findTeammate = ({ account, params }: Call): TeammateRecord => {
  const teammate = account.teammates.get(idOf(params['teammate_id']));
  if (teammate === undefined) throw refusal(404, 'Teammate not found', 'teammate_not_found');
  return teammate;
};
