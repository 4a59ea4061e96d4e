import { createApp } from 'vue';
import { Ask } from '../../../examples/frameworks/vue';

const app = createApp(Ask);
app.mount('#app');

Object.assign(window, { leave: () => app.unmount() });
