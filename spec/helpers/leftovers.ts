import { timers as watched, type Timers } from './timers';

/** What nobody should leave behind. */
export interface Leftovers {
  /** RxJS timers that were set and not cleared. */
  readonly timers: () => number;
  /** Rejections that nobody handled, as soon as Node tells of them. */
  readonly rejections: () => Promise<readonly unknown[]>;
}

/** Watches, for the length of each spec, what is left behind. */
export const leftovers = (): Leftovers => {
  let timers: Timers;
  let rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  beforeEach(() => {
    timers = watched();
    rejections = [];
    process.on('unhandledRejection', onRejection);
  });

  afterEach(() => {
    process.off('unhandledRejection', onRejection);
    timers.stop();
  });

  return {
    timers: () => timers.left(),
    rejections: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return rejections;
    },
  };
};
