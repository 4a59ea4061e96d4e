import '@angular/compiler';
import { Component, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { Ask, Report } from '../../../examples/frameworks/angular';

/** What of the page is there: what is left is destroyed. */
const there = signal<'ask' | 'report' | 'nothing'>('ask');

@Component({
  selector: 'app-root',
  imports: [Ask, Report],
  template: `
    @switch (there()) {
      @case ('ask') {
        <app-ask />
      }
      @case ('report') {
        <app-report />
      }
    }
  `,
})
class Root {
  readonly there = there;
}

document.querySelector('#app')!.append(document.createElement('app-root'));
void bootstrapApplication(Root);

Object.assign(window, {
  leave: () => there.set('nothing'),
  report: () => there.set('report'),
});
