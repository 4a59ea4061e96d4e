import { Observable } from 'rxjs';
import type { Connection } from '../stream/Healing';

/** What a client's streams tell of their connections. */
export interface Connections {
  /** To whoever subscribes, from then on: it opens none itself. */
  readonly connection$: Observable<Connection>;
  /** Takes what a stream tells. */
  readonly onConnection: (connection: Connection) => void;
}

/** Hands on what streams tell: to the client's option first, and to whoever subscribes. */
export const connections = (onConnection: (connection: Connection) => void): Connections => {
  const listeners = new Set<(connection: Connection) => void>();
  return {
    onConnection: (connection) => {
      onConnection(connection);
      listeners.forEach((listener) => listener(connection));
    },
    connection$: new Observable((subscriber) => {
      const listener = (connection: Connection): void => subscriber.next(connection);
      listeners.add(listener);
      return () => listeners.delete(listener);
    }),
  };
};
