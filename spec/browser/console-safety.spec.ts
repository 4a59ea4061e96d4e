/** What a run says never becomes markup that acts, wherever the console shows it. */
import { approval, block, plan, question, together, tool } from 'm8tes-rx/testing';
import type { Page } from 'playwright-core';
import { aChromium, describeBrowser } from './chromium';
import { aDesk, send, stands } from './desk';

declare global {
  interface Window {
    hacked: unknown[];
  }
}

/** Each would call `hacked()`, or reach elsewhere, if anything of it came to life. */
const attacks: readonly string[] = [
  '<script>hacked(1)</script>',
  '<img src=x onerror=hacked(2)>',
  '<svg onload=hacked(3)><animate onbegin=hacked(3) attributeName=x dur=1s></svg>',
  '<iframe src="javascript:parent.hacked(4)"></iframe>',
  '<a href="javascript:hacked(5)">click</a>',
  '[click](javascript:hacked(6))',
  '[click](JaVaScRiPt&colon;hacked(7))',
  '[click](data:text/html,<script>hacked(8)</script>)',
  '[click](vbscript:hacked(9))',
  '[click](\u0001javascript:hacked(10))',
  '![x](https://elsewhere.test/picture.png?secret)',
  '![x](javascript:hacked(11))',
  '<javascript:hacked(12)>',
  '[x]: javascript:hacked(13)\n\n[x]',
  '<details open ontoggle=hacked(14)>',
  '<style>@import "https://elsewhere.test/style.css"; * { background: url(https://elsewhere.test/b) }</style>',
  '<form action="https://elsewhere.test/"><button>Send</button></form>',
  '<input autofocus onfocus=hacked(15)>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=hacked(16)>',
  '<noscript><p title="</noscript><img src=x onerror=hacked(17)>">',
  '<link rel=stylesheet href=https://elsewhere.test/s.css><meta http-equiv=refresh content="0;url=https://elsewhere.test/">',
  '<base href="https://elsewhere.test/"><object data="https://elsewhere.test/"></object><embed src=//elsewhere.test>',
  '"><img src=x onerror=hacked(18)>',
  "' onmouseover='hacked(19)",
  '`<img src=x onerror=hacked(20)>`',
  '```"><img src=x onerror=hacked(21)>\n<script>hacked(22)</script>\n```',
  '| a |\n|---|\n| <img src=x onerror=hacked(23)> |',
  '# <img src=x onerror=hacked(24)>',
  '<video><source onerror=hacked(25)></video><audio src=//elsewhere.test autoplay>',
  '<div style="position:fixed;inset:0;z-index:99">over everything</div>',
  '<a id=log href=//elsewhere.test target=_self>x</a>',
  '<p id=status-text name=location class=card>x</p>',
  '{{constructor.constructor("hacked(26)")()}}',
  '</textarea></title><script>hacked(27)</script>',
  '<!--><img src=x onerror=hacked(28)>-->',
  '[click](//elsewhere.test)\n\n[click](/console/about)\n\n[click](#/runs/1)',
  '[a](https://elsewhere.test/"onmouseover="hacked(29))',
  '<https://elsewhere.test/auto>',
  '\u202Etxt.exe\u0000\u0007\u001B[31m',
  '__proto__',
];
const all = attacks.join('\n\n');
/** In a text of one line. */
const flat = attacks.map((attack) => attack.replaceAll('\n', ' ')).join(' ');

/** Everything in the page that a run's text must not be able to make. */
const found = (page: Page) =>
  page.evaluate(() => {
    const inside = '#log *, #runs-list *, .heading *, .state *';
    const problems: string[] = [];
    for (const element of document.querySelectorAll(inside)) {
      const { localName } = element;
      const isOurs = element.closest('.numbers svg') !== null;
      if (
        /^(script|img|iframe|object|embed|style|link|meta|base|form|video|audio|source|math|svg|template|picture)$/.test(
          localName,
        ) &&
        !isOurs
      )
        problems.push(localName);
      for (const { name, value } of element.attributes) {
        if (/^on|^(style|srcdoc|srcset|action|formaction|background|ping|name)$/.test(name)) {
          const isFine =
            (name === 'name' && localName === 'input') ||
            (name === 'style' && element.className === 'bar');
          if (!isFine) problems.push(`${localName} ${name}=${value}`);
        }
        if (
          name === 'id' &&
          !/^(title|about-run|status|status-text|note|stop|retry|(card|line|question)-\d+)$/.test(
            value,
          )
        )
          problems.push(`${localName} id=${value}`);
        if (name === 'src' || name === 'xlink:href') problems.push(`${localName} ${name}`);
      }
      if (element instanceof HTMLAnchorElement && element.closest('#log') !== null) {
        const { protocol, target, rel } = element;
        const isFine =
          !element.hasAttribute('href') ||
          (/^(https?|mailto):$/.test(protocol) &&
            target === '_blank' &&
            /noopener/.test(rel) &&
            /noreferrer/.test(rel));
        if (!isFine) problems.push(element.outerHTML);
        if (element.host === location.host && element.hasAttribute('href'))
          problems.push(element.outerHTML);
      }
    }
    for (const id of ['log', 'status-text']) {
      if (document.querySelectorAll(`[id="${id}"]`).length !== 1) problems.push(`two #${id}`);
    }
    return problems;
  });

