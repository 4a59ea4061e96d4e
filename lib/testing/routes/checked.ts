import { webhookKinds } from '../../events/webhooks';
import { refusal } from '../answers';
import { now } from '../clock';
import type { PermissionMode } from '../records';
import { isTimezone, timeOf } from '../timezone';
import { cronOf } from '../schedule';

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
  triggers: ['schedule', 'webhook', 'email', 'app'],
  events: webhookKinds,
} as const satisfies { readonly [kind: string]: readonly string[] };

/** What a field must be: a test, and how to say it. */
interface Field {
  readonly test: (value: unknown) => boolean;
  readonly must: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text: Field = { test: (value) => typeof value === 'string', must: 'must be text' };
const filled: Field = {
  test: (value) => typeof value === 'string' && value.trim() !== '',
  must: 'must be text and not empty',
};
const flag: Field = { test: (value) => typeof value === 'boolean', must: 'must be true or false' };
const whole: Field = { test: Number.isSafeInteger, must: 'must be a whole number' };
const object: Field = { test: isObject, must: 'must be an object' };
const one = (of: readonly unknown[]): Field => ({
  test: (value) => of.includes(value),
  must: `must be one of ${of.join(', ')}`,
});
const known = (of: readonly unknown[]): Field => ({
  test: (value) => Array.isArray(value) && value.every((item) => of.includes(item)),
  must: `must be a list of ${of.join(', ')}`,
});
const schema: Field = {
  test: (value) =>
    isObject(value) && value['type'] === 'object' && !JSON.stringify(value).includes('"$ref"'),
  must: 'must be a JSON Schema of type object, without $ref',
};
const cron: Field = {
  test: (value) => typeof value === 'string' && cronOf(value) !== undefined,
  must: 'must be five fields as in a crontab',
};
const seconds: Field = {
  test: (value) => Number.isSafeInteger(value) && (value as number) > 0,
  must: 'must be a whole number above 0',
};
const time: Field = {
  test: (value) => typeof value === 'string' && !Number.isNaN(timeOf(value, 'UTC')),
  must: 'must be a time in ISO 8601',
};
const timezone: Field = {
  test: (value) => typeof value === 'string' && isTimezone(value),
  must: 'must be a time zone such as Europe/Berlin',
};
const texts: Field = {
  test: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  must: 'must be a list of texts',
};
const url: Field = {
  test: (value) => typeof value === 'string' && /^https?:/i.test(value) && URL.canParse(value),
  must: 'must be a URL that begins with https:// or http://',
};
const labels: Field = {
  test: (value) =>
    isObject(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every((label) => typeof label === 'string'),
  must: 'must be an object of question → label, and not empty',
};

/** Every field a body may have; a field of another name is passed over. [wire §1] */
const fields: { readonly [name: string]: Field } = {
  message: filled,
  stream: flag,
  teammate_id: whole,
  tools: known(catalog.tools),
  name: filled,
  instructions: text,
  user_id: filled,
  metadata: object,
  memory: flag,
  history: flag,
  task_setup_tools: flag,
  feedback: flag,
  human_in_the_loop: flag,
  permission_mode: one(catalog.permission_modes),
  model: one(catalog.models),
  effort: one(catalog.efforts),
  email_inbox: flag,
  output_schema: schema,
  request_id: text,
  decision: one(['allow', 'deny']),
  remember: flag,
  reason: text,
  answers: labels,
  role: text,
  goals: text,
  enable_memory: flag,
  enable_history: flag,
  enable_feedback: flag,
  default_permission_mode: one(catalog.permission_modes),
  from_template: filled,
  expected_output: text,
  email_notifications: flag,
  status: one(['enabled', 'disabled']),
  type: one(catalog.triggers),
  enabled: flag,
  cron,
  interval_seconds: seconds,
  run_at: time,
  timezone,
  app: filled,
  trigger_name: filled,
  trigger_config: object,
  allowed_senders: texts,
  url,
  events: known(catalog.events),
  active: flag,
  rotate_secret: flag,
};

/** A body that was checked; what was null is absent, as a Python server has it. */
export interface Body {
  readonly [name: string]: unknown;
}

/** Checks a body: the fields it has, and that it has the required ones. */
export const checked = (body: unknown, ...required: readonly string[]): Body => {
  if (!isObject(body)) throw refusal(422, 'body: must be a JSON object');
  const given = Object.entries(body).filter(([, value]) => value !== null);
  const missing = required.filter((name) => !given.some(([given]) => given === name));
  const problems = [
    ...missing.map((name) => [name, 'is required'] as const),
    ...given
      .filter(([name, value]) => Object.hasOwn(fields, name) && !fields[name]!.test(value))
      .map(([name]) => [name, fields[name]!.must] as const),
  ];
  if (problems.length > 0) {
    const message = problems.map((problem) => problem.join(': ')).join('; ');
    throw refusal(422, message, undefined, problems[0]![0]);
  }
  return Object.fromEntries(given);
};

/** Of some fields, null takes back what was set: those of a body that are null. */
export const cleared = (body: unknown, ...names: readonly string[]): Body =>
  Object.fromEntries(
    names.filter((name) => (body as Body)[name] === null).map((name) => [name, null]),
  );

/** Whether people may be asked, and about what. */
interface Mode {
  readonly permission_mode: PermissionMode;
  readonly human_in_the_loop: boolean;
}

/** "`plan` or `approval` without `human_in_the_loop: true`: 422." [wire §7] */
export const mode = (
  body: Body,
  given: Mode = { permission_mode: 'autonomous', human_in_the_loop: false },
): Mode => {
  const { permission_mode, human_in_the_loop }: Mode = { ...given, ...body };
  if (permission_mode !== 'autonomous' && !human_in_the_loop) {
    throw refusal(422, `permission_mode: ${permission_mode} needs human_in_the_loop: true`);
  }
  return { permission_mode, human_in_the_loop };
};

/** A record with those fields of a body that may be edited. */
export const patched = <T extends { readonly updated_at: string }>(
  record: T,
  body: Body,
  editable: readonly string[],
): T => ({
  ...record,
  ...Object.fromEntries(Object.entries(body).filter(([name]) => editable.includes(name))),
  updated_at: now(),
});
