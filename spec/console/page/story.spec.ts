import type { RunEvent } from 'm8tes-rx';
import { run } from 'm8tes-rx/testing';
import { concat, from, lastValueFrom, tap, throwError, toArray } from 'rxjs';
import { story, type Told } from '../../../lib/console/page/story';

const told = (events: Iterable<RunEvent>): Promise<readonly Told[]> =>
  lastValueFrom(from(events).pipe(story(), toArray()));
const last = async (events: Iterable<RunEvent>): Promise<Told> => (await told(events)).at(-1)!;
const kinds = ({ blocks }: Told): readonly string[] => blocks.map(({ kind }) => kind);

describe('story', () => {
  it('tells what a run did, in order', async () => {
    const answered = run()
      .event({ type: 'sandbox-connecting', message: 'Starting' })
      .event({ type: 'sandbox-connected', duration_ms: 180 })
      .thinking('First ', 'the mail.')
      .text('I look. ')
      .tool({ name: 'gmail_search', result: [] })
      .tool({ name: 'linear_search', result: [] })
      .plan('1. Answer')
      .text('Nothing ', 'is open.')
      .done();
    const state = await last(answered);
    expect(state.blocks).toEqual([
      { kind: 'turn', turn: 0 },
      { kind: 'sandbox', text: 'Sandbox ready after 180 ms', isOver: true },
      { kind: 'thinking', text: 'First the mail.', isOver: true },
      { kind: 'text', text: 'I look. ', isOver: true },
      { kind: 'tools', toolCallIds: ['tc_1', 'tc_2'] },
      { kind: 'plan', text: '1. Answer', isOver: true },
      { kind: 'text', text: 'Nothing is open.', isOver: true },
    ]);
    expect(state).toMatchObject({ isOver: true, asked: 0, result: { status: 'completed' } });
  });

  it('keeps what has not changed', async () => {
    const states = await told(run().text('a', 'b').text('c'));
    const turn = states[0]!.blocks[0];
    expect(new Set(states.map(({ blocks }) => blocks[0]))).toEqual(new Set([turn]));
    expect(await told([{ type: 'ping' }, { type: 'ping' }])).toHaveLength(2);
  });

  it('begins another turn with what only one says', async () => {
    const events = run().text('One.').done().metadata({ usage: {} }).text('Two.').done();
    const state = await last(events);
    expect(kinds(state)).toEqual(['turn', 'text', 'turn', 'text']);
    expect(state.blocks[2]).toEqual({ kind: 'turn', turn: 1 });
    expect((await last(run().done().metadata({ usage: {} }))).isOver).toBe(true);
  });

  it('has one place for each request, and tells that the list of them has changed', async () => {
    const state = await last(
      run()
        .ask({ tool_name: 'mail' })
        .ask({ tool_name: 'mail' })
        .event({ type: 'permission_request', request_id: 'req_1' })
        .event({ type: 'permission_resolved', request_id: 'req_1' }),
    );
    expect(state.blocks.slice(1)).toEqual([
      { kind: 'ask', request_id: 'req_1' },
      { kind: 'ask', request_id: 'req_2' },
    ]);
    expect(state.asked).toBe(6);
  });

  it('shows a list of as many things to do in its place, and another one anew', async () => {
    const state = await last(
      run()
        .todo({ content: 'a', status: 'pending' })
        .text('…')
        .todo({ content: 'a', status: 'completed' })
        .todo({ content: 'a', status: 'completed' }, { content: 'b' }),
    );
    expect(state.blocks).toMatchObject([
      { kind: 'turn' },
      { kind: 'todos', todos: [{ status: 'completed' }] },
      { kind: 'text' },
      { kind: 'todos', todos: [{}, { content: 'b' }] },
    ]);
  });

  it('tells what went wrong where it did', async () => {
    const failed = await last(run().text('a').error('Hm').text('b').failure('Gone').events());
    expect(kinds(failed)).toEqual(['turn', 'text', 'error', 'text', 'error']);
    expect(failed.blocks[4]).toEqual({ kind: 'error', index: 1 });
    expect(failed.result.errors.map((error) => error.text)).toEqual(['Hm', 'Gone']);
    expect(failed.isOver).toBe(true);
    const noted = await last(run().event({ type: 'mcp_error' }).cancelled());
    expect(kinds(noted)).toEqual(['turn', 'notice']);
    expect(noted).toMatchObject({ isOver: true, result: { status: 'cancelled' } });
  });

  it('joins sections of thinking, and says nothing of what is empty', async () => {
    const state = await last(run().thinking('a').thinking('b').thinking('').text('', ''));
    expect(state.blocks.slice(1)).toMatchObject([{ kind: 'thinking', text: 'a\n\nb' }]);
  });

  it('takes calls without an id for one, and whatever else comes as it comes', async () => {
    const state = await last([
      { type: 'tool-result-end', result: 1 },
      { type: 'tool-call-start', toolName: 'x' },
      { type: 'unknown', name: '__proto__', raw: {} },
      { type: 'malformed', data: '', problems: [] },
    ]);
    expect(state.blocks.slice(1)).toEqual([{ kind: 'tools', toolCallIds: [''] }]);
    expect(state.result.malformed).toBe(1);
  });

  it('is over with its source, also when that breaks', async () => {
    const seen: Told[] = [];
    const broken = concat(
      run().text('a'),
      throwError(() => new Error('cut')),
    );
    await expect(
      lastValueFrom(
        broken.pipe(
          story(),
          tap((state) => seen.push(state)),
        ),
      ),
    ).rejects.toThrow('cut');
    expect(seen.at(-1)!.result.text).toBe('a');
  });
});
