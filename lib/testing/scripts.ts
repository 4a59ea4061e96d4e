import { approval, plan, question } from './asks';
import type { Script } from './Script';
import { block, done, metrics, tool, words } from './steps';

/**
 * An answer to any message: it looks into the mail and files an issue. The default script. A message
 * that begins with "Ask me" is answered with a question first, if people may be asked.
 *
 * Created with `human_in_the_loop` it asks first: for its plan in mode `plan`, for the issue in
 * mode `approval`.
 */
export const assistant: Script = function* ({ message, turn, run }) {
  const id = (kind: string): string => `${kind}_${turn + 1}`;

  yield { type: 'sandbox-connecting', message: 'Starting a sandbox' };
  yield { type: 'sandbox-connected', sandbox_id: `sbx_${run.id}`, duration_ms: 180 };
  yield* block('thinking', words('The mail first, then the tracker.'), id('thinking'));
  yield* block('text', words('I am looking through the mail first. '), id('text'));
  if (message.startsWith('Ask me')) {
    const mails = yield* question({
      question: 'Which mails shall I look through?',
      header: 'Mails',
      options: ['The unread ones', 'All of them'],
    });
    yield* block('text', words(`${mails || 'The unread ones'}, then. `), id('choice'));
  }
  if (run.permission_mode === 'plan') {
    const steps = '1. Search the mail\n2. File an issue in Linear';
    yield* block('plan', words(steps), id('plan'));
    yield* plan(steps);
  }

  yield* tool({
    id: `tc_${turn}_1`,
    name: 'gmail_search',
    input: { query: 'is:unread', limit: 10 },
    result: { messages: [{ id: 'msg_1', subject: 'The export fails', from: 'ada@example.com' }] },
  });

  const issue = { title: 'The export fails', team: 'Support' };
  const { decision } = yield* approval({
    tool_name: 'linear_create_issue',
    tool_input: issue,
    display_name: 'Create an issue in Linear',
    consequence: 'Everyone in the team can see it.',
    fields: Object.entries(issue),
    can_remember: true,
  });
  const filed = { id: 'SUP-42', url: 'https://linear.app/example/issue/SUP-42' };
  yield* tool({
    id: `tc_${turn}_2`,
    name: 'linear_create_issue',
    input: issue,
    result: decision === 'allow' ? filed : { error: 'denied' },
  });

  const outcome =
    decision === 'allow'
      ? 'One ticket needed an issue: SUP-42.'
      : 'No issue was filed, as you wished.';
  yield* block('text', words(`You asked: “${message}” ${outcome}`), id('answer'));
  yield* metrics();
  yield* done();
};

/**
 * The run of the documentation's streaming page, byte for byte: the server's first run has the id
 * 123, and the server itself sends the first of the six frames. [wire §3]
 */
export const sample: Script = () => [
  { type: 'text-delta', delta: 'Here are ' },
  { type: 'text-delta', delta: 'the open tickets...' },
  { type: 'tool-call-start', toolName: 'gmail_search', toolCallId: 'tc_1' },
  { type: 'tool-result-end', toolCallId: 'tc_1', result: '...' },
  { type: 'done', stop_reason: 'end_turn' },
];
