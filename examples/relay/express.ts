// The relay in Express.

import type { Server } from 'node:http';
import express from 'express';
import { toNode } from 'm8tes-rx/relay';
import { relay } from './ours';

export const listen = (port: number): Server => {
  const app = express();
  // Parsers may come first: what they have read of a request, the relay is given. So may
  // `compression()`, which would hold events back: the relay's streams say `no-transform`.
  app.use(express.json());
  app.use('/m8tes', toNode(relay.handler));
  app.get('/', (_request, response) => void response.send('<h1>your page</h1>'));
  return app.listen(port, '127.0.0.1');
};
