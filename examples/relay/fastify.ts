// The relay in Fastify.

import type { Server } from 'node:http';
import { fastify } from 'fastify';
import { toNode } from './toNode';
import { relay } from './ours';

export const listen = async (port: number): Promise<Server> => {
  // Streams have no end of their own: without this, `close()` waits for the last viewer to leave.
  const app = fastify({ forceCloseConnections: true });
  const answer = toNode(relay.handler);
  await app.register((scope, _options, done) => {
    // The body stays unread: the relay reads it. Only in here, for the parsers are the scope's own.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, parsed) => parsed(null));
    scope.all('/m8tes/*', (request, reply) => {
      reply.hijack(); // without it, Fastify answers as well
      answer(request.raw, reply.raw);
    });
    done();
  });
  app.get('/', (_request, reply) => reply.type('text/html').send('<h1>your page</h1>'));
  await app.listen({ port, host: '127.0.0.1' });
  return app.server;
};
