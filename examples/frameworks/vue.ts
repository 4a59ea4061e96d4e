// Runs in Vue: a composable, and a component that has it.

import { accumulate, type RunEvent, type RunResult } from 'm8tes-rx';
import { auditTime, type Observable } from 'rxjs';
import { defineComponent, ref, shallowRef, toValue, watchEffect, type MaybeRefOrGetter } from 'vue';
import { client } from './client';

/** What a run has said so far, for as long as the component is there. */
export const useRun = (run$: MaybeRefOrGetter<Observable<RunEvent> | undefined>) => {
  const run = shallowRef<RunResult>();
  const error = shallowRef<Error>();
  watchEffect((onCleanup) => {
    run.value = error.value = undefined;
    const so_far$ = toValue(run$)?.pipe(accumulate(), auditTime(50));
    const watching = so_far$?.subscribe({
      next: (so_far) => (run.value = so_far),
      error: (reason: Error) => (error.value = reason),
    });
    onCleanup(() => watching?.unsubscribe());
  });
  return { run, error };
};

/** Asks, and shows the answer as it is written. */
export const Ask = defineComponent({
  template: `
    <input v-model="message" />
    <button @click="ask">Ask</button>
    <p v-if="error" role="alert">{{ error.message }}</p>
    <template v-if="run">
      <p>{{ run.text }}</p>
      <code v-for="call in run.toolCalls" :key="call.toolCallId">{{ call.toolName }}</code>
      <button v-if="run.status === 'running'" @click="stop(run.run_id)">Stop</button>
    </template>
  `,
  setup() {
    const message = ref('');
    const run$ = shallowRef<Observable<RunEvent>>();
    const ask = () => (run$.value = client.runs.create({ message: message.value }));
    const stop = (run_id: number) => client.runs.cancel(run_id).subscribe();
    return { message, ask, stop, ...useRun(run$) };
  },
});
