import { StrictMode, useMemo, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Observable } from 'rxjs';
import type { RunEvent } from 'm8tes-rx';
import { client } from '../../../examples/frameworks/client';
import { Ask, useRun } from '../../../examples/frameworks/react';

/** Have their run from the first time they are drawn on, which strict mode does twice. */
const Report = ({ run$ }: { readonly run$: Observable<RunEvent> }) => (
  <p>{useRun(run$).run?.text}</p>
);
const Again = ({ run_id }: { readonly run_id: number }) => (
  <Report run$={useMemo(() => client.runs.join(run_id), [run_id])} />
);

const root = createRoot(document.querySelector('#app')!);
const draw = (what: ReactNode): void => root.render(<StrictMode>{what}</StrictMode>);
draw(<Ask />);

Object.assign(window, {
  leave: () => draw(null),
  report: () => draw(<Report run$={client.runs.create({ message: 'Write the weekly report' })} />),
  again: (run_id: number) => draw(<Again run_id={run_id} />),
});
