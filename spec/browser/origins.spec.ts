/** Pages of other origins: those that the relay's server lets in, and those that it knows nothing of. */
import { aChromium, describeBrowser, shows } from './chromium';
import { aSite, type SiteOptions } from './site';

describeBrowser('a page of another origin', () => {
  const { tab } = aChromium();

  /** The one origin, its cookies and its headers. What a page reads of an answer, the relay says. */
  const letIn: SiteOptions['cors'] = (origin) => ({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'content-type, idempotency-key, last-event-id',
  });

  /** A page of one site, whose relay is the other's, where somebody has signed in. */
  const apart = async (options: SiteOptions, host = '127.0.0.1') => {
    const site = await aSite(options);
    const pages = await aSite();
    const page = await tab();
    await page.goto(`${site.url}/sign-in`);
    await page.goto(`${pages.url.replace('127.0.0.1', host)}/?relay=${site.url}/m8tes`);
    await shows(page, 'state', 'ready');
    return { site, page };
  };

  it('has a run with its cookies where it is let in, and goes on after a cut', async () => {
    const { site, page } = await apart({ cors: letIn });
    await page.evaluate(() => window.page.ask('hi'));
    site.says('one ', 'two ');
    await shows(page, 'text', 'one two ');
    site.cut();
    site.says('three');
    site.ends();
    await shows(page, 'state', 'completed');
    await shows(page, 'text', 'one two three');

    expect(site.streams().map(({ headers }) => headers.cookie)).toEqual([
      'session=ada',
      'session=ada',
    ]);
    expect(site.streams()[1]!.answered()).toHaveProperty('m8tes-resumed');
    expect(site.asked.some(({ headers }) => 'authorization' in headers)).toBe(false);
  });

  it('hears it by EventSource, too', async () => {
    const { site, page } = await apart({ cors: letIn });
    await page.evaluate(() => window.page.ask('hi'));
    site.says('one ');
    await shows(page, 'text', 'one ');
    await page.evaluate(() => window.page.leave());
    await page.evaluate((id) => window.page.listen(id), site.api.runs()[0]!.id);
    site.says('two');
    await shows(page, 'text', 'one two');
    site.ends();
    await shows(page, 'state', 'closed');
  });

  it('gets nothing where it is not, and starts nothing', async () => {
    const { site, page } = await apart({});
    await page.evaluate(() => window.page.ask('hi'));
    await shows(
      page,
      'state',
      `ConnectionError: POST ${site.url}/m8tes/runs/ got no answer; check the network, and the ` +
        'address: baseUrl, or relay, and that the server lets pages of ' +
        `${new URL(page.url()).origin} in (CORS)`,
    );
    expect(site.api.runs()).toEqual([]);
  });

  it('is nobody where it is of another site, whose pages have no cookies', async () => {
    const { site, page } = await apart({ cors: letIn }, 'localhost');
    await page.evaluate(() => window.page.ask('hi'));
    await shows(
      page,
      'state',
      `ApiError: POST ${site.url}/m8tes/runs/ was refused (403 forbidden): you may not do this. ` +
        'What to do: you are not allowed to do that',
    );
    expect(site.api.runs()).toEqual([]);
  });

  it('changes nothing by what needs no leave', async () => {
    const { site, page } = await apart({ cors: letIn });
    await page.evaluate(() => window.page.ask('hi'));
    site.says('one ');
    await shows(page, 'text', 'one ');
    const { id } = site.api.runs()[0]!;
    await page.evaluate(
      async ([url, id]) => {
        for (const [path, body] of [
          ['/runs/', '{"message":"hi"}'],
          [`/runs/${id}/cancel`, undefined],
          [`/runs/${id}/cancel`, '{}'],
        ] as const) {
          await fetch(`${url}/m8tes${path}`, {
            ...{ method: 'POST', mode: 'no-cors', credentials: 'include' },
            ...(body !== undefined && { body }),
          });
        }
      },
      [site.url, id] as const,
    );
    const sent = site.asked.filter(({ headers }) => headers['sec-fetch-mode'] === 'no-cors');
    expect(sent.map(({ status, headers: { cookie } }) => [status(), cookie])).toEqual([
      [415, 'session=ada'],
      [415, 'session=ada'],
      [415, 'session=ada'],
    ]);
    expect(site.api.runs()).toMatchObject([{ status: 'running' }]);
  });
});
