import { existsSync } from 'node:fs';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';

const { CHROMIUM_PATH: executablePath = '/usr/bin/chromium' } = process.env;
const isThere = existsSync(executablePath);
if (!isThere && process.env['CI']) {
  throw new Error(`there is no ${executablePath}, and nothing is skipped in CI: install chromium`);
}
if (!isThere) {
  console.warn(
    `SKIPPED: there is no ${executablePath}, so nothing is tested in a real browser. Install ` +
      'chromium, or set CHROMIUM_PATH to one.',
  );
}

/** `describe`, where there is a Chromium. */
export const describeBrowser: (name: string, fn: () => void) => void = isThere
  ? describe
  : describe.skip;

/** Milliseconds that anything may take in the browser. */
const PATIENCE = 20_000;

/** A Chromium for the specs of a file, and for each spec a profile of its own: whoever it is for. */
export const aChromium = () => {
  let browser: Browser;
  const errors: string[] = [];

  beforeAll(async () => {
    const isRoot = process.getuid?.() === 0;
    const args = isRoot ? ['--no-sandbox'] : [];
    browser = await chromium.launch({ executablePath, args, timeout: PATIENCE });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    // What nobody caught, what the policy forbids, and what the library warns of.
    expect(errors.splice(0)).toEqual([]);
  });
  afterAll(() => browser?.close());

  const opened = async (context: BrowserContext): Promise<Page> => {
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    page.on('pageerror', ({ stack }) => errors.push(String(stack)));
    page.on('console', (message) => {
      if (/Content Security Policy|Uncaught|^m8tes-rx/.test(message.text()))
        errors.push(message.text());
    });
    return page;
  };

  return {
    /** A tab; beside another one it is of the same profile, with its cookies. */
    tab: async (beside?: Page): Promise<Page> =>
      opened(beside?.context() ?? (await browser.newContext())),
    /** A tab of a device like this. */
    fresh: async (options: BrowserContextOptions): Promise<Page> =>
      opened(await browser.newContext(options)),
  };
};

/** Waits until an element says just this. */
export const shows = async (page: Page, id: 'text' | 'state', text: string): Promise<void> => {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const shown = await page.locator(`#${id}`).textContent();
    if (shown === text || Date.now() > end) return expect(shown).toBe(text);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
