// Some events of a run, by their type; each is typed as what it is.

import { ofType } from 'm8tes-rx';
import { finalize } from 'rxjs';
import { connected } from './connected';

const { client, close } = await connected();

client.runs
  .create({ message: 'Which support tickets are open?' })
  .pipe(ofType('tool-call-start', 'tool-result-end', 'done'), finalize(close))
  .subscribe((event) => {
    if (event.type === 'tool-call-start') console.log(`starts ${event.toolName}`);
    else if (event.type === 'tool-result-end') console.log('got', event.result);
    else console.log(`done: ${event.stop_reason}`);
  });
