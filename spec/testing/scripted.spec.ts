import { run, text, type Script, type Turn } from 'm8tes-rx/testing';
import { isScripted, played } from '../../lib/testing/scripted';

const turnOf = (id: number) => ({ message: '', turn: 0, run: { id } }) as Turn;

describe('played', () => {
  it('plays the next of the scripts with each run, then the last', () => {
    const script = played([() => text('one'), run().text('two')]);
    const said = [123, 124, 125, 126].map((id) => JSON.stringify(script(turnOf(id))));
    expect(said[0]).toContain('one');
    expect(said.slice(1).every((steps) => steps.includes('two'))).toBe(true);
  });
});

describe('isScripted', () => {
  it.each([
    [() => [], true],
    [run(), true],
    [undefined, false],
    [null, false],
    ['text', false],
    [{ script: [] }, false],
  ])('%#', (given, is) => {
    expect(isScripted(given as Script)).toBe(is);
  });
});
