import type { MonoTypeOperatorFunction } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import type { Send } from '../http/Request';
import type { Healing } from '../stream/Healing';
import type { LogEntry } from './ClientOptions';

/** What every route is made with. */
export interface Api {
  readonly send: Send;
  /** How streams are read, and healed. */
  readonly streams: Pick<Healing, 'events' | 'wait' | 'onConnection'>;
  /** What every stream passes on its way out: the stall watchdog, and the log. */
  readonly watched: MonoTypeOperatorFunction<RunEvent>;
  readonly onUnsubscribe: 'detach' | 'cancel';
  readonly onLog: (entry: LogEntry) => void;
}
