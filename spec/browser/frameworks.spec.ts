/** The recipes of docs/frameworks.md for a page, each in its framework and in a real browser. */
import { text, tool } from 'm8tes-rx/testing';
import type { Page } from 'playwright-core';
import { aChromium, describeBrowser } from './chromium';
import { aSite, type Site, type SiteOptions } from './site';

declare global {
  interface Window {
    /** Takes the component away. */
    readonly leave: () => void;
    /** Puts one in its place that has its run from the beginning. */
    readonly report: () => void;
    /** Puts one there that joins a run. */
    readonly again: (run_id: number) => void;
  }
}

describeBrowser('a run', () => {
  const { tab } = aChromium();

  const opened = async (site: Site, path = '/sign-in'): Promise<Page> => {
    const page = await tab();
    await page.goto(`${site.url}${path}`);
    await page.locator('#app input').waitFor();
    return page;
  };
  const button = (page: Page, name: string) => page.locator('#app button', { hasText: name });
  const ask = async (page: Page, message: string): Promise<void> => {
    await page.fill('#app input', message);
    await button(page, 'Ask').click();
  };
  const says = (page: Page, text: string): Promise<void> =>
    page.locator('#app p', { hasText: new RegExp(`^${text}\\s*$`) }).waitFor();
  const open = (site: Site): number => site.streams().filter(({ isOpen }) => isOpen()).length;

  describe.each([
    ['Angular', { entry: 'frameworks/angular.ts', evaluates: true }],
    ['React', { entry: 'frameworks/react.tsx' }],
    ['Vue', { entry: 'frameworks/vue.ts', evaluates: true }],
  ] as readonly (readonly [string, SiteOptions])[])('in %s', (_, framework) => {
    it('is one, and is shown as it is told', async () => {
      const site = await aSite(framework);
      const page = await opened(site);
      expect(site.asked).toEqual([]);
      await ask(page, 'Which tickets are open?');
      site.says('Two ');
      await says(page, 'Two');
      await button(page, 'Stop').waitFor();
      site.says('are open.');
      await says(page, 'Two are open\\.');
      site.ends();
      await button(page, 'Stop').waitFor({ state: 'detached' });
      await says(page, 'Two are open\\.');
      expect(site.api.runs()).toMatchObject([{ status: 'completed', user_id: 'ada' }]);
      expect(site.asked).toHaveLength(1);
    });

    it('is shown with its tools', async () => {
      const script = function* () {
        yield* tool({ name: 'gmail_search' });
        yield* text('Done.');
      };
      const page = await opened(await aSite({ ...framework, script }));
      await ask(page, 'hi');
      await says(page, 'Done\\.');
      expect(await page.locator('#app code').allTextContents()).toEqual(['gmail_search']);
    });

    it('goes on when its component leaves, which closes the connection', async () => {
      const site = await aSite(framework);
      const page = await opened(site);
      await ask(page, 'hi');
      site.says('one');
      await says(page, 'one');
      expect(open(site)).toBe(1);
      await page.evaluate(() => window.leave());
      await site.until(() => open(site) === 0);
      expect(site.api.runs()).toMatchObject([{ status: 'running' }]);
    });

    it('is stopped by its button', async () => {
      const site = await aSite(framework);
      const page = await opened(site);
      await ask(page, 'hi');
      site.says('one');
      await button(page, 'Stop').click();
      await button(page, 'Stop').waitFor({ state: 'detached' });
      await says(page, 'one');
      expect(site.api.runs()).toMatchObject([{ status: 'cancelled' }]);
    });

    it('gives way to what is asked next', async () => {
      const site = await aSite(framework);
      const page = await opened(site);
      for (const runs of [1, 2]) {
        await ask(page, 'the same'); // and is asked again
        await site.until(() => site.api.runs().length === runs && open(site) === 1);
      }
      site.says('one');
      await says(page, 'one');
      expect(site.streams().map(({ isOpen }) => isOpen())).toEqual([false, true]);
    });

    it('that is refused says why', async () => {
      const page = await opened(await aSite(framework), '/');
      await ask(page, 'hi');
      await page.locator('[role=alert]', { hasText: 'you may not do this' }).waitFor();
    });
  });

  it('of two readers in Angular is one', async () => {
    const site = await aSite({ entry: 'frameworks/angular.ts', evaluates: true });
    const page = await opened(site);
    await page.evaluate(() => window.report());
    site.says('It was ');
    await says(page, 'It was');
    await page.locator('h2', { hasText: 'running' }).waitFor();
    await site.until(() => open(site) === 2);
    site.says('a week.');
    site.ends();
    await says(page, 'It was a week\\.');
    await page.locator('h2', { hasText: 'completed' }).waitFor();
    expect(site.api.runs()).toHaveLength(1);
  });

  it('in React’s strict mode is one', async () => {
    const site = await aSite({ entry: 'frameworks/react.tsx' });
    const page = await opened(site);
    await page.evaluate(() => window.report());
    site.says('It was a week.');
    await says(page, 'It was a week\\.');
    expect(open(site)).toBe(1);
    site.ends();
    await site.until(() => site.api.runs()[0]?.status === 'completed');
    expect(site.api.runs()).toHaveLength(1);
  });

  it('in React is joined by who comes back', async () => {
    const site = await aSite({ entry: 'frameworks/react.tsx' });
    const page = await opened(site);
    await ask(page, 'hi');
    site.says('one');
    await says(page, 'one');
    await page.evaluate(() => window.leave());
    await site.until(() => open(site) === 0);
    site.says(' two');
    await page.evaluate((run_id) => window.again(run_id), site.api.runs()[0]!.id);
    await says(page, 'one two');
    expect(open(site)).toBe(1);
    expect(site.api.runs()).toHaveLength(1);
  });
});
