import { approval, question, together } from 'm8tes-rx/testing';
import { asksPeople } from '../held';
import { served } from '../served';

const path = '/runs/123/permission-mode';

describe('permissionMode', () => {
  it('set to autonomous allows what is pending, and resumes the run', async () => {
    const { start, reached, call, get } = await served({
      script: () => approval({ tool_name: 'gmail_send' }),
    });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    const { json } = await call('PATCH', path, { permission_mode: 'autonomous' });
    expect(json).toMatchObject({ permission_mode: 'autonomous' });
    await reached(123);
    expect((await get('/runs/123/permissions')).items).toMatchObject([{ status: 'allowed' }]);
  });

  it('lets questions wait', async () => {
    const { start, reached, call, get, post } = await served({
      script: function* () {
        yield* together(approval({ tool_name: 'gmail_send' }), question({ question: 'Sure?' }));
      },
    });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    await call('PATCH', path, { permission_mode: 'autonomous' });
    expect((await get('/runs/123/permissions')).items).toMatchObject([
      { status: 'allowed' },
      { status: 'pending' },
    ]);
    expect((await get('/runs/123')).json).toMatchObject({ status: 'awaiting_approval' });
    await post('/runs/123/answer', { answers: { 'Sure?': 'yes' } });
    await reached(123);
  });

  it('holds for what the run asks later', async () => {
    const { start, call, reached } = await served({
      script: function* () {
        yield* question({ question: 'Sure?' });
        yield* approval({ tool_name: 'gmail_send' });
      },
    });
    await start({ human_in_the_loop: true });
    await reached(123, 'awaiting_approval');
    expect((await call('PATCH', path, { permission_mode: 'approval' })).status).toBe(200);
    expect((await call('POST', '/runs/123/answer', { answers: { a: 'b' } })).json).toEqual({
      status: 'ok',
      resumed: true,
    });
    await reached(123, 'awaiting_approval');
  });

  it('refuses an unknown mode', async () => {
    const { start, call } = await served();
    await start();
    expect((await call('PATCH', path, { permission_mode: 'yolo' })).status).toBe(422);
    expect((await call('PATCH', path, {})).status).toBe(422);
  });
});
