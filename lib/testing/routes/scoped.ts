import type { Account } from '../World';
import type { Run } from '../Run';
import { idOf } from './idOf';

/** An account's runs, or only a teammate's, a task's, a user's. */
export const scoped = (account: Account, query: URLSearchParams): readonly Run[] => {
  const of = (name: 'teammate_id' | 'task_id'): ((run: Run) => boolean) => {
    const text = query.get(name);
    return text === null ? () => true : (run) => run[name] === idOf(text);
  };
  const user_id = query.get('user_id');
  return [...account.runs.values()]
    .map(({ record }) => record)
    .filter(of('teammate_id'))
    .filter(of('task_id'))
    .filter((run) => user_id === null || run.user_id === user_id);
};
