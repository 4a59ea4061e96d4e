import { Subject, of, type Observable } from 'rxjs';
import type { Api, Limits } from '../../lib/api/Api';
import type { Run } from '../../lib/api/objects';
import { responseOf } from '../../lib/http/fetching';
import type { Request } from '../../lib/http/Request';
import type { Send } from '../../lib/http/Request';
import type { TransportResponse } from '../../lib/http/Transport';

export const json = (body: unknown, headers: Record<string, string> = {}): TransportResponse =>
  responseOf(Response.json(body, { headers }));

export const aRun = (more: Partial<Run> = {}): Run => ({ id: 7, status: 'running', ...more });

/** A `send` that the spec answers, and that notes what it was asked. */
export const sending = (answer: (request: Request) => Observable<TransportResponse>) => {
  const asked: Request[] = [];
  const send: Send = (request) => {
    asked.push(request);
    return answer(request);
  };
  return { send, asked };
};

/** A `send` that answers everything with this JSON. */
export const sendingJson = (body: unknown) => sending(() => of(json(body)));

/** Limits that nothing comes near. */
export const limits: Limits = { request: 60_000, maxBodyLength: 2 ** 20 };

/** What every route is made with. */
export const anApi = (send: Send, more: Partial<Api> = {}): Api => ({
  send,
  streams: {
    events: { linger: 0 },
    wait: () => undefined,
    number: () => 1,
    onConnection: () => {},
  },
  limits,
  watched: (events) => events,
  onUnsubscribe: 'detach',
  onLog: () => {},
  ...more,
});

/** A source that the spec pushes. */
export const pushed = <T>() => new Subject<T>();
