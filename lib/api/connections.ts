import { Observable } from 'rxjs';
import type { Connection } from '../stream/Healing';

/** What a client's streams tell of their connections: to its option, and to whoever subscribes. */
export const connections = (
  onConnection: (connection: Connection) => void,
): {
  readonly connection$: Observable<Connection>;
  readonly onConnection: (connection: Connection) => void;
} => {
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
