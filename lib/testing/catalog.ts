/** What the server has heard of; anything else is 422. [wire §7] */
export const catalog = {
  models: [
    ...['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5', 'opus', 'sonnet', 'haiku'],
    ...['deepseek-v4-1-flash', 'gpt-5', 'grok-4.6'],
  ],
  efforts: ['low', 'medium', 'high', 'max'],
  tools: [
    ...['gmail', 'gmail_search', 'gmail_send', 'linear', 'linear_create_issue', 'slack'],
    ...['notion', 'hubspot', 'stripe', 'github', 'google_sheets', 'google_drive'],
    ...['google_calendar', 'google_ads', 'web_search'],
  ],
  permission_modes: ['autonomous', 'approval', 'plan'],
  statuses: [
    ...['running', 'paused', 'awaiting_approval', 'completed'],
    ...['failed', 'cancelled', 'closed', 'archived'],
  ],
} as const satisfies { readonly [kind: string]: readonly string[] };
