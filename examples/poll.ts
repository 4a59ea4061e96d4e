// A run in the background: start it, then ask how it is going until it is over.

import { concatMap, finalize } from 'rxjs';
import { connected } from './connected';

const { client, close } = await connected();

client.runs
  .create({ message: 'Which support tickets are open?', stream: false })
  .pipe(
    concatMap(({ id }) => client.runs.poll(id, { interval: 250 })),
    finalize(close),
  )
  .subscribe(({ id, status, output }) => console.log(`run ${id} ${status}: ${output ?? '…'}`));
