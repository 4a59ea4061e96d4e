import type { RunEvent } from '../../lib/events/RunEvent';
import { textOnly } from '../../lib/operators/textOnly';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';

const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'two ' },
  c: { type: 'tool-call-delta', delta: '{"q":' },
  r: { type: 'reasoning-delta', delta: 'hm' },
  u: { type: 'text-delta', delta: 'mails' },
  n: { type: 'text-delta', delta: '' },
  s: { type: 'text-delta', delta: ' ' },
  d: { type: 'done' },
};
const texts = { T: 'two ', U: 'mails', S: ' ' };

describe('textOnly', () => {
  laws(textOnly);

  it(
    'is the text of the deltas, in order',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const events = cold(' --m--t--c--u--d--|', values);
      const subs = '       ^----------------!';
      const expected = '   -----T-----U-----|';
      expectObservable(events.pipe(textOnly())).toBe(expected, texts);
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it(
    'leaves out empty pieces, and nothing but empty ones',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --t-n-s-n-r-u-|', values);
      const expected = '   --T---S-----U-|';
      expectObservable(events.pipe(textOnly())).toBe(expected, texts);
    }),
  );
});
