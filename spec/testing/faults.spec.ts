import { localServer } from 'm8tes-rx/testing';
import { faultList } from '../../lib/testing/faults';
import { served } from './served';

describe('faultList', () => {
  it('takes the first that matches and is not used up', () => {
    const first = { on: 'get', status: 500 } as const;
    const second = { status: 503, times: 2 };
    const faults = faultList([first, second]);
    expect(faults.take('create')).toBe(second);
    expect(faults.take('get')).toBe(first);
    expect(faults.take('get')).toBe(second);
    expect(faults.take('get')).toBeUndefined();
  });

  it('takes any number when that is asked for, and what is added later', () => {
    const faults = faultList([]);
    const always = { on: 'join', times: Infinity } as const;
    faults.add(always);
    expect([faults.take('join'), faults.take('join')]).toEqual([always, always]);
    expect(faults.take(undefined)).toBeUndefined();
  });
});

describe('canned', () => {
  it('is the error envelope, for want of another body', async () => {
    const { get } = await served({ faults: [{ status: 500 }] });
    expect(await get('/runs/')).toMatchObject({
      status: 500,
      json: { error: { type: 'api_error', code: 500 } },
    });
  });

  it('waits as long as it says, in seconds or up to a date', async () => {
    const date = 'Fri, 31 Dec 1999 23:59:59 GMT';
    const { get } = await served({
      faults: [
        { status: 429, retryAfter: 7 },
        { status: 503, retryAfter: date },
      ],
    });
    expect((await get('/runs/')).headers.get('retry-after')).toBe('7');
    expect((await get('/runs/')).headers.get('retry-after')).toBe(date);
  });

  it('may be the page of a proxy, or any JSON', async () => {
    const body = '<html>Bad gateway</html>';
    const { get } = await served({
      faults: [
        { status: 502, body, contentType: 'text/html' },
        { status: 200, body: 'plain' },
        { status: 400, body: { error: 'text' } },
        { status: 500, body: '' },
      ],
    });
    const page = await get('/runs/');
    expect([page.status, page.text, page.headers.get('content-type')]).toEqual([
      502,
      body,
      'text/html',
    ]);
    expect(await get('/runs/')).toMatchObject({ status: 200, text: 'plain' });
    expect(await get('/runs/')).toMatchObject({ status: 400, json: { error: 'text' } });
    expect(await get('/runs/')).toMatchObject({ status: 500, text: '' });
  });
});

describe('a fault that no request would meet', () => {
  it.each([
    [{ on: 'crate' }, /^fault\.on is no route, crate: did you mean create\? There are /],
    [{ onn: 'create' }, /^fault\.onn is unknown: did you mean on\?/],
    [{ statuss: 500 }, /^fault\.statuss is unknown: did you mean status\?/],
    [{ status: '500' }, /^fault\.status must be/],
    [{ status: 99 }, /^fault\.status must be/],
    [{ reset: 'before' }, /^fault\.reset must be one of/],
    [{ cut: 3 }, /^fault\.cut must be/],
    [{ cut: { after: 3 } }, /^fault\.cut must be/],
    [{ cut: { how: 'end' } }, /^fault\.cut must be/],
    [{ stall: { afterEvents: '3' } }, /^fault\.stall must be/],
    [{ noDone: 1 }, /^fault\.noDone must be/],
  ])('is refused by name: %j', async (fault, message) => {
    const { server, get } = await served();
    expect(() => server.fault(fault as object)).toThrow(message);
    await expect(localServer({ faults: [fault as object] })).rejects.toThrow(message);
    expect((await get('/runs/')).status).toBe(200);
  });
});
