import { createHmac } from 'node:crypto';
import { InvalidArgumentError } from 'm8tes-rx';
import { verifyWebhook } from 'm8tes-rx/server';
import { signWebhook } from 'm8tes-rx/testing';

describe('signWebhook', () => {
  const secret = 'whsec_spec';

  it('is signed as the contract says', async () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    const { body, headers } = await signWebhook('{"a":"ü"}', secret, { id: 'evt_7', at });
    const hex = createHmac('sha256', secret).update('evt_7.1767323045.{"a":"ü"}').digest('hex');
    expect(body).toBe('{"a":"ü"}');
    expect(headers).toEqual({
      'content-type': 'application/json',
      'webhook-id': 'evt_7',
      'webhook-timestamp': '1767323045',
      'webhook-signature': `v1=${hex}`,
    });
  });

  it('is taken by verifyWebhook, now; and not with another secret, nor later', async () => {
    const event = { type: 'run.completed', id: 'evt_9', run_id: 123 };
    const { body, headers } = await signWebhook(event, secret);
    expect(headers['webhook-id']).toBe('evt_9');
    const given = { body, headers: { ...headers } };
    expect(await verifyWebhook({ ...given, secret })).toEqual(event);
    await expect(verifyWebhook({ ...given, secret: 'whsec_other' })).rejects.toThrow(
      'Webhook-Signature',
    );
    const now = new Date(Date.now() + 3_600_000);
    await expect(verifyWebhook({ ...given, secret, now })).rejects.toThrow('Webhook-Timestamp');
  });

  it.each(['', undefined])('refuses %j as a secret', async (none) => {
    await expect(signWebhook('{}', none as string)).rejects.toThrow(InvalidArgumentError);
  });
});
