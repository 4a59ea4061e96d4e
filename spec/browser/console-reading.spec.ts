/** Whether everybody can read the console: with eyes, ears, keys, a phone, and while it is written. */
import { readFileSync } from 'node:fs';
import {
  approval,
  block,
  metrics,
  plan,
  question,
  raw,
  text,
  thinking,
  together,
  tool,
  wait,
  words,
  type Script,
} from 'm8tes-rx/testing';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { aChromium, describeBrowser } from './chromium';
import { aDesk, says, send, stands } from './desk';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds, as text that tells where. */
const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe);
  const found = await page.evaluate<readonly Violation[]>(
    'axe.run(document).then(({ violations }) => violations)',
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
};

const everything: Script = function* () {
  yield { type: 'sandbox-connecting' };
  yield { type: 'sandbox-connected', duration_ms: 180 };
  yield* thinking(...words('First this, then that.'));
  yield* block('text', [
    '# A title\n\nA *paragraph* with a [link](https://example.com) and `code`.\n\n',
    '| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nlet wide = "' + 'x'.repeat(300) + '";\n```\n\n',
    '1. one\n2. two\n\n> quoted\n\n- [x] done\n\n#### Deep\n\n![picture](https://example.com/a.png)\n',
  ]);
  yield* tool({ name: 'search', input: { query: 'x' }, result: { found: [1, 2, 3] } });
  yield* tool({ name: 'a_tool_with_a_name_that_is_very_long_indeed', result: { error: 'no' } });
  const todos = ['completed', 'in_progress', 'pending'].map((status) => ({
    content: status,
    status,
  }));
  yield { type: 'todo-update', toolCallId: 't', todos };
  yield { type: 'error', error: 'Something went wrong on the way', error_code: 'hiccup' };
  yield { type: 'rate_limit' };
  yield* block('plan', words('1. First\n2. Then'));
  yield* together(
    approval({
      tool_name: 'mail',
      display_name: 'Send a mail',
      consequence: 'It goes out at once.',
      fields: [['to', 'ada@example.com']],
      prose: 'About exports',
      can_remember: true,
    }),
    question({ question: 'Which region?', options: ['Europe', 'Asia'] }),
    question({ question: 'What about?', options: ['Latency', 'Cost'], multiSelect: true }),
    plan('1. First\n2. Then'),
  );
  yield* text('And so it ended.');
  yield* metrics();
};

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 860 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 860 } }],
  [
    'a phone',
    { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  ],
  [
    'a phone in the dark',
    { colorScheme: 'dark', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  ],
];

/** Whether anything is wider than the page. */
const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(
    () =>
      document.documentElement.scrollWidth > window.innerWidth || window.innerWidth > screen.width,
  );

describeBrowser('whoever reads the console', () => {
  const { tab, fresh } = aChromium();

  it.each(looks)('can use it: %s', async (_, options) => {
    const { url } = await aDesk(everything);
    const page = await fresh(options);
    await page.goto(url);
    await page.getByText('No runs yet').waitFor({ state: 'attached' });
    expect(await violations(page)).toEqual([]);
    await send(page, 'Show all of it');
    await stands(page, 'Waiting for you');
    await page.locator('.card').nth(3).waitFor();
    expect(await isTooWide(page)).toBe(false);
    expect(await violations(page)).toEqual([]);
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await violations(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);

    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('radio', { name: 'Asia' }).check();
    await page.getByRole('button', { name: 'Answer' }).first().click();
    await page.getByRole('checkbox', { name: 'Cost' }).check();
    await page.getByRole('button', { name: 'Answer' }).last().click();
    await page.getByRole('button', { name: 'Approve' }).click();
    await says(page, 'And so it ended.');
    await page.locator('.numbers').waitFor();
    expect(await violations(page)).toEqual([]);
    if (options.isMobile === true) {
      await page.getByRole('button', { name: 'Runs' }).click();
      await page.getByRole('link', { name: 'Show all of it' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Show all of it' }).click();
      await page.goto(`${url}#/`);
      await page.locator('#toggle[aria-expanded=false]').waitFor();
    }
    await page.goto(`${url}#/runs/999`);
    await says(page, 'There is no such run.');
    expect(await violations(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
  });

  it('can do everything with the keyboard, and sees where they are', async () => {
    const { url } = await aDesk(function* () {
      const { decision } = yield* approval({ tool_name: 'mail', display_name: 'Send a mail' });
      yield* text(`It was: ${decision}`);
    });
    const page = await tab();
    await page.goto(url);
    await page.waitForFunction(() => document.activeElement?.id === 'message');
    await page.keyboard.type('Ask');
    await page.keyboard.press('Enter');
    await stands(page, 'Waiting for you');
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        const { outlineStyle, boxShadow } = getComputedStyle(element);
        const around = getComputedStyle(element.parentElement!).boxShadow;
        const isSeen = outlineStyle !== 'none' || boxShadow !== 'none' || around !== 'none';
        return { text: element.textContent, isSeen };
      });
    const passed: string[] = [];
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Shift+Tab');
      const { text, isSeen } = await focused();
      expect([text, isSeen]).toEqual([text, true]);
      passed.push(text ?? '');
      if (text === 'Allow') break;
    }
    expect(passed).toEqual(expect.arrayContaining(['Stop', 'Deny', 'Allow']));
    await page.keyboard.press('Enter');
    await says(page, 'It was: allow');
    // The button is gone, and whoever was on it is not thrown to the top of the page.
    expect(await focused()).toMatchObject({ text: 'You allowed this.' });
    await page.goto(`${url}#/`);
    await page.keyboard.press('Tab');
  });

  it('is told of what happens, and not of every word', async () => {
    const { url } = await aDesk(function* () {
      yield* text('Word ', 'by ', 'word');
      yield* approval({ tool_name: 'mail', display_name: 'Send a mail' });
    });
    const page = await tab();
    await page.goto(url);
    await send(page, 'Go');
    await stands(page, 'Waiting for you');
    const log = page.getByRole('log');
    expect(await log.getAttribute('aria-busy')).toBe('true');
    expect(await page.getByRole('status').innerText()).toBe('Waiting for you');
    await page.getByRole('button', { name: 'Allow' }).click();
    await stands(page, 'Completed');
    expect(await log.getAttribute('aria-busy')).toBe('false');
  });

  it('sees nothing move but what they scroll', async () => {
    const { url } = await aDesk(everything, 2);
    const page = await tab();
    await page.addInitScript(() => {
      const shifts: string[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as unknown as readonly {
          readonly value: number;
          readonly hadRecentInput: boolean;
          readonly sources: readonly { readonly node: Element | null }[];
        }[]) {
          if (entry.hadRecentInput) continue;
          const where = entry.sources.map(({ node }) => `${node?.nodeName}.${node?.className}`);
          shifts.push(`${entry.value.toFixed(4)} ${where.join(' ')}`);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const shifts = () => page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
    await page.goto(url);
    await page.getByText('No runs yet').waitFor();
    await send(page, 'Show all of it');
    await stands(page, 'Waiting for you');
    await page.locator('.card').nth(3).waitFor();
    expect(await shifts()).toEqual([]);
    const other = await tab(page); // decides, so that nothing here has an input to excuse it
    await other.goto(page.url());
    await other.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Allowed elsewhere.').waitFor();
    await other.getByRole('radio', { name: 'Asia' }).check();
    await other.getByRole('button', { name: 'Answer' }).first().click();
    await other.getByRole('checkbox', { name: 'Cost' }).check();
    await other.getByRole('button', { name: 'Answer' }).last().click();
    await other.getByRole('button', { name: 'Approve' }).click();
    await stands(page, 'Failed'); // for there was an error, however it ended
    await page.locator('.numbers').waitFor();
    expect(await shifts()).toEqual([]);
    await page.reload();
    await says(page, 'And so it ended.');
    await page.locator('.numbers').waitFor();
    await page.locator('#runs-list a').waitFor();
    expect(await shifts()).toEqual([]);
  });

  it('is left where they read, and led back to the end', async () => {
    const { url } = await aDesk(function* () {
      yield* text(...Array.from({ length: 60 }, (_, i) => `Paragraph ${i}\n\n`));
      yield* approval({ tool_name: 'mail', display_name: 'Go on' });
      yield* text(...Array.from({ length: 60 }, (_, i) => `Further ${i}\n\n`));
    });
    const page = await tab();
    await page.goto(url);
    await send(page, 'Go');
    await stands(page, 'Waiting for you');
    const rest = () =>
      page.evaluate(() => {
        const log = document.getElementById('log')!;
        return Math.round(log.scrollHeight - log.clientHeight - log.scrollTop);
      });
    await page.waitForFunction(() => document.getElementById('log')!.scrollTop > 0);
    expect(await rest()).toBeLessThan(2);
    expect(await page.locator('#latest').isVisible()).toBe(false);
    await page.evaluate(() => (document.getElementById('log')!.scrollTop = 100));
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    const other = await tab(page);
    await other.goto(page.url());
    await other.getByRole('button', { name: 'Allow' }).click();
    await says(page, 'Further 59');
    expect(await page.evaluate(() => document.getElementById('log')!.scrollTop)).toBe(100);
    await page.getByRole('button', { name: 'Jump to latest' }).click();
    await page.waitForFunction(() => (document.getElementById('latest') as HTMLElement).hidden);
    expect(await rest()).toBeLessThan(2);
  });

  it('has 10,000 events without the page working at each of them', async () => {
    const count = 10_000;
    const { url } = await aDesk(function* () {
      for (let i = 0; i < count; i += 50) {
        const words = Array.from({ length: 50 }, (_, j) => `word ${i + j + 1} `);
        const deltas = [...words.slice(0, -1), `${words.at(-1)!.trim()}\n\n`];
        const frames = deltas.map((delta) => JSON.stringify({ type: 'text-delta', delta }));
        yield* raw(frames.map((frame) => `data: ${frame}\n\n`).join(''));
        yield* wait(5);
      }
    });
    const page = await tab();
    await page.addInitScript(() => {
      const parse = DOMParser.prototype.parseFromString;
      Object.assign(window, { parsed: 0, characters: 0 });
      DOMParser.prototype.parseFromString = function (...given) {
        const seen = window as unknown as { parsed: number; characters: number };
        seen.parsed++;
        seen.characters += String(given[0]).length;
        return parse.apply(this, given);
      };
    });
    await page.goto(url);
    await send(page, 'Go');
    await stands(page, 'Completed');
    const words = await page.locator('.prose').evaluate((prose) => prose.textContent.match(/\d+/g));
    expect(words).toEqual(Array.from({ length: count }, (_, i) => `${i + 1}`));
    expect(await page.locator('.prose > p').count()).toBe(count / 50);
    const { parsed, characters } = await page.evaluate<{
      readonly parsed: number;
      readonly characters: number;
    }>('({ parsed: window.parsed, characters: window.characters })');
    expect(parsed).toBeGreaterThan(0);
    expect(parsed).toBeLessThan(count / 4);
    // What is finished is not looked at again.
    const length = await page.locator('.prose').evaluate((prose) => prose.innerHTML.length);
    expect(characters).toBeLessThan(8 * length);
    // And it goes on to be of use.
    await page.reload();
    await stands(page, 'Completed');
    await says(page, `word ${count}`);
  });
});
