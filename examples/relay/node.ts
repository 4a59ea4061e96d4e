// The relay on Node's own server.

import { createServer, type Server } from 'node:http';
import { toNode } from 'm8tes-rx/relay';
import { relay } from './ours';

export const listen = (port: number): Server => {
  const answer = toNode(relay.handler);
  return createServer((request, response) => {
    if (request.url?.startsWith('/m8tes/')) return answer(request, response);
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>your page</h1>');
  }).listen(port, '127.0.0.1');
};
