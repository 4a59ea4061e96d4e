import type { Route } from '../Call';
import { checked } from '../checked';
import { emptyAnswer } from '../emptyAnswer';
import { jsonAnswer } from '../jsonAnswer';
import { findTeammate } from './findTeammate';
import { makeTeammate } from './makeTeammate';
import { page } from './page';
import { patched } from './patched';

const TEAMMATE = '/teammates/{teammate_id}';
const EDITABLE = ['name', 'instructions', 'tools', 'metadata'];

/** Teammates. [wire §7] */
export const teammateRoutes = {
  createTeammate: {
    method: 'POST',
    path: '/teammates/',
    handle: ({ account, world, body }) =>
      jsonAnswer(makeTeammate(account, world, checked(body, 'name')), 201),
  },
  listTeammates: {
    method: 'GET',
    path: '/teammates/',
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
      call.account.teammates.set(teammate.id, {
        ...teammate,
        status: 'archived',
        updated_at: new Date().toISOString(),
      });
      return emptyAnswer;
    },
  },
} as const satisfies { readonly [name: string]: Route };
