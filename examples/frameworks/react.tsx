// Runs in React: a hook, and a component that has it.

import { accumulate, type RunEvent, type RunResult } from 'm8tes-rx';
import { useEffect, useState } from 'react';
import { auditTime, startWith, type Observable } from 'rxjs';
import { client } from './client';

/** What a run has said so far, for as long as the component is there. */
export const useRun = (run$: Observable<RunEvent> | undefined) => {
  const [told, tell] = useState<{ run?: RunResult | undefined; error?: Error }>({});
  useEffect(() => {
    const error = (error: Error) => tell((told) => ({ ...told, error }));
    const so_far$ = run$?.pipe(accumulate(), auditTime(50), startWith(undefined));
    const watching = so_far$?.subscribe({ next: (run) => tell({ run }), error });
    return () => watching?.unsubscribe();
  }, [run$]);
  return told;
};

/** Asks, and shows the answer as it is written. */
export const Ask = () => {
  const [message, write] = useState('');
  const [run$, ask] = useState<Observable<RunEvent>>();
  const { run, error } = useRun(run$);
  const stop = () => client.runs.cancel(run!.run_id!).subscribe();
  return (
    <>
      <input value={message} onChange={({ target }) => write(target.value)} />
      <button onClick={() => ask(client.runs.create({ message }))}>Ask</button>
      {error && <p role="alert">{error.message}</p>}
      <p>{run?.text}</p>
      {run?.toolCalls.map((call) => (
        <code key={call.toolCallId}>{call.toolName}</code>
      ))}
      {run?.status === 'running' && <button onClick={stop}>Stop</button>}
    </>
  );
};
