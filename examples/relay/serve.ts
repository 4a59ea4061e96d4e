import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CreateParams } from 'm8tes-rx';
import { createRelay, toNode, type Authorize, type CreateRelayOptions } from 'm8tes-rx/relay';

/** A relay that is listening. */
export interface Served {
  /** The base URL of the API that it plays the part of. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * For development: whoever is on this machine, with any key that looks like one, may do anything.
 * A page of elsewhere is nobody: its browser does not let it send the header, unless that page has a
 * name for this machine that is none of ours.
 */
const authorize: Authorize = (request, { params: { user_id } }) => {
  const [, key] = /^Bearer (m8_\S+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
  const { hostname } = new URL(request.url);
  if (key === undefined || !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)) return undefined;
  return { owner: key, ...(typeof user_id === 'string' && { params: { user_id } }) };
};

/** All that the API takes beside a message. */
const accept: readonly (keyof CreateParams)[] = [
  ...(['teammate_id', 'tools', 'name', 'instructions', 'user_id', 'metadata'] as const),
  ...(['memory', 'history', 'task_setup_tools', 'feedback', 'human_in_the_loop'] as const),
  ...(['permission_mode', 'model', 'effort', 'email_inbox', 'output_schema'] as const),
];

/** A relay on loopback that can be taken for the API: any client of the API can be pointed at it. */
export const serve = async ({
  port = 0,
  ...options
}: Pick<CreateRelayOptions, 'client' | 'log' | 'lease'> & {
  readonly port?: number;
}): Promise<Served> => {
  const relay = createRelay({ authorize, accept, expose: 'all', ...options });
  const server = createServer(toNode(relay.handler)).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`,
    close: async () => {
      await relay.close();
      server.close();
      server.closeAllConnections();
    },
  };
};
