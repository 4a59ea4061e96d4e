import type { RunEvent } from '../events/RunEvent';

type Fields = { readonly [field: string]: unknown };

/** The channel an event belongs to: its type, and the id it may have. Deltas of one channel are one text. */
export const channelOf = (event: RunEvent): string => {
  if (event.type === 'text-delta') {
    return event.id === undefined ? event.type : `${event.type} ${event.id}`;
  }
  const fields: Fields = event.type === 'unknown' ? event.raw : (event as Fields);
  const type = event.type === 'unknown' ? `unknown ${event.name}` : event.type;
  const id = fields['toolCallId'] ?? fields['id'] ?? fields['messageId'] ?? fields['request_id'];
  return typeof id === 'string' || typeof id === 'number' ? `${type} ${id}` : type;
};
