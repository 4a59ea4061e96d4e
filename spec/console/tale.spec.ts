import { collectRun, createClient, isPlanApproval, respond, type RunEvent } from 'm8tes-rx';
import { fakeFetch, type Script } from 'm8tes-rx/testing';
import { lastValueFrom, tap, toArray, from } from 'rxjs';
import { samples, tale } from '../../lib/console/tale';

jest.setTimeout(60_000);

const asking = { human_in_the_loop: true, permission_mode: 'approval' } as const;

/** The steps that a message leads to, where nobody is asked. */
const stepsOf = (message: string, pace: number): readonly object[] => {
  const turn = { message, turn: 0, run: { id: 1 } } as Parameters<Script>[0];
  return [...(tale(pace)(turn) as Iterable<object>)];
};

const told = async (message: string) => {
  const fetch = fakeFetch(tale(0));
  const client = createClient({ fetch, apiKey: 'm8_test' });
  const cards: string[] = [];
  let pending = 0;
  const run$ = client.runs.create({ message, ...asking }).pipe(
    tap(({ type }) => void (pending += Number(type === 'permission_request'))),
    respond(client, {
      onApproval: ({ display_name = '' }) => {
        cards.push(display_name);
        return { decision: 'allow' };
      },
      onQuestion: (request) => {
        cards.push(isPlanApproval(request) ? 'plan' : 'question');
        return isPlanApproval(request) ? 'Approve' : 'Europe';
      },
    }),
    toArray(),
  );
  const events: readonly RunEvent[] = await lastValueFrom(run$);
  const result = await lastValueFrom(from(events).pipe(collectRun()));
  fetch.close();
  return { events, cards, pending, result };
};

describe('the tale of the console', () => {
  it.each(samples)('is another for each sample: %s', async (sample) => {
    const { events, result } = await told(sample);
    expect(result.malformed + result.unknown).toBe(0);
    expect(result.reasoning).toContain(sample);
    expect(result.metrics.output_tokens_used).toBe(412);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['sandbox-connecting', 'sandbox-connected', 'thinking-delta']),
    );
  });

  it('demonstrates calls that overlap, a list of things to do, and Markdown', async () => {
    const { events, result, cards } = await told('hello');
    expect(cards).toEqual([]);
    expect(result).toMatchObject({ status: 'completed', errors: [] });
    for (const mark of ['\n\n## ', '\n| ', '\n1. ', '\n```sql\n', '\n> ', '](https://']) {
      expect(result.text).toContain(mark);
    }
    const calls = result.toolCalls.filter(({ toolName }) => toolName !== '');
    expect(calls).toHaveLength(3);
    for (const { args, result: value } of calls) {
      expect(JSON.parse(args)).toEqual(expect.any(Object));
      expect(value).toEqual(expect.any(Object));
    }
    const at = (type: string, id: string) =>
      events.findIndex(
        (event) => event.type === type && 'toolCallId' in event && event.toolCallId === id,
      );
    const [first, second] = calls.map(({ toolCallId }) => toolCallId);
    expect(at('tool-call-start', second!)).toBeLessThan(at('tool-result-end', first!));
    expect(result.toolCalls.find(({ todos }) => todos.length > 0)?.todos).toEqual(
      Array(3).fill(expect.objectContaining({ status: 'completed' })),
    );
  });

  it('asks for two tools at once, questions, and a plan', async () => {
    const approvals = await told('Please get my Approval');
    expect(approvals.cards.sort()).toEqual(['Create an issue in Linear', 'Send a mail']);
    expect(approvals.pending).toBe(2);
    expect((await told('Ask me')).cards).toEqual(['question', 'question']);
    const { cards, result } = await told('make a plan');
    expect(cards).toEqual(['plan']);
    expect(result.plan).toMatch(/^1\. /);
  });

  it('fails, with a call that failed before', async () => {
    const { result } = await told('fail');
    expect(result).toMatchObject({ status: 'failed', error_code: 'sandbox_lost' });
    expect(result.toolCalls).toMatchObject([{ result: { error: 'no route to the database' } }]);
  });

  it('writes 10,000 pieces', () => {
    expect(
      stepsOf('something long', 0).filter((step) => 'type' in step && step.type === 'text-delta'),
    ).toHaveLength(10_000);
  });

  it('names its calls otherwise in the next turn, and takes its time', async () => {
    const { runs } = createClient({ fetch: fakeFetch(tale(0)), apiKey: 'm8_test' });
    const ids = (result: { toolCalls: readonly { toolCallId: string }[] }) =>
      result.toolCalls.map(({ toolCallId }) => toolCallId);
    const first = await lastValueFrom(runs.create({ message: 'hi' }).pipe(collectRun()));
    const next = await lastValueFrom(runs.reply(123, { message: 'hi' }).pipe(collectRun()));
    expect(ids(first).filter((id) => ids(next).includes(id))).toEqual([]);

    const steps = stepsOf('hi', 25);
    expect(steps.filter((step) => 'ms' in step && step.ms === 25).length).toBeGreaterThan(100);
  });
});
