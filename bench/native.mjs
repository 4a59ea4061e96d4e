// A run in the frames of the model itself, which a server may pass on as they are: each block has its
// `index`, and an `id` only where it begins a tool call. [wire §3]

const block = (index, content_block) => ({ type: 'content_block_start', index, content_block });
const delta = (index, piece) => ({ type: 'content_block_delta', index, delta: piece });

/** An event in native frames; what they cannot say stays as it is. */
const native = (event, index) => {
  switch (event.type) {
    case 'message-start':
      return { type: 'message_start', message: { id: event.messageId, role: 'assistant' } };
    case 'message-end':
      return { type: 'message_stop' };
    case 'text-start':
      return block(index, { type: 'text', text: '' });
    case 'text-delta':
      return delta(index, { type: 'text_delta', text: event.delta });
    case 'tool-call-start':
      return block(index, {
        type: 'tool_use',
        id: event.toolCallId,
        name: event.toolName,
        input: {},
      });
    case 'tool-call-delta':
      return delta(index, { type: 'input_json_delta', partial_json: event.delta });
    case 'text-end':
    case 'tool-call-end':
      return { type: 'content_block_stop', index };
    case 'tool-result-end':
      return { type: 'tool_result', tool_use_id: event.toolCallId, content: event.result };
    default:
      return event;
  }
};

export const nativeFrames = (events) => {
  let index = -1;
  return events.map((event) => {
    if (event.type === 'text-start' || event.type === 'tool-call-start') index++;
    return native(event, index);
  });
};

/** The same from a server that puts the id of its block to each delta. */
export const nativeFramesWithIds = (events) =>
  nativeFrames(events).map((frame, at) =>
    frame.type === 'content_block_delta'
      ? { ...frame, id: events[at].toolCallId ?? events[at].id }
      : frame,
  );
