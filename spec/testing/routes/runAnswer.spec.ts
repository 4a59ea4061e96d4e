import { runAnswer } from '../../../lib/testing/routes/runAnswer';
import { aRun, aWorld } from '../held';
import { heard } from '../lines';

describe('runAnswer', () => {
  const held = aRun();

  it('is the record, with what only this answer says', () => {
    const fields = { delivery: 'queued' } as const;
    const answer = runAnswer(held, false, aWorld(), fields);
    expect(JSON.parse(heard(answer.body).lines.join(''))).toEqual({ ...held.record, ...fields });
    expect(answer.made).toEqual({ held, fields });
  });

  it('is the stream', () => {
    expect(runAnswer(held, true, aWorld())).toMatchObject({ stream: true, made: { held } });
  });
});
