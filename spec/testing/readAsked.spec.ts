import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { readAsked } from '../../lib/testing/readAsked';

describe('readAsked', () => {
  it('reads to the end', async () => {
    const sent = { method: 'POST', url: '/x', headers: { host: 'h' } };
    const request = Object.assign(Readable.from([Buffer.from('a'), Buffer.from('b')]), sent);
    expect(await readAsked(request as unknown as IncomingMessage)).toEqual({
      ...sent,
      bytes: Buffer.from('ab'),
    });
  });
});
