// Unsubscribing closes the connection. Here take(5) unsubscribes, in the middle of the run;
// subscription.unsubscribe(), takeUntil, switchMap or an async pipe do the same.

import { first, interval, lastValueFrom, take, tap } from 'rxjs';
import { connected } from './connected';

const { client, server, close } = await connected();

/** How many streams the server is sending; only the embedded one can be asked. */
const open = () => server?.streams() ?? '?';

console.log(`before: ${open()} open streams`);

await lastValueFrom(
  client.runs.streamText({ message: 'Which support tickets are open?' }).pipe(
    tap((text) => console.log(`${open()} open stream, which says: ${text}`)),
    take(5),
  ),
);

// It takes the server a moment to notice.
if (server) await lastValueFrom(interval(10).pipe(first(() => server.streams() === 0)));
console.log(`after: ${open()} open streams`);
close();
