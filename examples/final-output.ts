// No streaming: what the run came to, once it is over.

import { collectRun, failOnError } from 'm8tes-rx';
import { lastValueFrom } from 'rxjs';
import { connected } from './connected';

const { client, close } = await connected();

const run$ = client.runs.create({ message: 'Which support tickets are open?' });
const { text, toolCalls } = await lastValueFrom(run$.pipe(failOnError(), collectRun()));

console.log(text);
console.log(`(${toolCalls.length} tools were used)`);
close();
