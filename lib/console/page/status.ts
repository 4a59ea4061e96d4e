import { duration } from './amounts';
import { sentence } from './sentences';
import type { Session } from './session';

/** How a run is, in a word for the mark beside it and a sentence for people. */
export interface Status {
  readonly is: 'idle' | 'working' | 'waiting' | 'lost' | 'completed' | 'failed' | 'cancelled';
  readonly text: string;
}

const endings = { completed: 'Completed', failed: 'Failed', cancelled: 'Stopped' } as const;

/** Whether people are asked something now. */
const waits = ({ told, asked }: Session): boolean =>
  told?.isOver === false &&
  [...asked.requests.values()].some(({ status = 'pending' }) => status === 'pending');

/** How the run is that is looked at. */
export const statusOf = (session: Session | undefined): Status => {
  if (session === undefined) return { is: 'idle', text: 'Ready' };
  const { told, connection, isReading, trouble } = session;
  if (trouble !== undefined) return { is: 'lost', text: sentence(trouble).what };
  if (isReading && connection?.state === 'interrupted') {
    const { attempt, delay = 0 } = connection;
    const when = delay > 0 ? ` in ${duration(delay)}` : '';
    return { is: 'lost', text: `Connection lost. Trying again${when} (attempt ${attempt}) …` };
  }
  if (isReading && connection?.state === 'connecting' && connection.attempt > 0) {
    return { is: 'lost', text: 'Connection lost. Connecting again …' };
  }
  if (waits(session)) return { is: 'waiting', text: 'Waiting for you' };
  if (told === undefined) return { is: 'working', text: 'Connecting …' };
  const { status } = told.result;
  if (told.isOver && status !== 'running') return { is: status, text: endings[status] };
  return { is: 'working', text: 'Working …' };
};
