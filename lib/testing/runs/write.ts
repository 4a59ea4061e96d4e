import type { RunMessage } from '../RunMessage';
import type { World } from '../World';
import type { HeldRun } from './HeldRun';

/** Adds to a run's transcript. */
export const write = (
  held: HeldRun,
  role: RunMessage['role'],
  content: string,
  { nextId }: World,
): void => {
  held.messages.push({
    id: nextId('message'),
    run_id: held.record.id,
    sequence: held.messages.length + 1,
    role,
    content,
    content_blocks: [{ type: 'text', text: content }],
    event_metadata: null,
    created_at: new Date().toISOString(),
  });
};
