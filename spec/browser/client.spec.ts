/** `createClient({ relay })` in a page, as it is published: with cookies, reloads, cuts and people. */
import { approval, text } from 'm8tes-rx/testing';
import { aChromium, describeBrowser, shows } from './chromium';
import { aSite, KEY } from './site';

describeBrowser('a page', () => {
  const { tab } = aChromium();

  it('has a run by its cookie, which it cannot see, and no key', async () => {
    const site = await aSite();
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    await page.evaluate(() => window.page.ask('hi'));
    site.says('Two ', 'tickets – ', '🎫🎫 ', 'are open.');
    site.ends();
    await shows(page, 'state', 'completed');
    await shows(page, 'text', 'Two tickets – 🎫🎫 are open.');

    expect(await page.evaluate(() => document.cookie)).toBe('');
    expect(site.asked).toHaveLength(1);
    expect(site.asked[0]!.headers).toMatchObject({ cookie: 'session=ada' });
    expect(site.asked[0]!.headers).not.toHaveProperty('authorization');
    expect(site.api.requests()[0]!.headers).toHaveProperty('authorization');
    expect(site.api.runs()[0]).toMatchObject({ user_id: 'ada' });
    expect(await page.evaluate(() => JSON.stringify(window.page.told))).not.toContain(KEY);
  });

  it('is told what to do where nobody has signed in', async () => {
    const site = await aSite();
    const page = await tab();
    await page.goto(site.url);
    await page.evaluate(() => window.page.ask('hi'));
    await shows(
      page,
      'state',
      'ApiError: POST /m8tes/runs/ was refused (403 forbidden): you may not do this. ' +
        'What to do: you are not allowed to do that',
    );
    expect(site.api.requests()).toEqual([]);
  });

  it('follows no redirect to a place to sign in', async () => {
    const site = await aSite({ login: '/sign-in' });
    const page = await tab();
    await page.goto(site.url);
    await page.evaluate(() => window.page.ask('hi'));
    await shows(
      page,
      'state',
      'ConnectionError: POST /m8tes/runs/ was redirected, and a redirect is not followed: it ' +
        'would take the request elsewhere; sign in, or set relay to the final address',
    );
    expect(site.asked).toHaveLength(1);
  });

  it('has the run from its beginning after a reload, and goes on live', async () => {
    const site = await aSite();
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    await page.evaluate(() => window.page.ask('hi'));
    site.says('One ');
    await shows(page, 'text', 'One ');

    await page.reload();
    await shows(page, 'state', 'ready');
    await page.evaluate(() => window.page.again());
    await shows(page, 'text', 'One ');
    site.says('two ');
    await shows(page, 'text', 'One two ');
    site.says('three.');
    site.ends();
    await shows(page, 'state', 'completed');
    await shows(page, 'text', 'One two three.');
    expect(site.api.runs()).toHaveLength(1);

    // And again when it is over: the API has no stream of it any more.
    const joins = () => site.api.requests().filter(({ route }) => route === 'join').length;
    const before = joins();
    await page.reload();
    await shows(page, 'state', 'ready');
    await page.evaluate(() => window.page.again());
    await shows(page, 'state', 'completed');
    await shows(page, 'text', 'One two three.');
    expect(joins()).toBe(before);
  });

  it('goes on behind its cursor when its socket is cut', async () => {
    const site = await aSite();
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    await page.evaluate(() => window.page.ask('hi'));
    site.says('one ');
    await shows(page, 'text', 'one ');
    site.cut();
    await site.until(() => site.streams()[1]?.isOpen() === true);
    site.says('two ');
    await shows(page, 'text', 'one two ');
    site.cut();
    site.says('three');
    site.ends();
    await shows(page, 'state', 'completed');
    await shows(page, 'text', 'one two three');

    const [, ...joined] = site.streams();
    expect(joined).toHaveLength(2);
    for (const { path, headers, answered } of joined) {
      expect(path).toMatch(/^.runs.123.stream$/);
      expect(headers['last-event-id']).toMatch(/^\w+-\d+-\w+$/);
      expect(answered()).toMatchObject({ 'm8tes-resumed': headers['last-event-id'] });
    }
    const told = await page.evaluate(() => window.page.told);
    expect(told.flatMap((event) => (event.type === 'text-delta' ? event.delta : []))).toEqual([
      'one ',
      'two ',
      'three',
    ]);
  });

  it.each([
    ['with its log', true],
    ['with none', false],
  ])('goes on when another relay takes the place of its own, %s', async (_, isKept) => {
    const site = await aSite();
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    await page.evaluate(() => window.page.ask('hi'));
    site.says('one ', 'two ');
    await shows(page, 'text', 'one two ');
    site.replace(isKept ? site.log : undefined);
    site.cut();
    site.says('three ');
    await shows(page, 'text', 'one two three ');
    site.says('four');
    site.ends();
    await shows(page, 'state', 'completed');
    await shows(page, 'text', 'one two three four');
    const again = site.streams().at(-1)!;
    expect(again.headers).toHaveProperty('last-event-id');
    expect('m8tes-resumed' in again.answered()).toBe(isKept);
    expect(site.api.runs()).toHaveLength(1);
  });

  it('starts one run, however often the request is sent', async () => {
    const site = await aSite();
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    site.drop(); // where a socket was used before, the browser itself sends it again
    await page.evaluate(() => window.page.ask('hi'));
    site.says('one');
    site.ends();
    await shows(page, 'state', 'completed');
    await shows(page, 'text', 'one');
    const keys = site.streams().map(({ method, headers }) => [method, headers['idempotency-key']]);
    expect(keys).toEqual([keys[0], ['POST', expect.stringMatching(/^[\w-]{36}$/)]]);
    expect(site.api.runs()).toHaveLength(1);
  });

  it('comes back when its network does', async () => {
    const site = await aSite();
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    await page.evaluate(() => window.page.ask('hi'));
    site.says('one ');
    await shows(page, 'text', 'one ');
    await page.context().setOffline(true);
    site.cut();
    await page.waitForFunction(
      () => window.page.states.filter((state) => state === 'interrupted').length > 2,
    );
    site.says('two ');
    expect(site.streams()).toHaveLength(1);
    await page.context().setOffline(false);
    await shows(page, 'text', 'one two ');
    site.ends();
    await shows(page, 'state', 'completed');
    expect(await page.evaluate(() => window.page.states.at(-1))).toBe('closed');
  });

  it('stops a run, in all tabs', async () => {
    const site = await aSite();
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    await page.evaluate(() => window.page.ask('hi'));
    site.says('one ');
    await shows(page, 'text', 'one ');
    const other = await tab(page);
    await other.goto(site.url);
    const run_id = site.api.runs()[0]!.id;
    await other.evaluate((id) => window.page.again(id), run_id);
    await shows(other, 'text', 'one ');

    await page.click('#stop');
    await shows(page, 'state', 'cancelled');
    await shows(other, 'state', 'cancelled');
    expect(site.api.runs()).toMatchObject([{ status: 'cancelled' }]);
  });

  it.each([
    ['allow', 'Sent.'],
    ['deny', 'Not sent.'],
  ])('asks a person, in any tab, who decides: %s', async (decision, said) => {
    const site = await aSite({
      *script() {
        const { decision } = yield* approval({ tool_name: 'mail', display_name: 'Send mail' });
        yield* text(decision === 'allow' ? 'Sent.' : 'Not sent.');
      },
    });
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    await page.evaluate(() => window.page.ask('Write to Ada'));
    await shows(page, 'state', 'may it Send mail?');
    site.cut(); // and is asked no second time
    await site.until(() => site.streams()[1]?.isOpen() === true);
    const other = await tab(page);
    await other.goto(site.url);
    await other.evaluate((id) => window.page.again(id), site.api.runs()[0]!.id);
    await shows(other, 'state', 'may it Send mail?');
    await other.click(`#${decision}`);
    for (const either of [page, other]) {
      await shows(either, 'state', 'completed');
      await shows(either, 'text', said);
    }
    expect(site.asked.filter(({ path }) => path.endsWith('/approve'))).toHaveLength(1);
  });

  it('leaves its run alone when it stops watching, and when its tab is closed', async () => {
    const site = await aSite();
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    await page.evaluate(() => window.page.ask('hi'));
    site.says('one ');
    await shows(page, 'text', 'one ');
    await page.evaluate(() => window.page.leave());
    await site.until(() => !site.streams().some(({ isOpen }) => isOpen()));

    await page.evaluate(() => window.page.again());
    await shows(page, 'text', 'one ');
    expect(site.streams().filter(({ isOpen }) => isOpen())).toHaveLength(1);
    const other = await tab(page);
    await page.close();
    await site.until(() => !site.streams().some(({ isOpen }) => isOpen()));
    await site.until(() => site.api.streams() === 0); // nobody watches
    expect(site.api.runs()).toMatchObject([{ status: 'running' }]);

    site.says('two');
    await other.goto(site.url);
    await other.evaluate((id) => window.page.again(id), site.api.runs()[0]!.id);
    await shows(other, 'text', 'one two');
    site.ends();
    await shows(other, 'state', 'completed');
  });
});
