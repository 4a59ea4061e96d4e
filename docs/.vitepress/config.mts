import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { defineConfig, type DefaultTheme } from 'vitepress';
import { drawn } from './marbles';

const built = new URL('../api/typedoc-sidebar.json', import.meta.url);

/** What TypeDoc has written, if it has. */
const reference = existsSync(built)
  ? (JSON.parse(readFileSync(built, 'utf8')) as DefaultTheme.SidebarItem[])
  : [];

/** The pages, by what their readers are at. Each is called by its heading, or by less. */
const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: 'Use it',
    items: [
      { text: 'I want …', link: '/#i-want' },
      { text: 'Runs', link: '/runs' },
      { text: 'Streams', link: '/streams' },
      { text: 'Operators', link: '/operators' },
      { text: 'Events', link: '/events' },
      { text: 'Errors', link: '/errors' },
      { text: 'Structured output', link: '/structured-output' },
      { text: 'People in the loop', link: '/people-in-the-loop' },
      { text: 'Agents, tasks, triggers', link: '/agents' },
      { text: 'Webhooks', link: '/webhooks' },
    ],
  },
  {
    text: 'Show it in a page',
    items: [
      { text: 'The relay', link: '/relay' },
      { text: 'Frameworks', link: '/frameworks' },
      { text: 'Many machines', link: '/many-machines' },
      { text: 'The AI SDK', link: '/ai-sdk' },
      { text: 'AG-UI', link: '/ag-ui' },
      { text: 'Durable Streams', link: '/durable-streams' },
    ],
  },
  {
    text: 'Test and watch it',
    items: [
      { text: 'Testing', link: '/testing' },
      { text: 'Tracing', link: '/tracing' },
      { text: 'The command', link: '/command' },
      { text: 'The console', link: '/console' },
      { text: 'Performance', link: '/performance' },
    ],
  },
  {
    text: 'Coming from',
    items: [
      { text: 'The Python client', link: '/python' },
      { text: 'The AI SDK', link: '/coming-from-ai-sdk' },
      { text: 'AG-UI', link: '/coming-from-ag-ui' },
    ],
  },
  { text: 'API reference', link: '/api/' },
];

export default defineConfig({
  title: 'm8tes-rx',
  description: 'The m8tes hosted-agents API for RxJS: a run is an Observable of its events.',
  lang: 'en',
  outDir: '../.cache/site',
  cacheDir: '../.cache/vitepress',
  cleanUrls: true,
  markdown: {
    // The anchors that GitHub gives: a link holds in both.
    anchor: {
      slugify: (heading) =>
        heading
          .trim()
          .toLowerCase()
          .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
          .replaceAll(' ', '-'),
    },
    config: (md) => {
      // Marble diagrams are drawn, wherever they stand.
      const { fence } = md.renderer.rules;
      md.renderer.rules.fence = (...all) => {
        const [tokens, index] = all;
        const { info, content } = tokens[index]!;
        const diagram = /^(text)?$/.test(info.trim()) ? drawn(content) : undefined;
        return diagram ?? fence!(...all);
      };
      // What lies beside the docs travels with the package, not with the site: it is only named.
      md.core.ruler.push('beside', ({ tokens, env }) => {
        const { relativePath } = env as { readonly relativePath: string };
        const isBeside = (href: string | null) =>
          !/^(\w+:|[/#])/.test(href ?? '') &&
          join(dirname(relativePath), href ?? '').startsWith('..');
        for (const { children } of tokens) {
          let isOut = false;
          for (const token of children ?? []) {
            if (token.type === 'link_open') isOut = isBeside(token.attrGet('href'));
            if (!isOut || !token.type.startsWith('link_')) continue;
            if (token.type === 'link_close') isOut = false;
            token.type = token.type.replace('link', 'em');
            token.tag = 'em';
            token.attrs = null;
          }
        }
      });
    },
  },
  vite: { build: { chunkSizeWarningLimit: 2_000 } }, // what is searched, all of it, is one
  themeConfig: {
    nav: [
      { text: 'I want …', link: '/#i-want' },
      { text: 'Operators', link: '/operators' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: { '/': sidebar, '/api/': reference.map((door) => ({ ...door, collapsed: false })) },
    outline: [2, 3],
    search: { provider: 'local' },
  },
});
