/** Frames a caller never acts on: kept reachable, never warned about. [wire §3] */
export const infrastructure = {
  RUNNER_DIAG: {},
  message_snapshot: {},
  system_message: {},
  sdk_init: {},
  sdk_success: {},
  sdk_content_snapshot: {},
  'keep-alive': {},
  ping: {},
  stderr: {},
  user_message: {},
  compact_boundary: {},
  conversation_reset: {},
  permission_auto_allowed: {},
  task_started: {},
  task_progress: {},
};
