// Only the text, as it is written; of a run that fails, why, after that.

import { RunFailedError } from 'm8tes-rx';
import { finalize } from 'rxjs';
import { connected } from './connected';

const { client, close } = await connected();

client.runs
  .streamText({ message: 'Which support tickets are open?' })
  .pipe(finalize(close))
  .subscribe({
    next: (text) => process.stdout.write(text),
    error: (error) => {
      console.error(error instanceof RunFailedError ? error.result.errors : error);
      process.exitCode = 1;
    },
    complete: () => console.log(),
  });
