// The relay in Fastify.

import type { Server } from 'node:http';
import { fastify } from 'fastify';
import { toNode } from 'm8tes-rx/relay';
import { relay } from './ours';

export const listen = async (port: number): Promise<Server> => {
  // Viewers stay as long as their runs: without this, `close()` waits for the last to leave.
  const app = fastify({ forceCloseConnections: true });
  const answer = toNode(relay.handler);
  app.all('/m8tes/*', (request, reply) => {
    reply.hijack(); // without it, Fastify answers as well
    // Its parser has read the body by now: what it made of it goes along.
    answer(Object.assign(request.raw, { body: request.body }), reply.raw);
  });
  app.get('/', (_request, reply) => reply.type('text/html').send('<h1>your page</h1>'));
  await app.listen({ port, host: '127.0.0.1' });
  return app.server;
};
