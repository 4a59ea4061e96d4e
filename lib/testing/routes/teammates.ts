import { emptyAnswer, jsonAnswer, refusal, type Answer } from '../answers';
import type { Call, Route } from '../Call';
import { now } from '../clock';
import type { TeammateRecord } from '../records';
import { executing } from '../runs/HeldRun';
import type { Account, World } from '../World';
import { checked, cleared, patched, type Body } from './checked';
import { idOf, isOf, sameUser } from './owned';
import { page } from './page';

const TEAMMATE = '/agents/{teammate_id}';
const CLEARABLE = ['model', 'effort', 'enable_memory', 'enable_history', 'enable_feedback'];
const EDITABLE = [
  ...['name', 'instructions', 'tools', 'role', 'goals', 'metadata', 'default_permission_mode'],
  ...CLEARABLE,
];

/** Teammates, whose routes are `/agents/…` today. [wire, Names] */
export const teammateRoutes = {
  createTeammate: {
    method: 'POST',
    path: '/agents/',
    handle: ({ account, world, body: given }) => {
      const body = checked(given);
      const named = checked({ name: body['from_template'], ...body }, 'name');
      return shown(account, makeTeammate(account, world, named), 201);
    },
  },
  listTeammates: {
    method: 'GET',
    path: '/agents/',
    handle: ({ account, query }) => {
      const user_id = query.get('user_id');
      const listed = [...account.teammates.values()].filter(
        (teammate) =>
          teammate.status !== 'archived' && (user_id === null || teammate.user_id === user_id),
      );
      return page(
        listed.map((teammate) => active(account, teammate)),
        query,
      );
    },
  },
  getTeammate: {
    method: 'GET',
    path: TEAMMATE,
    handle: (call) => shown(call.account, findTeammate(call)),
  },
  updateTeammate: {
    method: 'PATCH',
    path: TEAMMATE,
    handle: (call) => {
      const body = { ...checked(call.body), ...cleared(call.body, ...CLEARABLE) };
      return shown(call.account, keep(call, patched(findTeammate(call), body, EDITABLE)));
    },
  },
  deleteTeammate: {
    method: 'DELETE',
    path: TEAMMATE,
    handle: (call) => {
      keep(call, patched(findTeammate(call), { status: 'archived' }, ['status']));
      return emptyAnswer;
    },
  },
  enableTeammate: {
    method: 'POST',
    path: `${TEAMMATE}/enable`,
    handle: (call) => shown(call.account, become(call, 'enabled')),
  },
  disableTeammate: {
    method: 'POST',
    path: `${TEAMMATE}/disable`,
    handle: (call) => shown(call.account, become(call, 'disabled')),
  },
  unarchiveTeammate: {
    method: 'POST',
    path: `${TEAMMATE}/unarchive`,
    handle: (call) => {
      const teammate = findTeammate(call);
      const isArchived = teammate.status === 'archived';
      const next = isArchived ? patched(teammate, { status: 'enabled' }, ['status']) : teammate;
      return shown(call.account, keep(call, next));
    },
  },
} as const satisfies { readonly [name: string]: Route };

const keep = ({ account }: Call, teammate: TeammateRecord): TeammateRecord => {
  account.teammates.set(teammate.id, teammate);
  return teammate;
};

const become = (call: Call, status: 'enabled' | 'disabled'): TeammateRecord => {
  const teammate = findTeammate(call);
  if (teammate.status === 'archived') {
    throw refusal(409, 'The teammate is archived; unarchive it first', 'teammate_archived');
  }
  return keep(call, patched(teammate, { status }, ['status']));
};

/** A teammate, and what it is at. [wire §8] */
const active = ({ runs }: Account, teammate: TeammateRecord) => {
  const its = [...runs.values()].filter(({ record }) => record.teammate_id === teammate.id);
  const at = its.filter((held) => executing(held) !== undefined);
  return {
    ...teammate,
    active_run_id: at.at(-1)?.record.id ?? null,
    active_run_count: at.length,
    last_active_at:
      its
        .map(({ record }) => record.last_activity_at)
        .sort()
        .at(-1) ?? null,
  };
};

const shown = (account: Account, teammate: TeammateRecord, status = 200): Answer =>
  jsonAnswer(active(account, teammate), status);

/** Makes a teammate. */
export const makeTeammate = (account: Account, world: World, body: Body): TeammateRecord => {
  const time = now();
  const given = <T>(name: string): T | null => (body[name] as T | undefined) ?? null;
  const teammate: TeammateRecord = {
    id: world.nextId('teammate'),
    name: given('name') ?? 'Assistant',
    instructions: given('instructions'),
    tools: given('tools') ?? [],
    role: given('role'),
    goals: given('goals'),
    user_id: given('user_id'),
    metadata: given('metadata'),
    default_permission_mode: given('default_permission_mode'),
    status: 'enabled',
    model: given('model'),
    effort: given('effort'),
    enable_memory: given('enable_memory'),
    enable_history: given('enable_history'),
    enable_feedback: given('enable_feedback'),
    created_at: time,
    updated_at: time,
  };
  account.teammates.set(teammate.id, teammate);
  return teammate;
};

/** "With no `teammate_id` one is found or made; with `name` one is made under that name." [wire §7] */
export const chooseTeammate = (account: Account, world: World, body: Body): TeammateRecord => {
  const { teammate_id, user_id, name, instructions, tools } = body;
  if (teammate_id !== undefined) {
    const teammate = account.teammates.get(teammate_id as number);
    if (teammate === undefined || teammate.status === 'archived') {
      throw refusal(404, 'Teammate not found');
    }
    sameUser('Teammate', teammate, user_id);
    if (teammate.status === 'disabled') throw refusal(400, 'The teammate is disabled');
    return teammate;
  }
  const found = [...account.teammates.values()].find(
    (teammate) => teammate.status === 'enabled' && teammate.user_id === (user_id ?? null),
  );
  return name === undefined && found !== undefined
    ? found
    : makeTeammate(account, world, { name, instructions, tools, user_id });
};

/** "Another account's teammate is 404, never 403." [wire §7] */
const findTeammate = ({ account, params, query }: Call): TeammateRecord => {
  const teammate = account.teammates.get(idOf(params['teammate_id']));
  if (teammate === undefined || !isOf(teammate, query)) {
    throw refusal(404, 'Teammate not found', 'teammate_not_found');
  }
  return teammate;
};
