// Only the text, as it is written.

import { finalize } from 'rxjs';
import { connected } from './connected';

const { client, close } = await connected();

client.runs
  .streamText({ message: 'Which support tickets are open?' })
  .pipe(finalize(close))
  .subscribe({
    next: (text) => process.stdout.write(text),
    complete: () => console.log(),
  });
