/** RxJS timers from now on: it knows no other than intervals. */
export interface Timers {
  /** That were set and not cleared. */
  readonly left: () => number;
  readonly stop: () => void;
}

export const timers = (): Timers => {
  const set = new Set<unknown>();
  const { setInterval, clearInterval } = globalThis;
  globalThis.setInterval = ((...given: Parameters<typeof setInterval>) => {
    const timer = setInterval(...given);
    set.add(timer);
    return timer;
  }) as typeof setInterval;
  globalThis.clearInterval = ((timer: NodeJS.Timeout) => {
    set.delete(timer);
    clearInterval(timer);
  }) as typeof clearInterval;
  return {
    left: () => set.size,
    stop: () => void Object.assign(globalThis, { setInterval, clearInterval }),
  };
};
