import { createClient } from 'm8tes-rx';
import { approval, plan, question, text, together } from 'm8tes-rx/testing';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { KEY, served, typed } from './commanding';

jest.setTimeout(60_000);

const asked = async (script: Parameters<typeof served>[0] & object) => {
  const { server, env } = await served(script);
  return { server, child: typed({ env: { ...env, NO_COLOR: '1' } }, 'run', 'go') };
};

const times = (text: string, part: string) => text.split(part).length - 1;

describe('m8tes-rx run, in a terminal', () => {
  it('shows what a tool does, never what it is called, and asks until it is answered', async () => {
    const { child } = await asked({
      script: function* () {
        const { decision, remember } = yield* approval({
          ...{ tool_name: 'harmless', tool_input: { a: 1 }, display_name: 'Delete the account' },
          ...{ consequence: 'It cannot be undone.', prose: 'Line one\nLine two' },
          fields: [
            ['Account', 'ac\u001b[2Jme'],
            ['Rights', { toString: 1, of: ['all'] } as unknown as string],
            ['Why', `${'because '.repeat(30)}the end`],
          ],
        });
        yield* text(decision, ` ${remember}`);
      },
    });
    await child.says('> ');
    expect(child.stderr()).toBe(
      [
        '? Delete the account',
        '  It cannot be undone.',
        '  Account  ac[2Jme',
        '  Rights  {"toString":1,"of":["all"]}',
        `  Why  ${'because '.repeat(30)}the end`,
        '  Line one',
        '  Line two',
        '  y allow · n deny, or n and why',
        '> ',
      ].join('\n'),
    );
    for (const [i, answer] of ['', 'perhaps', 'a', 'always'].entries()) {
      child.type(`${answer}\n`);
      await child.says(new RegExp(`(?:> [^]*){${i + 2}}`));
    }
    child.type('y\n');
    expect(await child.outcome).toMatchObject({ code: 0, stdout: 'allow false\n' });
    expect(child.stderr()).not.toContain('harmless');
  });

  it.each([
    ['yes', 'allow false undefined'],
    ['A', 'allow true undefined'],
    ['no', 'deny false undefined'],
    ['n: not today', 'deny false not today'],
    ['No, never', 'deny false never'],
  ])('takes %j for an answer', async (answer, outcome) => {
    const { child } = await asked({
      script: function* () {
        const verdict = yield* approval({ tool_name: 'mail', can_remember: true });
        yield* text(`${verdict.decision} ${verdict.remember} ${verdict.reason}`);
      },
    });
    await child.says('a allow always');
    child.type(`${answer}\n`);
    expect((await child.outcome).stdout).toBe(`${outcome}\n`);
  });

  it.each([
    [false, '2', 'B'],
    [false, 'something else', 'something else'],
    [false, '1,2', '1,2'],
    [false, '9', '9'],
    [true, '1, 3', 'A, C'],
  ])(
    'asks a question with its options (several: %s): %j is %j',
    async (multiSelect, answer, label) => {
      const { child } = await asked({
        script: function* () {
          const options = ['A', 'B', 'C'];
          yield* text(yield* question({ question: 'Which?', options, multiSelect }));
        },
      });
      await child.says('> ');
      expect(child.stderr()).toContain('? Which?\n  1 A\n  2 B\n  3 C\n');
      child.type('\n');
      await child.says(/> [^]*> /);
      child.type(`${answer}\n`);
      expect((await child.outcome).stdout).toBe(`${label}\n`);
    },
  );

  it.each([
    ['y', 'true Approve'],
    ['less of it', 'false Revise: less of it'],
  ])('lays out a plan, and takes %j for an answer', async (answer, outcome) => {
    const { child } = await asked({
      script: function* () {
        const { approved, answer: given } = yield* plan('1. One\n2. Two');
        yield* text(`${approved} ${given}`);
      },
    });
    await child.says('> ');
    expect(child.stderr()).toContain('? The plan\n  1. One\n  2. Two\n');
    child.type(`${answer}\n`);
    expect((await child.outcome).stdout).toBe(`${outcome}\n`);
  });

  it('asks one thing after the other, and lets go of what is settled elsewhere', async () => {
    const { server, child } = await asked({
      script: function* () {
        const [first, second] = yield* together(
          approval({ tool_name: 'one', display_name: 'The first' }),
          approval({ tool_name: 'two', display_name: 'The second' }),
        );
        yield* text(`${first.decision} ${second.decision}`);
      },
    });
    await child.says('> ');
    expect(child.stderr()).not.toContain('The second');
    const { runs } = createClient({ baseUrl: server.url, apiKey: KEY });
    const { request_id } = await firstValueFrom(runs.permissions(123));
    await lastValueFrom(runs.approve(123, { request_id, decision: 'deny' }));
    await child.says('The second');
    child.type('y\n');
    expect(await child.outcome).toMatchObject({ code: 0, stdout: 'deny allow\n' });
    expect(times(child.stderr(), '> ')).toBe(2);
  });

  it('leaves at Ctrl-C while it asks, and when nobody types any more', async () => {
    const options = {
      script: function* () {
        yield* text((yield* approval({ tool_name: 'mail', display_name: 'Mail' })).decision);
      },
    };
    const left = await asked(options);
    await left.child.says('> ');
    left.child.signal('SIGINT');
    expect(await left.child.outcome).toMatchObject({ code: 130, stdout: '' });
    expect(left.child.stderr()).toMatch(/\n> \nLeft; run 123 goes on\./);
    expect(left.server.runs()[0]?.status).toBe('awaiting_approval');

    const ended = await asked(options);
    await ended.child.says('> ');
    ended.child.endTyping();
    expect(await ended.child.outcome).toMatchObject({ code: 5, stdout: '' });
    expect(ended.child.stderr()).toMatch(/\n> \nm8tes-rx: run 123 asks whether it may: Mail,/);
  });
});
