import { approval, question, type Ask } from 'm8tes-rx/testing';
import { asksPeople } from '../held';
import { served } from '../served';

const paused = async (meanwhile: Ask['meanwhile']) => {
  const { start, reached, get, post } = await served({
    script: () => approval({ tool_name: 'gmail_send', meanwhile }),
  });
  await start(asksPeople);
  await reached(123, 'awaiting_approval');
  const [request] = (await get('/runs/123/permissions')).items;
  expect(request).toMatchObject({ status: 'pending' });
  const approve = (decision: string) =>
    post('/runs/123/approve', { request_id: request!['request_id'], decision });
  return { approve, reached };
};

const code = (error_code: string) => ({ error: { details: { error_code } } });

describe('meanwhile', () => {
  it('cancels a gate under the caller: gate_cancelled, and the run goes on', async () => {
    const { approve, reached } = await paused('cancelled');
    expect(await approve('allow')).toMatchObject({ status: 404, json: code('gate_cancelled') });
    await reached(123);
  });

  it('lets another approver decide the opposite: gate_resolved_otherwise', async () => {
    const { approve, reached } = await paused('allow');
    expect(await approve('deny')).toMatchObject({
      status: 404,
      json: code('gate_resolved_otherwise'),
    });
    await reached(123);
    expect(await approve('deny')).toMatchObject({ json: code('gate_resolved_otherwise') });
  });

  it('lets another approver decide the same: that is no refusal', async () => {
    const { approve } = await paused('deny');
    expect(await approve('deny')).toMatchObject({ status: 200, json: { status: 'denied' } });
  });

  it('ends the run with the gate open: run_not_active', async () => {
    const { approve, reached } = await paused('ended');
    expect(await approve('allow')).toMatchObject({ status: 409, json: code('run_not_active') });
    await reached(123);
  });

  it('cancels a question under the caller: the run waits for no answer', async () => {
    const { start, reached, post } = await served({
      script: () => question({ question: 'Sure?', meanwhile: 'cancelled' }),
    });
    await start({ human_in_the_loop: true });
    await reached(123, 'awaiting_approval');
    expect(await post('/runs/123/answer', { answers: { 'Sure?': 'yes' } })).toMatchObject({
      status: 409,
    });
    await reached(123);
  });
});
