import type { TransportRequest } from 'm8tes-rx';
import { concat, of, throwError } from 'rxjs';
import { incoming, outgoing } from '../../lib/testing/transport';
import { errorOf, told } from '../http/holding';
import { bytes } from '../helpers/wire';

const asked: TransportRequest = {
  url: 'https://api.test/api/v2/runs/?user_id=ada',
  method: 'POST',
  headers: { accept: '*/*' },
  redirect: 'manual',
  credentials: 'omit',
};
const known = {
  method: 'POST',
  url: '/api/v2/runs/?user_id=ada',
  headers: { accept: '*/*' },
};

describe('incoming', () => {
  it('is a request as a server gets it', () => {
    expect(incoming(asked)).toEqual({ ...known, bytes: new Uint8Array() });
    expect(incoming({ ...asked, body: '{"ü":1}' })).toEqual({ ...known, bytes: bytes('{"ü":1}') });
  });

  it('takes the path of a relay, which has no origin', () => {
    expect(incoming({ ...asked, url: '/m8tes/runs/?limit=5' }).url).toBe('/m8tes/runs/?limit=5');
  });

  it('says what a form is, which comes unwritten', () => {
    const body = new FormData();
    const headers = { accept: '*/*', 'content-type': 'multipart/form-data' };
    expect(incoming({ ...asked, body })).toEqual({ ...known, headers, bytes: body });
  });
});

describe('outgoing', () => {
  const head = { status: 201, headers: { 'content-type': 'text/plain' } };

  it('is an answer, whose headers have names in any case', async () => {
    const { status, headers, body } = outgoing(head, of({ bytes: bytes('a') }));
    expect([status, headers.get('Content-Type'), headers.get('retry-after')]).toEqual([
      201,
      'text/plain',
      null,
    ]);
    expect(await told(body)).toEqual({ values: [bytes('a')] });
  });

  it('breaks off as a socket does', async () => {
    const broken = concat(
      of({ bytes: bytes('a') }),
      throwError(() => new Error('inside')),
    );
    expect(await errorOf(outgoing(head, broken).body)).toMatchObject({
      name: 'ConnectionError',
      code: 'ECONNRESET',
    });
  });
});
