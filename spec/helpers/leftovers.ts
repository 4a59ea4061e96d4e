/** What nobody should leave behind. */
export interface Leftovers {
  /** RxJS timers that were set and not cleared: it knows no other than intervals. */
  readonly timers: () => number;
  /** Rejections that nobody handled, as soon as Node tells of them. */
  readonly rejections: () => Promise<readonly unknown[]>;
}

/** Watches, for the length of a spec, what is left behind. */
export const leftovers = (): Leftovers => {
  const timers = new Set<unknown>();
  let rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  const { setInterval, clearInterval } = globalThis;

  beforeEach(() => {
    timers.clear();
    rejections = [];
    process.on('unhandledRejection', onRejection);
    globalThis.setInterval = ((...given: Parameters<typeof setInterval>) => {
      const timer = setInterval(...given);
      timers.add(timer);
      return timer;
    }) as typeof setInterval;
    globalThis.clearInterval = ((timer: NodeJS.Timeout) => {
      timers.delete(timer);
      clearInterval(timer);
    }) as typeof clearInterval;
  });

  afterEach(() => {
    process.off('unhandledRejection', onRejection);
    Object.assign(globalThis, { setInterval, clearInterval });
  });

  return {
    timers: () => timers.size,
    rejections: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return rejections;
    },
  };
};
