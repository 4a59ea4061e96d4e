import { from } from 'rxjs';
import { noDone } from '../../../lib/testing/faults/noDone';
import { frameLine } from '../../../lib/testing/frameLine';
import { aDelta, aLine, heard } from '../lines';

describe('noDone', () => {
  it('leaves out done and the end marker', () => {
    const done = frameLine({ type: 'done', stop_reason: 'end_turn' });
    const { lines } = heard(from([aDelta('done'), done, aLine('data: [DONE]\n\n')]).pipe(noDone));
    expect(lines).toEqual(['data: {"type": "text-delta", "delta": "done"}\n\n']);
  });
});
