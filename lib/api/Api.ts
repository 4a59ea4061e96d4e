import type { Send } from '../http/Send';
import type { Healing } from '../stream/Healing';

/** What every route is made with. */
export interface Api {
  readonly send: Send;
  /** How streams are read, and healed. */
  readonly streams: Pick<Healing, 'events' | 'wait' | 'onConnection'>;
}
