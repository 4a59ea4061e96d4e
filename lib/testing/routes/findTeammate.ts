import type { Call } from '../Call';
import { refusal } from '../refusal';
import type { Teammate } from '../Teammate';
import { idOf } from './idOf';

/** "Another account's teammate is 404, never 403." [wire §7] */
export const findTeammate = ({ account, params }: Call): Teammate => {
  const teammate = account.teammates.get(idOf(params['teammate_id']));
  if (teammate === undefined) throw refusal(404, 'Teammate not found', 'teammate_not_found');
  return teammate;
};
