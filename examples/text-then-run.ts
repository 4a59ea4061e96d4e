// The text as it is written, and the whole run at the end: its id, its full text, how it ended.

import { collectRun, textOnly } from 'm8tes-rx';
import { connect, finalize, merge, tap } from 'rxjs';
import { connected } from './connected';

const { client, close } = await connected();

client.runs
  .create({ message: 'Which support tickets are open?' })
  .pipe(
    // One run, read in two ways.
    connect((run$) =>
      merge(
        run$.pipe(
          textOnly(),
          tap((text) => process.stdout.write(text)),
        ),
        run$.pipe(
          collectRun(),
          tap(({ run_id, status, text }) =>
            console.log(`\n\nrun ${run_id} ${status}: ${text.length} characters`),
          ),
        ),
      ),
    ),
    finalize(close),
  )
  .subscribe();
