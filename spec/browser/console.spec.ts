/** The console as it is published, in a real browser: what a person sees, and does. */
import {
  approval,
  block,
  done,
  metrics,
  plan,
  question,
  slowTool,
  text,
  thinking,
  together,
  tool,
  wait,
  words,
  type Script,
} from 'm8tes-rx/testing';
import { ReplaySubject } from 'rxjs';
import type { Step } from 'm8tes-rx/testing';
import { aChromium, describeBrowser } from './chromium';
import { aDesk, says, send, stands } from './desk';

/** A run that says what it is told to, when it is told to. */
const told = () => {
  const steps = new ReplaySubject<Step>();
  return {
    script: (() => steps) as Script,
    say: (...deltas: readonly string[]) =>
      deltas.forEach((delta) => steps.next({ type: 'text-delta', delta })),
    step: (...all: readonly Step[]) => all.forEach((step) => steps.next(step)),
    end: () => steps.complete(),
  };
};

describeBrowser('the console', () => {
  const { tab } = aChromium();

  it('invites, and shows what a run says while it says it', async () => {
    const run = told();
    const { url, api } = await aDesk(run.script);
    const page = await tab();
    await page.goto(url);
    await page.getByText('No runs yet').waitFor();
    await page.getByRole('button', { name: 'What can you show me?' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('message');

    await page.fill('#message', 'First line');
    await page.press('#message', 'Shift+Enter');
    await page.keyboard.type('second line');
    expect(api.runs()).toEqual([]);
    await page.press('#message', 'Enter');
    run.say('## Two tick', 'ets\n\nare **op');
    await page.locator('.prose h3', { hasText: 'Two tickets' }).waitFor();
    await page.locator('.prose p', { hasText: 'are **op' }).waitFor();
    await stands(page, 'Working');
    expect(await page.inputValue('#message')).toBe('');
    run.say('en**, `now`.');
    await page.locator('.prose strong', { hasText: 'open' }).waitFor();
    run.step(...metrics(), ...done());
    run.end();
    await stands(page, 'Completed');
    await page.getByText('1,200 in · 80 out').waitFor();
    await page.getByText('$0.0048').waitFor();
    expect(await page.locator('.said').textContent()).toBe('First line\nsecond line');
    expect(await page.evaluate(() => location.hash)).toBe('#/runs/123');
    expect(await page.title()).toBe('First line · m8tes-rx console');
    await page.locator('#runs-list a[aria-current=page]', { hasText: 'completed' }).waitFor();
  });

  it('has the run from its beginning after a reload, in another window, and live', async () => {
    const run = told();
    const { url, api } = await aDesk(run.script);
    const page = await tab();
    await page.goto(url);
    await send(page, 'Hello');
    run.say('One ');
    await says(page, 'One ');
    await page.reload();
    await says(page, 'One ');
    await page.locator('.said', { hasText: 'Hello' }).waitFor();
    const other = await tab(); // of somebody else, without anything of this one
    await other.goto(page.url());
    await says(other, 'One ');
    run.say('two.');
    await says(page, 'One two.');
    await says(other, 'One two.');
    run.end();
    await stands(page, 'Completed');
    await stands(other, 'Completed');
    await other.reload();
    await says(other, 'One two.');
    await stands(other, 'Completed');
    expect(api.runs()).toHaveLength(1);
  });

  it('goes on with a reply, in every window', async () => {
    const { url } = await aDesk(({ message, turn }) => text(`Turn ${turn}: ${message}`));
    const page = await tab();
    await page.goto(url);
    await send(page, 'Hello');
    await stands(page, 'Completed');
    const other = await tab(page);
    await other.goto(page.url());
    await says(other, 'Turn 0: Hello');
    await stands(other, 'Completed');
    await page.getByRole('button', { name: 'Reply' }).waitFor();
    await send(page, 'And then?');
    await says(page, 'Turn 1: And then?');
    await says(other, 'Turn 1: And then?');
    for (const one of [page, other]) {
      await stands(one, 'Completed');
      expect(await one.locator('.said:visible').allTextContents()).toEqual(['Hello', 'And then?']);
      expect(await one.locator('.prose').allTextContents()).toEqual([
        'Turn 0: Hello\n',
        'Turn 1: And then?\n',
      ]);
    }
    await page.reload();
    await says(page, 'Turn 1: And then?');
    expect(await page.locator('.said:visible').allTextContents()).toEqual(['Hello', 'And then?']);
  });

  it('stops a run, in every window, and makes another of it', async () => {
    const { url, api, block, cut } = await aDesk(function* () {
      yield* text('Going on');
      yield* wait(Infinity);
    });
    const page = await tab();
    await page.goto(url);
    await send(page, 'For ever');
    await says(page, 'Going on');
    const other = await tab(page);
    await other.goto(page.url());
    await says(other, 'Going on');
    await page.getByRole('button', { name: 'Stop' }).click();
    await stands(page, 'Stopped');
    await stands(other, 'Stopped');
    expect(api.runs()).toMatchObject([{ status: 'cancelled' }]);
    block(true);
    cut();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('The console does not answer.').first().waitFor();
    block(false);
    await page.getByRole('button', { name: 'Retry' }).dblclick(); // and one is made, not two
    await page.waitForURL('**#/runs/124');
    await stands(page, 'Working');
    await says(page, 'Going on');
    expect(api.runs()).toMatchObject([{}, { status: 'running', retry_of_run_id: 123 }]);
    await page.goBack();
    await stands(page, 'Stopped');
  });

  it('says that its connection is lost, and has lost nothing when it is back', async () => {
    const run = told();
    const { url, cut, block } = await aDesk(run.script);
    const page = await tab();
    await page.goto(url);
    await send(page, 'Hello');
    run.say('One ');
    await says(page, 'One ');
    block(true);
    cut();
    await stands(page, 'Connection lost');
    run.say('two ');
    block(false);
    await says(page, 'One two ');
    await stands(page, 'Working');
    run.say('three');
    run.end();
    await stands(page, 'Completed');
    expect(await page.locator('.prose').textContent()).toBe('One two three\n');
  });

  it('says what to do where a run cannot be read, and reads it again', async () => {
    const run = told();
    const { url } = await aDesk(run.script);
    const page = await tab();
    await page.route('**/m8tes/runs/*/stream', (route) => route.fulfill({ status: 500, body: '' }));
    await page.goto(url);
    await send(page, 'Hello');
    run.say('One ');
    await says(page, 'One ');
    await page.reload();
    await page.getByText('The API had a problem of its own.').last().waitFor({ timeout: 60_000 });
    await page.unroute('**/m8tes/runs/*/stream');
    await page.getByRole('button', { name: 'Read it again' }).click();
    await says(page, 'One ');
    await stands(page, 'Working');
    await page.goto(`${url}#/runs/999`);
    await says(page, 'There is no such run.');
    run.end();
  });

  it('gives a message back that could not be sent', async () => {
    const { url } = await aDesk(({ turn }) => text(`Turn ${turn}`));
    const page = await tab();
    await page.goto(url);
    await send(page, 'Hello');
    await stands(page, 'Completed');
    await page.route('**/reply', (route) =>
      route.fulfill({ status: 422, contentType: 'application/json', body: '{}' }),
    );
    await send(page, 'And then?');
    await says(page, 'The request was not accepted.');
    await says(page, 'Change the message and try again.');
    expect(await page.inputValue('#message')).toBe('And then?');
    await page.unroute('**/reply');
    await page.getByRole('button', { name: 'Read it again' }).click();
    await stands(page, 'Completed');
    await page.press('#message', 'Enter');
    await says(page, 'Turn 1');
    await stands(page, 'Completed');
    expect(await page.locator('.said:visible').allTextContents()).toEqual(['Hello', 'And then?']);
    expect(await page.getByRole('button', { name: 'Retry' }).isVisible()).toBe(false);
  });

  it('gives back what began no run, and begins one with whatever is sent then', async () => {
    const { url, api } = await aDesk(() => text('Hi'));
    const page = await tab();
    await page.goto(url);
    const keys: unknown[] = [];
    await page.route('**/runs/', async (route) => {
      const request = route.request();
      if (request.method() !== 'POST') return route.continue();
      keys.push(request.headers()['idempotency-key']);
      if (keys.length > 2) return route.continue();
      return route.fulfill({ status: 422, contentType: 'application/json', body: '{}' });
    });
    await send(page, 'Hello');
    await says(page, 'Change the message and try again.');
    expect(await page.inputValue('#message')).toBe('Hello');
    await page.getByRole('button', { name: 'Send it again' }).click();
    await page.waitForFunction(() => document.querySelector('textarea')!.value === 'Hello');
    await send(page, 'Hello, you');
    await stands(page, 'Completed');
    expect(keys).toEqual([keys[0], keys[0], expect.any(String)]); // one message is one run
    expect(keys[2]).not.toBe(keys[0]);
    expect(await page.locator('.said').textContent()).toBe('Hello, you');
    expect(api.runs()).toHaveLength(1);
  });

  it('shows thinking folded, tools as a waterfall, and long results when asked', async () => {
    const call = (id: string) =>
      tool({ id, name: `tool_${id}`, input: { of: id }, result: `${id}!` });
    const { url } = await aDesk(function* () {
      yield { type: 'sandbox-connecting', message: 'Starting a sandbox' };
      yield { type: 'sandbox-connected', duration_ms: 180 };
      yield* thinking('Let me ', 'see.');
      yield* call('a').slice(0, -1);
      yield* wait(30);
      yield* call('b').slice(0, -1);
      yield* wait(30);
      yield* call('a').slice(-1);
      yield* wait(30);
      yield* call('b').slice(-1);
      yield* text('Between');
      yield* slowTool({ name: 'long', ms: 20, result: 'x'.repeat(50_000) });
      yield* tool({ name: 'broken', result: { error: 'no' } });
      const todos = [
        { content: 'First', status: 'completed' },
        { content: 'Then', status: 'in_progress' },
      ];
      yield { type: 'todo-update', toolCallId: 't', todos };
    });
    const page = await tab();
    await page.goto(url);
    await send(page, 'Work');
    await stands(page, 'Completed');
    await says(page, 'Sandbox ready after 180 ms');
    expect(await page.locator('.thinking').getAttribute('open')).toBeNull();
    await page.getByText('Thought').click();
    await page.getByText('Let me see.').waitFor();

    const overlapping = async () => {
      await page.waitForFunction(
        () => document.querySelectorAll('.track[data-known]').length === 4,
      );
      const [a, b] = await page
        .locator('.tools .bar')
        .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().toJSON()));
      expect(a.left).toBeLessThan(b.left);
      expect(b.left).toBeLessThan(a.right);
      expect(a.right).toBeLessThan(b.right);
      return page.locator('.took').allTextContents();
    };
    const took = await overlapping();
    expect(took.every((time) => /^[\d.]+ m?s$/.test(time))).toBe(true);
    await page.reload();
    await stands(page, 'Completed');
    expect(await overlapping()).toEqual(took);

    const row = (name: string) => page.locator('.tools details', { hasText: name });
    await row('tool_a').locator('summary').click();
    await row('tool_a').locator('pre', { hasText: 'a!' }).waitFor();
    expect(await row('tool_a').locator('pre').allTextContents()).toEqual([
      '{\n  "of": "a"\n}',
      'a!',
    ]);
    await row('long').locator('summary').click();
    const all = row('long').getByRole('button', { name: 'Show all 50,000 characters' });
    await all.waitFor();
    expect(await row('long').locator('pre').last().textContent()).toHaveLength(2_001);
    await all.click();
    await all.waitFor({ state: 'hidden' });
    expect(await row('long').locator('pre').last().textContent()).toHaveLength(50_000);
    expect(await row('broken').getAttribute('data-state')).toBe('failed');
    expect(await page.locator('.todos li').allTextContents()).toEqual([
      'First, completed',
      'Then, in progress',
    ]);
  });

  it('asks about two tools at once, by what they are called on a consent screen', async () => {
    const { url, api } = await aDesk(function* () {
      const [mail, issue] = yield* together(
        approval({
          tool_name: 'evil_name',
          display_name: 'Send a mail',
          consequence: 'It goes out at once.',
          fields: [['to', 'ada@example.com']],
          prose: 'About exports',
        }),
        approval({ tool_name: 'file', display_name: 'File an issue', can_remember: true }),
      );
      yield* text(
        `mail ${mail.decision} ${mail.reason ?? ''}, issue ${issue.decision} ${issue.remember}`,
      );
    });
    const page = await tab();
    await page.goto(url);
    await send(page, 'Ask');
    await stands(page, 'Waiting for you');
    const other = await tab(page);
    await other.goto(page.url());
    const cardOf = (one: typeof page, name: string) => one.getByRole('group', { name });
    await cardOf(other, 'Send a mail').waitFor();
    expect(await page.locator('body').textContent()).not.toContain('evil_name');
    await cardOf(page, 'Send a mail').getByText('It goes out at once.').waitFor();
    await cardOf(page, 'Send a mail').getByText('ada@example.com').waitFor();
    await cardOf(page, 'Send a mail').getByText('About exports').waitFor();
    expect(await cardOf(page, 'Send a mail').getByRole('checkbox').count()).toBe(0);

    await cardOf(page, 'Send a mail').getByLabel('Reason, if you deny').fill('Not today');
    await cardOf(page, 'Send a mail').getByRole('button', { name: 'Deny' }).click();
    await cardOf(page, 'Send a mail').getByText('You denied this.').waitFor();
    await cardOf(other, 'Send a mail').getByText('Denied elsewhere.').waitFor();
    expect(await cardOf(other, 'Send a mail').getByRole('button').count()).toBe(0);

    await cardOf(other, 'File an issue').getByRole('checkbox').check();
    await cardOf(other, 'File an issue').getByRole('button', { name: 'Allow' }).click();
    await cardOf(page, 'File an issue').getByText('Allowed elsewhere.').waitFor();
    for (const one of [page, other]) await says(one, 'mail deny Not today, issue allow true');
    await stands(page, 'Completed');
    await page.reload();
    await says(page, 'mail deny Not today, issue allow true');
    expect(await page.locator('.verdict').allTextContents()).toEqual(['Denied.', 'Allowed.']);
    expect(api.requests().filter(({ route }) => route === 'approve')).toHaveLength(2);
  });

  it('says so where somebody else was faster, and decided the opposite', async () => {
    const { url } = await aDesk(function* () {
      const { decision } = yield* approval({
        tool_name: 'mail',
        display_name: 'Send a mail',
        meanwhile: 'deny',
      });
      yield* text(`It was: ${decision}`);
      yield* wait(Infinity);
    });
    const page = await tab();
    await page.goto(url);
    await send(page, 'Ask');
    await page.getByRole('button', { name: 'Allow' }).click();
    await says(page, 'It was: deny');
    await page.getByText('Denied elsewhere.').waitFor();
  });

  it('puts questions, with options, several of them, and words of one’s own', async () => {
    const { url } = await aDesk(function* () {
      const one = yield* question({ question: 'Which region?', options: ['Europe', 'Asia'] });
      const options = ['Latency', 'Errors', 'Cost'];
      const many = yield* question({ question: 'What about?', options, multiSelect: true });
      const own = yield* question({ question: 'And why?' });
      yield* text(`${one} | ${many} | ${own}`);
    });
    const page = await tab();
    await page.goto(url);
    await send(page, 'Ask');
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByText('Choose an answer, or write one.').waitFor();
    await page.getByRole('radio', { name: 'Asia' }).check();
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByText('You answered: Asia').waitFor();
    await page.getByRole('checkbox', { name: 'Latency' }).check();
    await page.getByRole('checkbox', { name: 'Cost' }).check();
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByText('You answered: Latency, Cost').waitFor();
    await page.getByLabel('Your answer').fill('Because');
    await page.getByLabel('Your answer').press('Enter');
    await says(page, 'Asia | Latency, Cost | Because');
    await stands(page, 'Completed');
  });

  it('lays out a plan, which is revised and approved', async () => {
    const { url } = await aDesk(function* () {
      yield* block('plan', words('1. **First**\n2. Then'));
      const first = yield* plan('1. **First**\n2. Then');
      yield* text(`${first.answer}. `);
      const second = yield* plan('Only then');
      yield* text(second.approved ? 'Off we go' : 'Never');
    });
    const page = await tab();
    await page.goto(url);
    await page.selectOption('#permission-mode', 'plan');
    await send(page, 'Plan');
    await page.locator('.card strong', { hasText: 'First' }).waitFor();
    await page.getByRole('button', { name: 'Revise' }).click();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.type('Not first');
    await page.keyboard.press('Enter');
    await says(page, 'Revise: Not first.');
    await page.getByRole('button', { name: 'Approve' }).click();
    await says(page, 'Off we go');
    await stands(page, 'Completed');
  });

  it('says why a run failed, also after a reload', async () => {
    const { url } = await aDesk(function* () {
      yield* text('So far');
      yield { type: 'SANDBOX_UNAVAILABLE', error: 'the sandbox went away', error_code: 'lost' };
    });
    const page = await tab();
    await page.goto(url);
    await send(page, 'Fail');
    await stands(page, 'Failed');
    await page.getByText('the sandbox went away (lost)').waitFor();
    await page.reload();
    await stands(page, 'Failed');
    await page.getByText('the sandbox went away (lost)').waitFor();
    await page.locator('#runs-list', { hasText: 'failed' }).waitFor();
  });
});
