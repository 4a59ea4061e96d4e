import type { Agent, Client, Task, Trigger } from 'm8tes-rx';
import { concatMap, find, map, of, type Observable } from 'rxjs';

/** Who triages, what it does each time, and when it starts by itself. */
export interface SupportAgent {
  readonly agent: Agent;
  readonly task: Task;
  readonly trigger: Trigger;
}

const name = 'support-triage';
const weekdays = { type: 'schedule', cron: '0 8 * * 1-5', timezone: 'America/New_York' } as const;

/** What is there already, or else what is made: making it is not repeated, and should not be. */
const foundOrMade = <T>(
  all$: Observable<T>,
  isIt: (one: T) => boolean,
  make: () => Observable<T>,
): Observable<T> =>
  all$.pipe(
    find(isIt),
    concatMap((found) => (found === undefined ? make() : of(found))),
  );

/** The agent of the support inbox, its task and its schedule: made the first time, found later. */
export const supportAgent = ({ agents, tasks }: Client): Observable<SupportAgent> => {
  const agent$ = foundOrMade(
    agents.list(),
    (agent) => agent.name === name,
    () =>
      agents.create({
        name,
        instructions:
          'Triage inbound support mail. File bugs in Linear, tell Slack what is urgent, and draft ' +
          'answers to everything else.',
        tools: ['gmail', 'linear', 'slack'],
      }),
  );
  const taskOf = ({ id: agent_id }: Agent): Observable<Task> =>
    foundOrMade(
      tasks.list({ agent_id }),
      (task) => task.name === name,
      () => tasks.create({ agent_id, name, instructions: 'Triage the support inbox.' }),
    );
  const triggerOf = ({ id }: Task): Observable<Trigger> =>
    foundOrMade(
      tasks.triggers.list(id),
      ({ cron }) => cron === weekdays.cron,
      () => tasks.triggers.create(id, weekdays),
    );
  return agent$.pipe(
    concatMap((agent) => taskOf(agent).pipe(map((task) => ({ agent, task })))),
    concatMap(({ agent, task }) =>
      triggerOf(task).pipe(map((trigger) => ({ agent, task, trigger }))),
    ),
  );
};
