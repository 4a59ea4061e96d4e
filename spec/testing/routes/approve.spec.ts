import { approval } from 'm8tes-rx/testing';
import { asksPeople } from '../held';
import { served } from '../served';

const waiting = async () => {
  const all = await served({ script: () => approval({ tool_name: 'gmail_send' }) });
  await all.start(asksPeople);
  await all.reached(123, 'awaiting_approval');
  const [request] = (await all.get('/runs/123/permissions')).items;
  const { request_id } = request!;
  const approve = (body: Record<string, unknown>) =>
    all.post('/runs/123/approve', { request_id, ...body });
  return { ...all, approve };
};

describe('approve', () => {
  it('answers with the request, decided', async () => {
    const { approve, reached } = await waiting();
    expect(await approve({ decision: 'allow', remember: false })).toMatchObject({
      status: 200,
      json: { status: 'allowed', tool_name: 'gmail_send', resumed: true },
    });
    await reached(123);
  });

  it('takes the same decision again, and never the opposite one', async () => {
    const { approve, reached } = await waiting();
    await approve({ decision: 'deny' });
    await reached(123);
    expect(await approve({ decision: 'deny' })).toMatchObject({ json: { status: 'denied' } });
    expect(await approve({ decision: 'allow' })).toMatchObject({
      status: 404,
      json: { error: { details: { error_code: 'gate_resolved_otherwise' } } },
    });
  });

  it('refuses a decision other than allow and deny: 422', async () => {
    const { approve } = await waiting();
    expect((await approve({ decision: 'maybe' })).status).toBe(422);
    expect((await approve({})).status).toBe(422);
  });

  it('is 404 for an unknown request', async () => {
    const { approve } = await waiting();
    const { status } = await approve({ request_id: 'req_none', decision: 'allow' });
    expect(status).toBe(404);
  });

  it('is 409 for a request still open when the run was cancelled', async () => {
    const { approve, post } = await waiting();
    await post('/runs/123/cancel');
    expect(await approve({ decision: 'allow' })).toMatchObject({
      status: 409,
      json: { error: { details: { error_code: 'run_not_active' } } },
    });
  });
});
