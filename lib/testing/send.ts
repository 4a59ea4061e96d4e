import type { ServerResponse } from 'node:http';
import type { Answer } from './Answer';

/** Sends an answer. A client that goes away stops the sending, never the run. */
export const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, headers);
  response.flushHeaders();
  const subscription = body.subscribe({
    next: ({ bytes }) => void response.write(bytes),
    // What was written still goes out; then the socket is gone, and the body without its end.
    error: () => response.socket?.destroySoon(),
    complete: () => response.end(),
  });
  response.once('close', () => subscription.unsubscribe());
};
