import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { LiveRun } from './LiveRun';
import './style.css';

// VitePress asks for a theme by default.
const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => void app.component('LiveRun', LiveRun),
};

export { theme as default };
