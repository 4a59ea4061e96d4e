import { readParams } from '../../lib/relay/readParams';

const at = 'https://page.test/m8tes/runs/';
const post = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  readParams(new Request(at, { method: 'POST', body, headers: { ...headers } }));
const json = { 'content-type': 'application/json' };

describe('readParams', () => {
  it('reads the query of a GET, and the JSON of a POST', async () => {
    expect(await readParams(new Request(`${at}?limit=5&status=running`))).toEqual({
      limit: '5',
      status: 'running',
    });
    expect(await post('{"message":"é🎈"}', json)).toEqual({ message: 'é🎈' });
    expect(await post('{}', { 'content-type': 'Application/JSON; charset=utf-8' })).toEqual({});
  });

  it('takes an empty body for no parameters', async () => {
    expect(await post(null)).toEqual({});
    expect(await post('', { 'sec-fetch-site': 'same-origin' })).toEqual({});
  });

  it.each([
    ['a form', '{"message":"hi"}', { 'content-type': 'text/plain' }, 415],
    [
      'a form of a page',
      'message=hi',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
    ],
    ['nothing from another site', '', { 'sec-fetch-site': 'cross-site' }, 415],
    ['nothing from a neighbour', '', { 'sec-fetch-site': 'same-site' }, 415],
    ['nothing from a page of old', '', { origin: 'https://page.test' }, 415],
    ['no JSON', '{"message":', json, 400],
    ['a list', '[]', json, 422],
    ['null', 'null', json, 422],
    ['a text', '"hi"', json, 422],
    ['a book', JSON.stringify({ message: 'x'.repeat(1024 * 1024) }), json, 413],
  ])('refuses %s', async (_, body, headers, status) => {
    await expect(post(body, headers as Record<string, string>)).rejects.toMatchObject({ status });
  });

  it('stops reading what is too long', async () => {
    let pulls = 0;
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulls++;
        controller.enqueue(new Uint8Array(256 * 1024));
      },
      cancel: () => void (isCancelled = true),
    });
    const request = new Request(at, {
      ...{ method: 'POST', body, headers: json, duplex: 'half' },
    });
    await expect(readParams(request)).rejects.toMatchObject({ status: 413 });
    expect(isCancelled).toBe(true);
    expect(pulls).toBeLessThan(8);
  });
});
