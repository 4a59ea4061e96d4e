import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Observable } from 'rxjs';
import type { RunEvent } from 'm8tes-rx';
import { client } from '../../../examples/frameworks/client';
import { Ask, useRun } from '../../../examples/frameworks/react';

/** Has its run from the first time it is drawn on, which strict mode does twice. */
const Report = ({ run$ }: { readonly run$: Observable<RunEvent> }) => (
  <p>{useRun(run$).run?.text}</p>
);

const root = createRoot(document.querySelector('#app')!);
root.render(
  <StrictMode>
    <Ask />
  </StrictMode>,
);

Object.assign(window, {
  leave: () => root.unmount(),
  report: () => {
    const run$ = client.runs.create({ message: 'Write the weekly report' });
    root.render(
      <StrictMode>
        <Report run$={run$} />
      </StrictMode>,
    );
  },
});
