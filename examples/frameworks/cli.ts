// A command: its message as arguments, its text as it is written, and an exit code that tells.

import { createClient, failOnError, textOnly } from 'm8tes-rx';

const asking = createClient()
  .runs.create({ message: process.argv.slice(2).join(' ') })
  .pipe(failOnError(), textOnly())
  .subscribe({
    next: (text) => process.stdout.write(text),
    error: (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
    complete: () => console.log(),
  });

process.once('SIGINT', () => {
  asking.unsubscribe(); // leaves the run going on; `runs.cancel(run_id)` stops it
  process.exitCode = 130;
});
