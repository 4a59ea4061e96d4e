// The request that a client sends for a run, by hand: with a signal, for who asks may hang up.
import { randomUUID } from 'node:crypto';
import { fetch } from './here.mjs';

export const request = (url, signal) =>
  fetch(`${url}runs/`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer m8_bench',
      accept: 'text/event-stream, application/json',
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ message: 'Hello', stream: true }),
    signal,
  });
