import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createClient } from 'm8tes-rx';
import { localServer, type LocalServer, type Script } from 'm8tes-rx/testing';
import type { Page } from 'playwright-core';
import { consoleServer } from '../../lib/console/consoleServer';

const files = join(__dirname, '../../dist/console');

/** A console with its API, and a wire between the browser and it that can be cut. */
export interface Desk {
  readonly url: string;
  readonly api: LocalServer;
  /** Breaks off every connection that the browser has. */
  readonly cut: () => void;
  /** Lets no connection through, or lets them through again. */
  readonly block: (isBlocked: boolean) => void;
}

const closings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

const wire = async (to: number) => {
  const sockets = new Set<Socket>();
  let isBlocked = false;
  const hold = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    hold(client);
    if (isBlocked) return client.destroy();
    const upstream = hold(connect(to, '127.0.0.1'));
    client.pipe(upstream).pipe(client);
    client.once('close', () => upstream.destroy());
    return upstream.once('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  closings.push(async () => {
    server.close();
    cut();
  });
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    block: (is: boolean): void => void (isBlocked = is),
  };
};

/** A console of the spec's own, on loopback, closed after it. */
export const aDesk = async (script: Script, pace = 0): Promise<Desk> => {
  const api = await localServer({ script, pace });
  closings.push(() => api.close());
  const client = createClient({ apiKey: 'm8_a_key_that_no_page_sees', baseUrl: api.url });
  const served = await consoleServer({ client, mode: 'local', files, version: '1.2.3' });
  closings.push(() => served.close());
  const { port, cut, block } = await wire(Number(new URL(served.url).port));
  return { url: `http://127.0.0.1:${port}/`, api, cut, block };
};

/** Sends a message, as a person does. */
export const send = async (page: Page, message: string): Promise<void> => {
  await page.fill('#message', message);
  await page.press('#message', 'Enter');
};

/** Waits until the page says how the run is. */
export const stands = async (page: Page, text: string): Promise<void> => {
  await page.locator('#status-text', { hasText: text }).waitFor();
};

/** Waits until the answer has this in it. */
export const says = async (page: Page, text: string | RegExp): Promise<void> => {
  await page.locator('#log', { hasText: text }).waitFor();
};
