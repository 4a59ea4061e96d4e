import { firstValueFrom, lastValueFrom, filter, repeat } from 'rxjs';
import { verifyWebhook } from 'm8tes-rx/server';
import { text } from 'm8tes-rx/testing';
import { told } from '../http/holding';
import { receiving } from '../testing/receiving';
import { calling } from './calling';

describe('webhooks, on a real server', () => {
  it('are delivered, and verified with the secret that was told once', async () => {
    const { url, arrived } = await receiving();
    const { client } = await calling({ script: () => text('Hi') });
    const { webhooks, runs } = client;
    const { id, secret = '' } = await lastValueFrom(
      webhooks.create({ url, events: ['run.completed'] }),
    );
    const run = await lastValueFrom(runs.createAndWait({ message: 'hello' }, { interval: 1 }));

    const delivery = await firstValueFrom(
      webhooks.deliveries(id).pipe(
        repeat({ delay: 1 }),
        filter(({ status }) => status !== 'pending'),
      ),
    );
    expect(delivery).toMatchObject({
      webhook_endpoint_id: id,
      event_type: 'run.completed',
      run_id: run.id,
      status: 'success',
      response_status_code: 204,
      attempts: 1,
    });
    const { headers, body } = arrived[0]!;
    expect(headers['webhook-id']).toBe(delivery.event_id);
    expect(await verifyWebhook({ headers, body, secret })).toMatchObject({
      type: 'run.completed',
      run_id: run.id,
    });
  });

  it('get a new secret, rest, and are taken away', async () => {
    const { client } = await calling();
    const { create, get, update, list, delete: remove } = client.webhooks;
    const made = await lastValueFrom(create({ url: 'https://example.com/' }));
    const masked = await lastValueFrom(get(made.id));
    expect(masked.secret).not.toBe(made.secret);
    expect((await told(list())).values).toEqual([masked]);
    const rotated = await lastValueFrom(update(made.id, { rotate_secret: true, active: false }));
    expect(rotated).toMatchObject({ active: false, secret: expect.stringMatching(/^whsec_\w+$/) });
    expect(rotated.secret).not.toBe(made.secret);
    expect(await told(remove(made.id))).toEqual({ values: [] });
    expect((await told(list())).values).toEqual([]);
  });
});
