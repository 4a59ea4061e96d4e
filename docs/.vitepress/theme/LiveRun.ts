/** A run on the home page, as it happens. */
import { defineComponent, h, onBeforeUnmount, onMounted, ref, type VNodeChild } from 'vue';

export const LiveRun = defineComponent(() => {
  const events = ref<readonly string[]>([]);
  const call = ref('');
  const text = ref('');
  const isGoing = ref(true);
  let isThere = true;
  let leave = (): void => {};

  const start = async (): Promise<void> => {
    const { told$ } = await import('./run'); // in the browser only, and when the page is there
    if (!isThere) return;
    leave();
    [events.value, call.value, text.value, isGoing.value] = [[], '', '', true];
    const going = told$.subscribe({
      next: (told) => {
        if (told.event) events.value = [...events.value, told.event];
        if (told.call) call.value = told.call;
        text.value += told.text ?? '';
      },
      complete: () => (isGoing.value = false),
    });
    leave = () => going.unsubscribe();
  };

  onMounted(start);
  onBeforeUnmount(() => {
    isThere = false;
    leave();
  });

  const row = (reader: string, ...shown: VNodeChild[]) => [
    h('dt', h('code', reader)),
    h('dd', shown),
  ];

  return () =>
    h('figure', { class: 'run', 'aria-label': 'A run, as it happens' }, [
      h('dl', [
        row('run$', ...events.value.map((type) => h('span', { class: 'event' }, type))),
        row('toolCalls()', call.value && h('code', call.value)),
        row('textOnly()', text.value),
      ]),
      h('button', { type: 'button', disabled: isGoing.value, onClick: start }, 'Again'),
    ]);
});
