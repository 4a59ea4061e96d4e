import type { RouteName } from '../routes/routes';
import type { Fault } from './Fault';

/** The faults of a server, in order. */
export interface FaultList {
  readonly add: (...faults: readonly Fault[]) => void;
  /** The first fault that is for this request and not used up. */
  readonly take: (route: RouteName | undefined) => Fault | undefined;
}

export const faultList = (initial: readonly Fault[]): FaultList => {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  const add = (...faults: readonly Fault[]): void => {
    for (const fault of faults) waiting.push({ fault, left: fault.times ?? 1 });
  };
  add(...initial);
  return {
    add,
    take: (route) => {
      const entry = waiting.find(
        ({ fault, left }) => left > 0 && (fault.on === undefined || fault.on === route),
      );
      if (entry === undefined) return undefined;
      entry.left--;
      return entry.fault;
    },
  };
};
