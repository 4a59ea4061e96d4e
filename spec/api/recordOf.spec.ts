import { firstValueFrom, of } from 'rxjs';
import type { Run } from '../../lib/api/objects';
import { recordOf } from '../../lib/api/recordOf';
import type { Turn } from '../../lib/stream/trim';
import { told } from '../http/holding';
import { aRun, json, limits, sending } from './answering';

const record = async (
  run: Partial<Run>,
  messages: readonly object[] = [],
  turn: Turn = 'first',
  user_id?: string,
) => {
  const { send, asked } = sending(({ path }) =>
    of(json(path.endsWith('/messages') ? messages : aRun(run))),
  );
  const ended = await firstValueFrom(recordOf({ send, limits }, 7, turn, user_id));
  return { ended, asked };
};
const said = (role: string, content: unknown) => ({ role, content });

describe('recordOf', () => {
  it.each([
    ['running', false],
    ['awaiting_approval', false],
    ['paused', false],
    ['completed', true],
    ['failed', true],
    ['cancelled', true],
    ['closed', true],
  ])('of a run that is %s is over: %j', async (status, isOver) => {
    const { ended } = await record({ status });
    expect(ended).toMatchObject({ isOver, run: aRun({ status }) });
  });

  it.each<[string, Partial<Run>, object[]]>([
    [
      'that completed',
      { status: 'completed', stop_reason: 'end_turn' },
      [{ type: 'done', stop_reason: 'end_turn' }],
    ],
    ['that was closed', { status: 'closed' }, [{ type: 'done' }]],
    ['that was cancelled', { status: 'cancelled' }, [{ type: 'cancelled' }]],
    [
      'that failed',
      { status: 'failed', error: 'No credits', error_code: 'billing' },
      [{ type: 'error', error: 'No credits', error_code: 'billing' }, { type: 'done' }],
    ],
    [
      'that failed without a word',
      { status: 'failed' },
      [{ type: 'error', error: 'Unknown error' }, { type: 'done' }],
    ],
    [
      'that completed, but failed upstream',
      { status: 'completed', error_code: 'upstream' },
      [{ type: 'error', error: 'Unknown error', error_code: 'upstream' }, { type: 'done' }],
    ],
  ])('ends a run %s', async (_, run, ending) => {
    expect((await record(run)).ended.ending).toEqual(ending);
  });

  it.each<[Partial<Run>, object]>([
    [{}, { run_id: 7 }],
    [{ usage: { total_tokens: 9 } }, { run_id: 7, usage: { total_tokens: 9 } }],
  ])('tells whose it is, and its usage: %j', async (run, payload) => {
    expect((await record(run)).ended.metadata).toEqual({ type: 'metadata', payload });
  });

  it.each<[string, Partial<Run>, readonly object[], readonly string[]]>([
    [
      'its output, then its transcript',
      { output: 'out' },
      [said('user', 'q'), said('assistant', 'spoken')],
      ['out', 'spoken'],
    ],
    ['nothing', {}, [], ['']],
    [
      'what was said, where there is no output',
      {},
      [said('user', 'q'), said('assistant', 'half')],
      ['half'],
    ],
    [
      'the last turn only',
      { output: 'b' },
      [
        said('user', '1'),
        said('assistant', 'a'),
        said('user', '2'),
        said('assistant', 'b1'),
        said('tool', 'x'),
        said('assistant', 'b2'),
      ],
      ['b', 'b1b2'],
    ],
    [
      'only what is text',
      { output: '' },
      [said('assistant', [{ text: 'x' }]), said('assistant', 'y')],
      ['y'],
    ],
  ])('tells %s', async (_, run, messages, texts) => {
    const { ended, asked } = await record(
      { status: 'completed', ...run },
      messages,
      'first',
      'ada',
    );
    expect(asked).toHaveLength(1); // the transcript is not read before it is needed
    expect((await told(ended.texts)).values).toEqual(texts);
    expect(asked).toMatchObject([
      { method: 'GET', path: '/runs/7', query: { user_id: 'ada' }, repeatable: true },
      { method: 'GET', path: '/runs/7/messages', query: { user_id: 'ada' }, repeatable: true },
    ]);
  });

  it('reads a long conversation to its end', async () => {
    const messages = Array.from({ length: 250 }, (_, i) => ({
      ...(i % 2 === 0 ? said('user', 'q') : said('assistant', `said ${i}`)),
      sequence: i + 1,
    }));
    const { send, asked } = sending(({ path, query: { after_sequence = 0, limit = 0 } = {} }) =>
      of(
        json(
          path.endsWith('/messages')
            ? messages.slice(Number(after_sequence), Number(after_sequence) + Number(limit))
            : aRun({ status: 'completed' }),
        ),
      ),
    );
    const { texts } = await firstValueFrom(recordOf({ send, limits }, 7, 'first'));
    expect((await told(texts)).values).toEqual(['said 249']);
    expect(asked.slice(1).map(({ query }) => query?.['after_sequence'])).toEqual([
      ...[undefined, 100, 200],
    ]);
  });

  it('takes no message twice, of a server that does not turn pages', async () => {
    const page = Array.from({ length: 100 }, (_, i) => ({
      ...said('assistant', '.'),
      sequence: i,
    }));
    const { ended, asked } = await record({ status: 'completed' }, page);
    expect((await told(ended.texts)).values).toEqual(['.'.repeat(100)]);
    expect(asked).toHaveLength(3);
  });

  it.each<[string, Turn, string, readonly string[]]>([
    ['a reply that completed', 'last', 'completed', ['output', 'said']],
    ['a reply that was cancelled: the output may be an earlier one', 'last', 'cancelled', ['said']],
    ['a reply that failed', 'last', 'failed', ['said']],
    ['a reply that had to queue, and was cancelled', 'next', 'cancelled', ['said']],
    ['a new run that was cancelled', 'first', 'cancelled', ['output', 'said']],
  ])('tells of %s', async (_, turn, status, texts) => {
    const messages = [said('user', 'q'), said('assistant', 'said')];
    const { ended } = await record({ status, output: 'output' }, messages, turn);
    expect((await told(ended.texts)).values).toEqual(texts);
  });
});
