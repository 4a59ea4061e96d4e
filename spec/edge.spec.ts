/**
 * The doors for a server, on an edge: bundled for no platform, and opened where there is nothing but
 * the language and what the web gives. (A name of Node that they came to lean on is missed there.)
 */
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { events, type RunEvent } from 'm8tes-rx';
import type * as relays from 'm8tes-rx/relay';
import type * as server from 'm8tes-rx/server';
import { signWebhook } from 'm8tes-rx/testing';
import { lastValueFrom, of, toArray } from 'rxjs';

const root = join(__dirname, '..');

/** What every edge has. No `process`, no `Buffer`, no `require`. */
const web = {
  ...{ AbortController, AbortSignal, Headers, ReadableStream, Request, Response, URL },
  ...{ ByteLengthQueuingStrategy, TextDecoder, TextEncoder, crypto, fetch },
  ...{ clearInterval, clearTimeout, queueMicrotask, setInterval, setTimeout },
};

const opened = async (door: string): Promise<{ readonly [name: string]: unknown }> => {
  const { outputFiles, warnings } = await build({
    entryPoints: [join(root, 'lib', door, 'index.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'door',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  return runInContext(`${outputFiles[0]!.text}; door`, createContext({ ...web })) as never;
};

describe('on an edge', () => {
  it('m8tes-rx/server verifies a webhook', async () => {
    const { verifyWebhook } = (await opened('server')) as unknown as typeof server;
    const secret = 'whsec_test';
    const event = { type: 'run.completed', run_id: 123 };
    const { body, headers } = await signWebhook(event, secret);
    const bytes = new TextEncoder().encode(body);
    for (const raw of [body, bytes, bytes.buffer]) {
      const given = { body: raw, headers: new Headers({ ...headers }) };
      expect(await verifyWebhook({ ...given, secret })).toEqual(event);
      const forged = verifyWebhook({ ...given, secret: 'whsec_other' });
      await expect(forged).rejects.toHaveProperty('name', 'SignatureError');
    }
  });

  it('m8tes-rx/relay relays a run', async () => {
    const run: readonly RunEvent[] = [{ type: 'text-delta', delta: 'Here' }, { type: 'done' }];
    const { relay } = (await opened('relay')) as unknown as typeof relays;
    const response = relay(of(...run));
    expect(await lastValueFrom(of(response).pipe(events(), toArray()))).toEqual(run);
  });
});
