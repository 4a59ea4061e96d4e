import { setTimeout as sleep } from 'node:timers/promises';
import { config } from 'rxjs';

/** What reaches RxJS's global hook, from which there is no way back to a subscriber. */
export const overheard = async (act: () => unknown): Promise<readonly unknown[]> => {
  const reasons: unknown[] = [];
  const { onUnhandledError } = config;
  config.onUnhandledError = (reason) => reasons.push(reason);
  try {
    act();
    await sleep(1); // RxJS hands them over in a timer, which was set before this one
  } finally {
    config.onUnhandledError = onUnhandledError;
  }
  return reasons;
};
