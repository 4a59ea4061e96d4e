// Runs in Angular, as signals.

import { AsyncPipe } from '@angular/common';
import { Component, signal } from '@angular/core';
import { rxResource, toSignal } from '@angular/core/rxjs-interop';
import { accumulate, textOnly } from 'm8tes-rx';
import { auditTime, map, scan } from 'rxjs';
import { client } from './client';

/** Asks, and shows the answer as it is written. */
@Component({
  selector: 'app-ask',
  template: `
    <input #message />
    <button (click)="asked.set({ message: message.value })">Ask</button>
    @if (run.error(); as error) {
      <p role="alert">{{ error.message }}</p>
    } @else if (run.value(); as so_far) {
      <p>{{ so_far.text }}</p>
      @for (call of so_far.toolCalls; track call.toolCallId) {
        <code>{{ call.toolName }}</code>
      }
      @if (so_far.status === 'running') {
        <button (click)="stop(so_far.run_id!)">Stop</button>
      }
    }
  `,
})
export class Ask {
  readonly asked = signal<{ readonly message: string } | undefined>(undefined);
  readonly run = rxResource({
    params: () => this.asked(),
    stream: ({ params }) => client.runs.create(params).pipe(accumulate(), auditTime(50)),
  });
  readonly stop = (run_id: number) => client.runs.cancel(run_id).subscribe();
}

/** Two who read one `create()`: one run, which is told to each. */
@Component({
  selector: 'app-report',
  imports: [AsyncPipe],
  template: `
    <h2>{{ status$ | async }}</h2>
    <p>{{ text() }}</p>
  `,
})
export class Report {
  private readonly run$ = client.runs.create({ message: 'Write the weekly report' });
  readonly status$ = this.run$.pipe(
    accumulate(),
    map(({ status }) => status),
  );
  readonly text = toSignal(
    this.run$.pipe(
      textOnly(),
      scan((text, more) => text + more),
    ),
  );
}