describeBrowser('what a run says, in the console', () => {
  const { tab } = aChromium();

  const watched = async () => {
    const page = await tab();
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|data:,)/.test(request.url())) elsewhere.push(request.url());
    });
    page.on('dialog', (dialog) => void elsewhere.push(dialog.message()));
    await page.addInitScript(() => {
      window.hacked = [];
      Object.assign(window, { hacked: (what: number) => (document.title = `HACKED ${what}`) });
    });
    return { page, elsewhere };
  };
  const isSafe = async ({
    page,
    elsewhere,
  }: Awaited<ReturnType<typeof watched>>): Promise<void> => {
    expect(await found(page)).toEqual([]);
    expect(await page.title()).not.toContain('HACKED ');
    expect(elsewhere).toEqual([]);
  };

  it('is text in an answer', async () => {
    const between = { type: 'rate_limit' }; // so that each is Markdown of its own
    const { url } = await aDesk(() =>
      attacks.flatMap((attack, i) => [
        // Whole, and a little at a time: what is half written must be safe as well.
        ...block('text', [attack], `${i}`),
        between,
        ...block('text', attack.match(/.{1,4}/gsu) ?? [], `${i} again`),
        between,
      ]),
    );
    const seen = await watched();
    const { page } = seen;
    await page.goto(url);
    await send(page, 'Go');
    await stands(page, 'Completed');
    expect(await page.locator('.prose').count()).toBe(2 * attacks.length);
    await isSafe(seen);
    for (const link of await page.locator('#log a[href]').all()) await link.hover();
    await isSafe(seen);
  });

  it('is text in whatever else is shown', async () => {
    const ask = {
      tool_name: all,
      display_name: all,
      consequence: all,
      fields: [[all, all] as const],
      prose: all,
      can_remember: true,
    };
    const { url, api } = await aDesk(function* () {
      yield { type: 'sandbox-connecting', message: all };
      yield* block('thinking', [all]);
      yield* block('plan', [all]);
      yield* tool({ name: all, input: { [all]: all }, result: { [all]: all } });
      yield* tool({ name: '<b>', id: '<i>', result: all });
      const todos = attacks.map((content, i) => ({ content, status: attacks[i], title: all }));
      yield { type: 'todo-update', toolCallId: all, todos };
      yield { type: 'error', error: all, error_code: all };
      yield* together(
        approval(ask),
        question({ question: all, header: all, options: attacks, multiSelect: true }),
        question({ question: `another ${all}`, options: [flat] }),
        plan(all),
      );
      yield { type: 'sdk_error', error: all, error_code: all };
    });
    const seen = await watched();
    const { page } = seen;
    await page.goto(url);
    await send(page, all);
    await stands(page, 'Waiting for you');
    for (const summary of await page.locator('summary').all()) await summary.click();
    await isSafe(seen);
    expect(await page.locator('.card').count()).toBe(4);
    expect(await page.locator('.card > h3').first().textContent()).toBe(all);

    await page.getByRole('button', { name: 'Allow' }).click();
    for (let i = 0; i < 2; i++) {
      await page.getByLabel('Or in your own words').nth(i).fill(flat);
      await page.getByLabel('Or in your own words').nth(i).press('Enter');
    }
    await page.getByRole('button', { name: 'Approve' }).click();
    await stands(page, 'Failed');
    await isSafe(seen);
    expect(api.runs()).toHaveLength(1);

    await page.reload();
    await stands(page, 'Failed');
    for (const summary of await page.locator('summary').all()) await summary.click();
    await isSafe(seen);
  });
});
