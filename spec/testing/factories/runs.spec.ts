import type * as t from 'io-ts';
import {
  ApiError,
  createClient,
  isPlanApproval,
  planText,
  questions,
  type PermissionRequest,
} from 'm8tes-rx';
import { verifyWebhook } from 'm8tes-rx/server';
import * as kit from 'm8tes-rx/testing';
import { lastValueFrom } from 'rxjs';
import { Agent } from '../../../lib/api/agents';
import {
  PermissionRequest as PermissionRequestCodec,
  Run,
  RunCheck,
  RunFile,
  RunMessage,
  RunOutcome,
  Share,
} from '../../../lib/api/objects';
import { Task } from '../../../lib/api/tasks';
import { Trigger } from '../../../lib/api/triggers';
import { WebhookDelivery, WebhookEndpoint } from '../../../lib/api/webhooks';
import { webhookKinds } from '../../../lib/events/webhooks';
import { served } from '../served';

const objects: { readonly [name: string]: readonly [() => unknown, t.Mixed] } = {
  aRun: [kit.aRun, Run],
  aPermissionRequest: [kit.aPermissionRequest, PermissionRequestCodec],
  aQuestion: [kit.aQuestion, PermissionRequestCodec],
  aPlan: [kit.aPlan, PermissionRequestCodec],
  aRunMessage: [kit.aRunMessage, RunMessage],
  aRunOutcome: [kit.aRunOutcome, RunOutcome],
  aRunCheck: [kit.aRunCheck, RunCheck],
  aRunFile: [kit.aRunFile, RunFile],
  aShare: [kit.aShare, Share],
  anAgent: [kit.anAgent, Agent],
  aTask: [kit.aTask, Task],
  aTrigger: [kit.aTrigger, Trigger],
  aWebhookEndpoint: [kit.aWebhookEndpoint, WebhookEndpoint],
  aWebhookDelivery: [kit.aWebhookDelivery, WebhookDelivery],
};

describe('a factory', () => {
  it.each(Object.entries(objects))(
    '%s passes its codec, and nothing has to be mended',
    (_, row) => {
      const [make, codec] = row;
      const made = make();
      const read = JSON.parse(JSON.stringify(made)) as unknown;
      expect(codec.is(read)).toBe(true);
      expect(codec.decode(read)).toEqual({ _tag: 'Right', right: made });
      expect(make()).toEqual(made);
      expect(make()).not.toBe(made);
    },
  );

  it('is there for each object: what is called `a…` is in the table', () => {
    const made = Object.keys(kit).filter((name) => /^an?[A-Z]/.test(name));
    const others = ['aWebhookEvent', 'anError'];
    expect(made.sort()).toEqual([...Object.keys(objects), ...others].sort());
  });

  it('lets a test say what matters to it', () => {
    expect(kit.aRun({ status: 'failed', id: 7 })).toEqual({
      ...kit.aRun(),
      status: 'failed',
      id: 7,
    });
    expect(kit.aRunMessage({ content: 'Hi', role: 'user' })).toMatchObject({
      content: 'Hi',
      content_blocks: [{ type: 'text', text: 'Hi' }],
      role: 'user',
    });
  });

  it('is made of fields that the API sends', async () => {
    const { get, post, finished } = await served();
    await finished();
    for (const [made, sent] of [
      [kit.aRun(), (await get('/runs/123')).json],
      [kit.anAgent(), (await get('/agents/1')).json],
      [kit.aRunMessage(), (await get('/runs/123/messages')).items[0]],
      [kit.aRunOutcome(), (await get('/runs/123/outcome')).json],
      [kit.aRunCheck(), (await get('/runs/check')).json],
      [kit.aShare(), (await post('/runs/123/share')).json],
      [kit.aWebhookEndpoint(), (await post('/webhooks/', { url: 'http://127.0.0.1:1/' })).json],
    ]) {
      expect(Object.keys(sent!)).toEqual(expect.arrayContaining(Object.keys(made!)));
    }
  });
});

describe('aQuestion and aPlan', () => {
  const asked = (request: PermissionRequest) => questions(request).map(({ question }) => question);

  it('are read as what they are', () => {
    expect(asked(kit.aQuestion('Which?', ['a', 'b']))).toEqual(['Which?']);
    expect(isPlanApproval(kit.aQuestion())).toBe(false);
    expect(isPlanApproval(kit.aPlan('1. Look'))).toBe(true);
    expect(planText(kit.aPlan('1. Look'))).toBe('1. Look');
  });
});

describe('aWebhookEvent', () => {
  it.each(webhookKinds)('%s is a delivery, once it is signed', async (kind) => {
    const secret = 'whsec_spec';
    const event = kit.aWebhookEvent(kind);
    const { body, headers } = await kit.signWebhook(event, secret);
    expect(await verifyWebhook({ body, headers: { ...headers }, secret })).toEqual(event);
    expect(headers['webhook-id']).toBe(event.id);
    expect(Run.is(event.data)).toBe(true);
  });
});

describe('anError', () => {
  it.each([
    [401, 'unauthorized'],
    [402, 'billing'],
    [403, 'forbidden'],
    [404, 'missing'],
    [409, 'conflict'],
    [422, 'invalid'],
    [429, 'rate-limit'],
    [500, 'server'],
  ])('is the body of a %d, as a client reads it', async (status, kind) => {
    const fetch = async () => Response.json(kit.anError(status, 'So it is', 'a_code'), { status });
    const client = createClient({ fetch, apiKey: 'm8_test', retries: { count: 0 } });
    const failed = lastValueFrom(client.runs.get(1)).catch((error: unknown) => error);
    expect(await failed).toBeInstanceOf(ApiError);
    expect(await failed).toMatchObject({ status, kind, code: 'a_code', requestId: 'req_1' });
    expect(kit.anError(status)).toMatchObject({ error: { message: `Error ${status}` } });
  });
});
