// The relay in Hono, which has Requests and Responses, as the relay has: nothing is between them. The same in
// Next.js, SvelteKit or Remix, and on Deno, Bun and workers.

import { serve, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { relay } from './ours';

export const app = new Hono();

app.use(compress()); // leaves the relay's streams alone: they say `no-transform`
app.all('/m8tes/*', ({ req }) => relay.handler(req.raw));
app.get('/', (context) => context.html('<h1>your page</h1>'));

export const listen = (port: number): ServerType =>
  serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
