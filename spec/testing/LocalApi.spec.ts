import { fakeFetch, text, type LocalApi } from 'm8tes-rx/testing';
import { forever } from './held';
import { served } from './served';

const url = 'https://api.m8tes.ai/api/v2/runs/';
const headers = { authorization: 'Bearer m8_spec' };

/** What can be seen is the same on a socket and without one. */
describe.each([
  [
    'fakeFetch',
    () => {
      const fetch = fakeFetch(forever);
      const api: LocalApi = fetch;
      return Promise.resolve({ api, fetch, url, close: fetch.close });
    },
  ],
  [
    'localServer',
    async () => {
      const { server } = await served({ script: forever });
      const api: LocalApi = server;
      return { api, fetch, url: `${server.url}/runs/`, close: () => {} };
    },
  ],
])('the API that %s plays', (_, open) => {
  it('tells of a request whether it was let go of', async () => {
    const { api, fetch, url, close } = await open();
    const body = JSON.stringify({ message: 'hello', metadata: { a: [1] } });
    const response = await fetch(url, { method: 'POST', headers, body });
    await fetch(url, { headers }).then((response) => response.text());
    const before = api.requests();
    expect(before).toMatchObject([
      { route: 'create', body: { message: 'hello', metadata: { a: [1] } }, closed: false },
      { route: 'list', body: null, closed: false },
    ]);
    await response.body?.cancel();
    await api.until(({ requests }) => requests()[0]!.closed);
    expect(api.requests().map(({ closed }) => closed)).toEqual([true, false]);
    expect(before[0]!.closed).toBe(false); // as it was then
    close();
  });

  it('waits until something is so, and no longer than it may', async () => {
    const { api, fetch, url, close } = await open();
    await api.until(() => true);
    const response = await fetch(url, { method: 'POST', headers, body: '{"message":"hello"}' });
    await api.until(({ streams, runs }) => streams() === 1 && runs().length === 1);
    const failed = api.until(() => false, { timeout: 5 });
    await expect(failed).rejects.toThrow(
      /^it was not so within 5 ms\. Requests: POST \/api\/v2\/runs\/; runs: run 123 running; open streams: 1$/,
    );
    await response.body?.cancel();
    close();
  });
});

it('waits by the real clock, whatever a spec has put in its place', async () => {
  jest.useFakeTimers();
  try {
    await expect(fakeFetch().until(() => false, { timeout: 5 })).rejects.toThrow('within 5 ms');
  } finally {
    jest.useRealTimers();
  }
});

it('an answer that was read to its end was not let go of', async () => {
  const fetch = fakeFetch(() => text('hello'));
  const response = await fetch(url, { method: 'POST', headers, body: '{"message":"hello"}' });
  await response.text();
  expect(fetch.requests()).toMatchObject([{ closed: false }]);
  expect(fetch.streams()).toBe(0);
});
