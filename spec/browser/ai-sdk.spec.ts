/** Runs as chats of React's own `useChat`, with what is published: as they come, asked for, and again. */
import type { Page } from 'playwright-core';
import { approval, question, text, tool, wait, words } from 'm8tes-rx/testing';
import { aChromium, describeBrowser, shows } from './chromium';
import { aChatSite, type ChatSite } from './chatSite';

describeBrowser('a chat of useChat', () => {
  const { tab } = aChromium();

  const chatting = async (site: ChatSite): Promise<Page> => {
    const page = await tab();
    await page.goto(site.url);
    await shows(page, 'state', 'ready');
    return page;
  };
  const send = (page: Page, text: string) => page.evaluate((text) => window.chat.send(text), text);
  const tools = (page: Page) => page.locator('.tool').allTextContents();

  it('shows a run as it is told, and the next turn of it', async () => {
    const site = await aChatSite(function* ({ turn, message }) {
      if (turn === 0) yield* tool({ name: 'search' });
      yield* text(...words(`You said ${message}. `));
    });
    const page = await chatting(site);
    await send(page, 'hi');
    await shows(page, 'text', 'You said hi. ');
    await shows(page, 'state', 'ready');
    expect(await tools(page)).toEqual(['search: output-available']);
    await send(page, 'ho');
    await shows(page, 'text', 'You said hi. You said ho. ');
    await shows(page, 'state', 'ready');
    expect(site.api.runs()).toHaveLength(1);
    expect(site.heard).toEqual([
      'GET /api/chat/a%20chat/stream 204',
      'POST /api/chat 200',
      'POST /api/chat 200',
    ]);
  });

  it.each([
    ['allow', 'Sent. Red.', 'output-available'],
    ['deny', 'Not sent. Red.', 'output-denied'],
  ])('asks a person, who clicks: %s', async (decision, said, state) => {
    const site = await aChatSite(function* () {
      const { decision } = yield* approval({ tool_name: 'mail', display_name: 'Send mail' });
      yield* text(decision === 'allow' ? 'Sent. ' : 'Not sent. ');
      yield* text(`${yield* question({ question: 'Which?', options: ['Red', 'Blue'] })}.`);
    });
    const page = await chatting(site);
    await send(page, 'hi');
    await page.click(`#${decision}`);
    await page.click('#Red');
    await shows(page, 'text', said);
    await shows(page, 'state', 'ready');
    expect((await tools(page))[0]).toBe(`Send mail: ${state}`);
    expect(await page.locator('#count').textContent()).toBe('2');
    expect(site.heard.filter((one) => one.startsWith('POST'))).toHaveLength(3);
  });

  it('has its message from the beginning after a reload, live, and what is asked', async () => {
    const site = await aChatSite(function* () {
      yield* text('One ');
      yield* wait(1_000);
      yield* text('two. ');
      const { decision } = yield* approval({ tool_name: 'mail', display_name: 'Send mail' });
      yield* text(decision);
    });
    const page = await chatting(site);
    await send(page, 'hi');
    await shows(page, 'text', 'One ');
    await page.reload();
    await shows(page, 'text', 'One ');
    await shows(page, 'text', 'One two. ');
    await page.locator('#allow').waitFor();
    expect(await page.locator('#count').textContent()).toBe('2');

    await page.reload();
    await page.click('#allow');
    await shows(page, 'text', 'One two. allow');
    await shows(page, 'state', 'ready');
    expect(await tools(page)).toEqual(['Send mail: output-available']);
    expect(await page.locator('#count').textContent()).toBe('2');

    await page.reload();
    await shows(page, 'state', 'ready');
    await shows(page, 'text', 'One two. allow');
    expect(site.api.runs()).toHaveLength(1);
  });

  it('stops its run', async () => {
    const site = await aChatSite(function* () {
      yield* text('One ');
      yield* wait(Infinity);
    });
    const page = await chatting(site);
    await send(page, 'hi');
    await shows(page, 'text', 'One ');
    await page.evaluate(() => window.chat.stop());
    await shows(page, 'state', 'ready');
    expect(site.api.runs()).toMatchObject([{ status: 'cancelled' }]);
  });
});
