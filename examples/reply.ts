// A run, and a reply to it: the same run goes on, under the same id.

import { collectRun } from 'm8tes-rx';
import { concatMap, finalize, tap } from 'rxjs';
import { connected } from './connected';

const { client, close } = await connected();

client.runs
  .create({ message: 'Which support tickets are open?' })
  .pipe(
    collectRun(),
    tap(({ run_id, text }) => console.log(`run ${run_id}: ${text}`)),
    concatMap(({ run_id }) => {
      if (run_id === undefined) throw new Error('the run did not say who it is');
      return client.runs.reply(run_id, { message: 'And which of them is the oldest?' });
    }),
    collectRun(),
    finalize(close),
  )
  .subscribe(({ run_id, text }) => console.log(`run ${run_id} again: ${text}`));
