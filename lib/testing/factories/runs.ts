/**
 * Every object of the API, whole and valid: a test says what matters to it, and the rest is there.
 * The same each time; each passes the codec that a client decodes it with. [wire §4, §8]
 */
import type {
  PermissionRequest,
  Run,
  RunCheck,
  RunFile,
  RunMessage,
  RunOutcome,
  Share,
} from '../../api/objects';
import { errorEnvelope } from '../answers';

/** When everything was. */
export const time = '2026-01-01T00:00:00.000Z';
/** A little later. */
export const later = '2026-01-01T00:00:03.000Z';

/** A run that is done: `aRun({ status: 'failed', error: 'the sandbox went away' })`. */
export const aRun = (fields: Partial<Run> = {}): Run => ({
  id: 123,
  status: 'completed',
  teammate_id: 1,
  task_id: 1,
  output: 'Two tickets are open.',
  stop_reason: 'end_turn',
  permission_mode: 'autonomous',
  retryable: false,
  retry_count: 0,
  usage: {
    input_tokens: 1_200,
    output_tokens: 80,
    cache_read_tokens: 0,
    cache_creation_tokens: 0,
    total_tokens: 1_280,
    cost_usd: '0.004800',
  },
  closing_preview: 'Two tickets are open.',
  created_at: time,
  updated_at: later,
  started_at: time,
  last_activity_at: later,
  ...fields,
});

/** A tool that a run wants to use, and that waits to be allowed. */
export const aPermissionRequest = (fields: Partial<PermissionRequest> = {}): PermissionRequest => ({
  request_id: 'req_1',
  tool_name: 'gmail_send',
  tool_input: { to: 'ada@example.com', subject: 'Your ticket' },
  status: 'pending',
  tool_use_id: 'toolu_1',
  display_name: 'Send an e-mail',
  consequence: 'Ada gets it at once.',
  fields: [['to', 'ada@example.com']],
  can_remember: true,
  remember_default: false,
  auto_resolved: false,
  resumed: false,
  remembered: false,
  created_at: time,
  ...fields,
});

/** A question that a run asks, with its possible answers. */
export const aQuestion = (
  question = 'Which mails?',
  options: readonly string[] = ['The unread ones', 'All of them'],
  fields: Partial<PermissionRequest> = {},
): PermissionRequest =>
  aPermissionRequest({
    ...asking({ question, header: 'Question', options }),
    display_name: 'A question',
    ...fields,
  });

/** A plan that a run lays out to be approved. */
export const aPlan = (
  text = '1. Search the mail\n2. File an issue',
  fields: Partial<PermissionRequest> = {},
): PermissionRequest =>
  aPermissionRequest({
    ...asking({ question: text, header: 'Plan Approval', options: ['Approve', 'Revise'] }),
    display_name: 'Approve the plan',
    ...fields,
  });

/** "A question has `tool_name` `AskUserQuestion` and `tool_input.questions[]`." [wire §4] */
const asking = ({
  options,
  ...asked
}: {
  readonly question: string;
  readonly header: string;
  readonly options: readonly string[];
}) => ({
  tool_name: 'AskUserQuestion',
  tool_input: {
    questions: [{ ...asked, multiSelect: false, options: options.map((label) => ({ label })) }],
  },
  consequence: '',
  fields: [],
  can_remember: false,
});

/** An entry of a run's transcript. */
export const aRunMessage = (fields: Partial<RunMessage> = {}): RunMessage => {
  const content = fields.content ?? 'Two tickets are open.';
  return {
    id: 2,
    run_id: 123,
    sequence: 2,
    role: 'assistant',
    content,
    content_blocks: [{ type: 'text', text: content }],
    created_at: later,
    ...fields,
  };
};

/** What a run came to. */
export const aRunOutcome = (fields: Partial<RunOutcome> = {}): RunOutcome => ({
  run_id: 123,
  status: 'completed',
  summary: 'Two tickets are open.',
  headline: 'Two tickets are open.',
  needs_reply: false,
  message_count: 2,
  input_tokens: 1_200,
  output_tokens: 80,
  total_tokens: 1_280,
  cost_usd: '0.004800',
  ...fields,
});

/** Whether anything has changed. */
export const aRunCheck = (fields: Partial<RunCheck> = {}): RunCheck => ({
  total_count: 1,
  latest_run_id: 123,
  awaiting_count: 0,
  latest_change_at: later,
  ...fields,
});

/** A file that a run left behind. */
export const aRunFile = (fields: Partial<RunFile> = {}): RunFile => ({
  name: 'report.pdf',
  size: 2_048,
  ...fields,
});

/** A run's public link. */
export const aShare = (fields: Partial<Share> = {}): Share => ({
  share_token: 'share_1',
  share_url: 'https://m8tes.example/share/share_1',
  ...fields,
});

/** The body of a refusal: `Response.json(anError(429, 'Slow down'), { status: 429 })`. [wire §1 Errors] */
export const anError = (status: number, message = `Error ${status}`, error_code?: string) =>
  errorEnvelope({ status, message, error_code });
