import { write } from '../../../lib/testing/runs/write';
import { aCall, aRun } from '../held';

describe('write', () => {
  it('adds to the transcript, in sequence', () => {
    const call = aCall();
    const held = aRun(call);
    write(held, 'assistant', 'hi', call.world);
    expect(held.messages).toMatchObject([
      { run_id: 123, sequence: 1, role: 'user', content: 'hello' },
      { sequence: 2, role: 'assistant', content_blocks: [{ type: 'text', text: 'hi' }] },
    ]);
  });
});
