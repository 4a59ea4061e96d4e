import { Observable } from 'rxjs';
import type { ConnectionState } from '../stream/Healing';

/** What a client's streams tell of their connections. */
export interface Connections {
  /** To whoever subscribes, from then on: it opens none itself. */
  readonly connection$: Observable<ConnectionState>;
  /** A number for a stream that begins. */
  readonly number: () => number;
  /** Takes what a stream tells. */
  readonly onConnection: (state: ConnectionState) => void;
}

/** Hands on what streams tell: to the client's option first, and to whoever subscribes. */
export const connections = (onConnection: (state: ConnectionState) => void): Connections => {
  let streams = 0;
  const listeners = new Set<(state: ConnectionState) => void>();
  return {
    number: () => ++streams,
    onConnection: (state) => {
      onConnection(state);
      listeners.forEach((listener) => listener(state));
    },
    connection$: new Observable((subscriber) => {
      const listener = (state: ConnectionState): void => subscriber.next(state);
      listeners.add(listener);
      return () => listeners.delete(listener);
    }),
  };
};
