import type { Handler } from '../Call';
import { checked } from '../checked';
import { chooseTeammate } from './chooseTeammate';
import { makeTask } from './makeTask';
import { mode } from './mode';
import { runAnswer } from './runAnswer';
import { startRun } from './startRun';

/** "Runs stream by default"; an ad-hoc run gets a task of its own. [wire §7] */
export const createRun: Handler = (call) => {
  const { account, world } = call;
  const body = checked(call.body, 'message');
  const message = body['message'] as string;
  mode(body); // refused before anything is made
  const teammate = chooseTeammate(account, world, body);
  const task = makeTask(
    account,
    world,
    teammate,
    { ...body, name: undefined, instructions: message },
    true,
  );
  const held = startRun(call, task, message, body);
  const inbox = { email_address: `run-${held.record.id}@inbox.m8tes.local` };
  return runAnswer(
    held,
    body['stream'] !== false,
    world,
    body['email_inbox'] === true ? inbox : {},
  );
};
