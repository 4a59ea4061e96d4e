import {
  approval,
  block,
  fail,
  plan,
  question,
  together,
  tool,
  words,
  type Frame,
  type Step,
  type ToolUse,
  type Verdict,
} from 'm8tes-rx/testing';

/** What a scene is played with. */
export interface Stage {
  /** A name that no other turn of the run has. */
  readonly id: (name: string) => string;
  /** A silence, as long as so many steps. */
  readonly pause: (steps: number) => readonly Step[];
  /** The steps, each after a little while. */
  readonly slowly: (steps: readonly Step[]) => Iterable<Step>;
  /** A paragraph, word by word. */
  readonly say: (text: string) => Iterable<Step>;
}

type Scene = (stage: Stage) => Iterable<Step, unknown, readonly Verdict[]>;

/** Two tools at once that want to be allowed, with all that a card can show. */
const approvals: Scene = function* ({ id, slowly, say }) {
  const mail = { to: 'team@example.com', subject: 'The week' };
  const issue = { title: 'Exports are slow', team: 'Support' };
  yield* say('Two things have to happen, and others will see both. May I?');
  const [mailing, filing] = yield* together(
    approval({
      tool_name: 'gmail_send',
      tool_input: mail,
      display_name: 'Send a mail',
      consequence: 'It goes out at once, to everyone in the team.',
      fields: Object.entries(mail),
      prose: 'The export job is slower than last week. Nothing was lost.',
    }),
    approval({
      tool_name: 'linear_create_issue',
      tool_input: issue,
      display_name: 'Create an issue in Linear',
      consequence: 'Everyone in the team can see it.',
      fields: Object.entries(issue),
      can_remember: true,
    }),
  );
  const result = ({ decision, reason }: Verdict): object =>
    decision === 'allow' ? { ok: true } : { error: 'denied', reason };
  const word = ({ decision }: Verdict): string => (decision === 'allow' ? 'done' : 'left undone');
  yield* slowly([
    ...tool({ name: 'gmail_send', id: id('mail'), input: mail, result: result(mailing) }),
    ...tool({ name: 'linear_create_issue', id: id('issue'), input: issue, result: result(filing) }),
  ]);
  yield* say(`The mail is ${word(mailing)}, the issue is ${word(filing)}.`);
};

const questions: Scene = function* ({ say }) {
  const region = yield* question({
    question: 'Which region shall I look at?',
    header: 'Region',
    options: ['Europe', 'America', 'Asia'],
  });
  const topics = yield* question({
    question: 'And what shall the report be about?',
    header: 'Topics',
    options: ['Latency', 'Errors', 'Cost'],
    multiSelect: true,
  });
  yield* say(`Region: ${region || 'all of them'}. Topics: ${topics || 'all of them'}.`);
};

const planning: Scene = function* ({ id, slowly, say }) {
  const steps = '1. Stop the writers\n2. Copy the tables\n3. Compare the counts\n4. Switch over';
  yield* slowly(block('plan', words(steps), id('plan')));
  const { approved, answer } = yield* plan(steps);
  yield* say(approved ? 'Then I begin with the writers.' : `I shall think again: ${answer}`);
};

const failing: Scene = function* ({ id, slowly, say }) {
  yield* say('So far it goes well. One more thing to look up …');
  const result = { error: 'no route to the database' };
  yield* slowly(tool({ name: 'query_database', id: id('queue'), input: query, result }));
  yield* fail('the sandbox went away', 'SANDBOX_UNAVAILABLE', 'sandbox_lost');
};

/** 10,000 deltas, in gusts. */
const long: Scene = function* ({ id: idOf, pause }) {
  const id = idOf('long');
  yield { type: 'text-start', id };
  for (let i = 0; i < 10_000; i++) {
    if (i % 40 === 0) yield* pause(1);
    const heading = `\n\n### Part ${i / 100 + 1}\n\n`;
    const delta = i % 100 === 0 ? heading : i % 25 === 0 ? '\n\n' : `word ${i} `;
    yield { type: 'text-delta', id, delta };
  }
  yield { type: 'text-end', id };
};

const query = { sql: 'select tenant, count(*) from jobs group by tenant', limit: 100 };

const answer = `## What the week looked like

The export job is **slower than last week**, and one customer noticed.

| Queue   | Waiting | Oldest |
| ------- | ------: | -----: |
| Export  |      41 | 18 min |
| Import  |       3 |  1 min |
| Billing |       0 |      – |

Three things stand out:

1. The slow jobs are all of *one* tenant: \`acme-eu\`.
2. They began when the nightly index was moved to 02:00.
3. Nothing was lost: every job is still in the queue.

This finds them:

\`\`\`sql
select tenant, count(*) as waiting
from jobs
where queue = 'export' and state = 'waiting'
group by tenant
order by waiting desc;
\`\`\`

> Moving the index back would be enough for today. A second worker would be enough for the year.

More of it is in [the runbook](https://example.com/runbook).`;

/** Three calls that overlap, a list of things to do, and an answer with everything that Markdown has. */
const demonstration: Scene = function* ({ id, pause, slowly, say }) {
  const todos = (completed: number): Frame => ({
    type: 'todo-update',
    toolCallId: id('todos'),
    todos: ['Look into the queue', 'Ask the logs', 'Write it up'].map((content, i) => ({
      content,
      status: i < completed ? 'completed' : i === completed ? 'in_progress' : 'pending',
    })),
  });
  const queue: ToolUse = {
    name: 'query_database',
    id: id('queue'),
    input: query,
    result: {
      rows: [
        { tenant: 'acme-eu', waiting: 38 },
        { tenant: 'initech', waiting: 3 },
      ],
    },
  };
  const logs: ToolUse = {
    name: 'search_logs',
    id: id('logs'),
    input: { query: 'service:export level:warn', since: '7d' },
    result: { hits: 212, first: '2026-01-05T02:00:11Z', sample: 'index rebuild holds the lock' },
  };
  const health: ToolUse = {
    name: 'http_get',
    id: id('health'),
    input: { url: 'https://export.example.com/health' },
    result: { status: 200, queue: 41 },
  };
  const call = (use: ToolUse): readonly Frame[] => tool(use).slice(0, -1);
  const result = (use: ToolUse): readonly Frame[] => tool(use).slice(-1);

  yield* say('I look into the queue, and ask the logs meanwhile.');
  yield todos(0);
  yield* slowly([...call(queue), ...call(logs)]);
  yield* pause(16);
  yield* result(queue);
  yield todos(1);
  yield* slowly(call(health));
  yield* pause(20);
  yield* result(logs);
  yield* pause(8);
  yield* result(health);
  yield todos(2);
  yield* say(answer);
  yield todos(3);
};

/** Which scene a message asks for, by a word in it. */
export const scenes: readonly (readonly [word: RegExp, scene: Scene])[] = [
  [/\bapprov/i, approvals],
  [/\b(ask|question)/i, questions],
  [/\bplan/i, planning],
  [/\bfail/i, failing],
  [/\blong\b/i, long],
  [/(?:)/, demonstration],
];
