import { text } from 'm8tes-rx/testing';
import { follow } from '../../../lib/testing/runs/follow';
import { submit } from '../../../lib/testing/runs/submit';
import { aCall, aRun, aWorld } from '../held';
import { heard } from '../lines';
import { eventsIn, saidIn, until } from '../served';

describe('follow', () => {
  it.each([
    [0, 'hello more '],
    [1, 'more '],
  ])('from turn %d on is what was said, then live, then the next turns', async (index, said) => {
    const call = aCall({ world: aWorld(({ message }) => text(`${message} `)) });
    const held = aRun(call);
    submit(held, 'more', call.world);
    await until(() => held.turns.length === 2);
    const log = heard(follow(held, index));
    expect(log.ended).toBe('no');
    await until(() => log.ended === 'body');
    expect(saidIn(eventsIn(log.lines.join('')))).toBe(said);
  });
});
