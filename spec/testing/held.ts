import { byLoop } from '../../lib/testing/clock';
import type { Call } from '../../lib/testing/Call';
import { startRun } from '../../lib/testing/routes/start';
import { makeTask } from '../../lib/testing/routes/tasks';
import { makeTeammate } from '../../lib/testing/routes/teammates';
import type { HeldRun } from '../../lib/testing/runs/HeldRun';
import type { Ask, Script, Step } from '../../lib/testing/Script';
import { newAccount, newWorld, type World } from '../../lib/testing/World';

/** A script that never ends by itself. */
export const forever: Script = () => [{ step: 'wait', ms: Infinity }];

/** A wait in a script that ends when the spec says so, not when a clock does. */
export const aDoor = () => {
  let closed = true;
  return {
    open: () => void (closed = false),
    wait: function* (): Generator<Step> {
      while (closed) yield { step: 'wait', ms: 1 };
    },
  };
};

/** A server's memory without a server. */
export const aWorld = (script: Script = () => []): World =>
  newWorld(
    { script, pace: 0, history: 'whole', pauses: 'open', rest: byLoop, reach: () => undefined },
    1,
  );

export const aCall = (fields: Partial<Call> = {}): Call => ({
  world: aWorld(),
  account: newAccount(),
  params: {},
  query: new URLSearchParams(),
  body: null,
  files: [],
  ...fields,
});

/** A run without a server: begun, unless its script ends at once. */
export const aRun = (
  call: Call = aCall(),
  body: Readonly<Record<string, unknown>> = {},
): HeldRun => {
  const { account, world } = call;
  const teammate = makeTeammate(account, world, {});
  const task = makeTask(account, world, teammate, { instructions: 'work' });
  return startRun(call, task, 'hello', body);
};

/** People may be asked, and are. */
export const asksPeople = { human_in_the_loop: true, permission_mode: 'approval' } as const;

export const anAsk: Ask = { tool_name: 'gmail_send', tool_input: { to: 'ada' } };
