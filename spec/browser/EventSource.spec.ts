/** The relay's streams as the platform's own `EventSource` has them, without this library. */
import type { Page } from 'playwright-core';
import { aChromium, describeBrowser, shows } from './chromium';
import { aSite, type Site } from './site';

describeBrowser('an EventSource', () => {
  const { tab } = aChromium();

  const heard = (page: Page) => page.evaluate(() => window.page.heard.splice(0));

  /** A page that has asked, and a tab beside it that listens. */
  const listening = async (site: Site): Promise<Page> => {
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    await page.evaluate(() => window.page.ask('hi'));
    await shows(page, 'text', 'one ');
    const listener = await tab(page);
    await listener.goto(site.url);
    await listener.evaluate((id) => window.page.listen(id), site.api.runs()[0]!.id);
    await page.close();
    return listener;
  };

  it('hears a run, comes back behind what it heard, and stays away when it is over', async () => {
    const site = await aSite();
    site.says('one ');
    const page = await listening(site);
    await shows(page, 'text', 'one ');
    expect(await heard(page)).toEqual(['open', 'metadata', 'text-delta']);

    site.cut();
    site.says('two ');
    await shows(page, 'state', 'open');
    await shows(page, 'text', 'one two ');
    expect(await heard(page)).toEqual(['coming back', 'open', 'text-delta']);
    expect(site.asked.at(-1)!.headers).toHaveProperty('last-event-id');
    expect(site.asked.at(-1)!.answered()).toHaveProperty('m8tes-resumed');

    site.ends();
    await shows(page, 'state', 'closed');
    await shows(page, 'text', 'one two ');
    expect(await heard(page)).toEqual(['done', '[DONE]', 'coming back', 'closed']);
    expect(site.asked.at(-1)!.status()).toBe(204);
  });

  it('is told when what it heard leads nowhere, and then all of it', async () => {
    const site = await aSite();
    site.says('one ');
    const page = await listening(site);
    await shows(page, 'text', 'one ');
    await heard(page);

    site.replace(); // and its log is lost
    site.cut();
    site.says('two');
    await shows(page, 'text', 'one two');
    expect(await heard(page)).toEqual([
      ...['coming back', 'open', 'reset', 'metadata', 'text-delta', 'text-delta'],
    ]);
    expect(site.asked.at(-1)!.headers).toHaveProperty('last-event-id');
    expect(site.asked.at(-1)!.answered()).not.toHaveProperty('m8tes-resumed');
  });

  it('is refused for good where nobody has signed in', async () => {
    const site = await aSite();
    const page = await tab();
    await page.goto(site.url);
    await page.evaluate(() => window.page.listen(1));
    await shows(page, 'state', 'closed');
    expect(await heard(page)).toEqual(['closed']);
    expect(site.asked.map(({ status }) => status())).toEqual([403]);
  });
});
