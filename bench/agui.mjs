// A run in AG-UI's own types, which its client reads; its events carry a messageId.

const ends = { threadId: 'thread_1', runId: '123' };

const agui = (event) => {
  const messageId = 'msg_1';
  const { toolCallId } = event;
  switch (event.type) {
    case 'metadata':
      return { type: 'RUN_STARTED', ...ends };
    case 'text-start':
      return { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' };
    case 'text-delta':
      return { type: 'TEXT_MESSAGE_CONTENT', messageId, delta: event.delta };
    case 'text-end':
      return { type: 'TEXT_MESSAGE_END', messageId };
    case 'tool-call-start':
      return { type: 'TOOL_CALL_START', toolCallId, toolCallName: event.toolName };
    case 'tool-call-delta':
      return { type: 'TOOL_CALL_ARGS', toolCallId, delta: event.delta };
    case 'tool-call-end':
      return { type: 'TOOL_CALL_END', toolCallId };
    case 'tool-result-end':
      return {
        type: 'TOOL_CALL_RESULT',
        messageId: `res_${toolCallId}`,
        toolCallId,
        content: event.result,
      };
    case 'done':
      return { type: 'RUN_FINISHED', ...ends };
    default:
      return [];
  }
};

export const aguiFrames = (events) => events.flatMap(agui);
