import { NEVER } from 'rxjs';
import { runStream } from '../../../lib/testing/routes/runStream';
import { aRun, aWorld } from '../held';
import { heard } from '../lines';

describe('runStream', () => {
  it.each([
    ['open', 'no'],
    ['hang-up', 'body'],
  ] as const)(
    'at a pause of a server whose streams %s there, the end has come: %s',
    (pauses, end) => {
      const held = aRun();
      const log = heard(runStream(held, NEVER, { ...aWorld(), pauses }).body);
      held.paused.next();
      expect(log.ended).toBe(end);
    },
  );
});
