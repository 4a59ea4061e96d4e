import { join } from 'node:path';
import { of, type Observable } from 'rxjs';
import { InvalidArgumentError } from '../../lib/errors';
import { eventTypes, type EventOf, type RunEvent } from '../../lib/events/RunEvent';
import { ofType } from '../../lib/operators/ofType';
import { strict } from '../../lib/operators/strict';
import { rows, types } from '../events/protocol';
import { editor } from '../helpers/editor';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';

const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'hi' },
  e: { type: 'error', error: 'no' },
  d: { type: 'done' },
};

describe('ofType', () => {
  laws(() => ofType('text-delta', 'done'));

  it(
    'passes the events of the given types',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const events = cold(' --m--t--e--t--d--|', values);
      const subs = '       ^----------------!';
      const expected = '   -----t--e--t-----|';
      expectObservable(events.pipe(ofType('text-delta', 'error'))).toBe(expected, values);
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it.each<[unknown, string]>([
    ['text_delta', "type 'text_delta' is none; did you mean 'text-delta'?"],
    ['toolCallStart', "type 'toolCallStart' is none; did you mean 'tool-call-start'?"],
    ['DONE', "type 'DONE' is none; did you mean 'done'?"],
    ['sandbox-unavailable', "did you mean 'SANDBOX_UNAVAILABLE'?"],
    ['weather', "type 'weather' is none"],
    ['constructor', "type 'constructor' is none"],
    ['', "type '' is none"],
    [undefined, "type 'undefined' is none"],
    [7, "type '7' is none"],
    [['done'], "type 'done' is none"],
    ['a\u0000b', "type 'a\uFFFDb' is none"],
    ['b'.repeat(100), `type '${'b'.repeat(64)}…' is none`],
  ])('refuses from JavaScript a type that no event is of: %j', (type, message) => {
    const make = () => ofType('done', type as 'done');
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(expect.objectContaining({ argument: 'type' }));
    expect(make).toThrow(message);
  });

  it('takes every type that there is', () => {
    for (const type of eventTypes()) expect(() => ofType(type)).not.toThrow();
  });

  it('types what it passes', () => {
    const run$ = of(...Object.values(values));
    const narrow: Observable<EventOf<'text-delta' | 'error'>> = run$.pipe(
      ofType('text-delta', 'error'),
    );
    const errors: string[] = [];
    narrow.pipe(ofType('error')).subscribe(({ error }) => errors.push(error));
    expect(errors).toEqual(['no']);
    ofType('ping') satisfies (source: Observable<RunEvent>) => Observable<EventOf<'ping'>>;
    ofType('done') satisfies (source: Observable<RunEvent>) => Observable<EventOf<'done'>>;

    // @ts-expect-error: an event of one type is no event of another
    run$.pipe(ofType('text-delta')) satisfies Observable<EventOf<'done'>>;
    // @ts-expect-error: misspelt
    expect(() => run$.pipe(ofType('text_delta'))).toThrow(InvalidArgumentError);
    // @ts-expect-error: no type at all
    run$.pipe(ofType());
    // @ts-expect-error: there is no `done` among them
    narrow.pipe(ofType('done'));
    // @ts-expect-error: nor a `malformed` after `strict()`
    run$.pipe(strict(), ofType('malformed'));
  });

  describe('in an editor', () => {
    const file = join(__dirname, 'typed.ts');
    const typed = [
      "import { createClient, ofType } from 'm8tes-rx';",
      'const { runs } = createClient();',
      "const quiet = runs.create({ message: 'hi', stream: false });",
      "runs.create({ message: 'hi' }).pipe(ofType(''));",
    ].join('\n');
    const service = editor(file, typed);
    const at = (text: string) => typed.indexOf(text) + text.length;

    it('offers the types that are acted on, the text first, and no housekeeping', () => {
      const offered = service
        .getCompletionsAtPosition(file, at("ofType('"), {})!
        .entries.map(({ name }) => name);
      const acted = types.filter((type) => !rows[type]!.does.includes('housekeeping'));
      expect(offered[0]).toBe('text-delta');
      expect([...offered].sort()).toEqual([...acted, 'unknown', 'malformed', 'output'].sort());
      expect(offered).not.toContain('RUNNER_DIAG');
    });

    it('shows an object of the API by its name', () => {
      const { displayParts = [] } = service.getQuickInfoAtPosition(file, at('const qui'))!;
      const shown = displayParts.map(({ text }) => text).join('');
      expect(shown).toBe('const quiet: Observable<Run>');
    });
  });
});
