import nock from 'nock';
import type { ClientOptions } from 'm8tes-rx';
import { clientOf } from './calling';

// Out of the way of real sockets, whose teardown nock does not show, until a spec asks for it.
nock.restore();
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
  nock.restore();
});

/** What was sent. */
export interface Sent {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  /** Parsed, when it is JSON. */
  readonly body: unknown;
}

export interface Answer {
  readonly status?: number;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
}

const plain = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));

/** A client whose requests go nowhere, what it sent, and what it is answered. */
export const nocked = (
  answer: Answer | ((sent: Sent, index: number) => Answer) = { body: {} },
  options: ClientOptions = {},
) => {
  if (!nock.isActive()) nock.activate();
  nock.disableNetConnect();
  const sent: Sent[] = [];
  const scope = nock('https://api.test').persist();
  for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) {
    scope.intercept(/.*/, method).reply(function (uri, body) {
      const headers = Object.fromEntries(
        Object.entries(this.req.headers).map(([name, value]) => [name, plain(value)]),
      );
      const request: Sent = { method, path: uri.replace('/api/v2', ''), headers, body };
      const index = sent.push(request) - 1;
      const given = typeof answer === 'function' ? answer(request, index) : answer;
      const { status = 200, body: said = '', headers: more = {} } = given;
      const isText = typeof said === 'string';
      const type = isText ? 'text/event-stream' : 'application/json';
      const text = isText ? said : JSON.stringify(said);
      return [
        status,
        status === 204 ? '' : text,
        { ...(status !== 204 && { 'content-type': type }), ...more },
      ];
    });
  }
  return { client: clientOf('https://api.test/api/v2', options), sent };
};
