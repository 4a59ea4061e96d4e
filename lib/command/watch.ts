import { readFile } from 'node:fs/promises';
import { ApiError, decodeEvent, InvalidArgumentError, type Client, type RunEvent } from 'm8tes-rx';
import { catchError, concat, of, throwError, type Observable } from 'rxjs';
import { apiClient, connecting } from './connected';
import type { Subcommand } from './Subcommand';
import { approvingOf, told, telling } from './telling';
import { isAttended } from './Terminal';

/** A run from its beginning, live; one that is over as its record tells it. */
const watched = (
  { runs }: Client,
  run_id: number,
  user_id: string | undefined,
): Observable<RunEvent> =>
  runs.join(run_id, { user_id }).pipe(
    catchError((error: unknown) => {
      if (!(error instanceof ApiError) || error.kind !== 'conflict') return throwError(() => error);
      const begun: RunEvent = { type: 'metadata', payload: { run_id } };
      return concat(of(begun), runs.join(run_id, { user_id, after: [begun] }));
    }),
  );

/** The events in a file, a line each. */
const written = async (file: string): Promise<readonly RunEvent[]> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError('--after', `is no file that can be read: ${reason}`);
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(decodeEvent);
};

export const watch: Subcommand = {
  takes: '<run>',
  what: 'Writes a run from its beginning, live.',
  more: 'A run that goes on is written from its beginning, and then as it goes on; of one that is over its record is. Leaving leaves it alone.',
  options: {
    user: { takes: '<id>', short: 'u', what: 'Whose run it is, where the account wants to know.' },
    after: {
      takes: '<file>',
      what: 'What --json has written of it before: only what follows is written.',
    },
    ...telling,
    ...connecting,
  },
  examples: [
    ['m8tes-rx watch 123', 'From its beginning, live.'],
    ['m8tes-rx watch 123 --approve deny', 'Decides what it asks, too.'],
    ['m8tes-rx watch 123 --json --after run.ndjson >> run.ndjson', 'Goes on where a file ends.'],
  ],
  start: async (given, terminal) => {
    const [first = '', ...more] = given.positionals;
    if (!/^[1-9]\d{0,14}$/.test(first) || more.length > 0) {
      throw new InvalidArgumentError('run', 'must be the number of one run: m8tes-rx watch 123');
    }
    const run_id = Number(first);
    const user_id = given.text('user');
    const approving = approvingOf(given) ?? (isAttended(terminal) ? 'ask' : undefined);
    const file = given.text('after');
    const client = apiClient(terminal, given.text('base-url'));
    if (client === undefined) {
      throw new InvalidArgumentError(
        'M8TES_API_KEY',
        'is not set: the runs of a local server are gone with the command that began it',
      );
    }
    const run$ =
      file === undefined
        ? watched(client, run_id, user_id)
        : client.runs.join(run_id, { user_id, after: await written(file) });
    const onLeave = (): string => `Left; run ${run_id} goes on.`;
    return told({ client, isLocal: false, run$, approving, onLeave }, given, terminal);
  },
};
