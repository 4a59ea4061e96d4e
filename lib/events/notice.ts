/** Told in passing: free of fields, never terminal (a broken tool server does not end a run). [wire §3] */
export const notice = {
  mcp_error: {},
  mcp_auth_failed: {},
  rate_limit: {},
  'desktop-ready': {},
  task_notification: {},
  thinking: {},
  reasoning: {},
  plan_delta: {},
};
