import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * Stands before some machines, given as their ports: each connection is the next one's, or, where
 * that does not answer, the one's after it. Gives its own port.
 */
export const balancer = async (machines: readonly number[]): Promise<number> => {
  let turn = 0;
  const reach = (page: Socket, [port, ...others]: readonly number[]): void => {
    if (port === undefined) return void page.destroy();
    const machine = connect(port, '127.0.0.1');
    let isThere = false;
    machine.once('connect', () => {
      isThere = true;
      page.pipe(machine).pipe(page);
    });
    machine.once('error', () => {}); // `close` follows
    machine.once('close', () => (isThere ? page.destroy() : reach(page, others)));
    page.once('close', () => machine.destroy());
  };
  const server = createServer((page) => {
    page.on('error', () => {}); // `close` follows
    const first = turn++ % machines.length;
    reach(page, [...machines.slice(first), ...machines.slice(0, first)]);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};
