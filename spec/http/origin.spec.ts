import { inspect } from 'node:util';
import { InvalidArgumentError } from '../../lib/errors';
import { origin } from '../../lib/http/origin';

const key = 'm8_key';
const thrownBy = (attempt: () => unknown): unknown => {
  try {
    attempt();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('origin', () => {
  it.each([
    ['https://api.test/api/v2', 'https://api.test/api/v2'],
    ['https://api.test/api/v2/', 'https://api.test/api/v2'],
    ['https://api.test/api/v2//', 'https://api.test/api/v2'],
    ['https://api.test', 'https://api.test'],
    ['https://api.test/', 'https://api.test'],
    ['HTTPS://API.test:443/Api', 'https://api.test/Api'],
    ['https://api.test:8443/x', 'https://api.test:8443/x'],
    ['https://api.test/api/v2?', 'https://api.test/api/v2'],
    ['https://api.test/api/v2#', 'https://api.test/api/v2'],
    ['http://localhost:4610/api/v2', 'http://localhost:4610/api/v2'],
    ['http://127.0.0.1:4610/api/v2', 'http://127.0.0.1:4610/api/v2'],
    ['http://127.8.9.10', 'http://127.8.9.10'],
    ['http://[::1]:4610/api/v2', 'http://[::1]:4610/api/v2'],
  ])('takes the base URL %s', (baseUrl, expected) => {
    expect(origin(baseUrl, key)).toEqual({ baseUrl: expected, apiKey: key });
  });

  it.each([
    ['', 'is not a URL'],
    ['api.test/api/v2', 'is not a URL'],
    ['/api/v2', 'is not a URL'],
    ['https://user:hunter2@', 'is not a URL'],
    ['https://ada:hunter2@api.test', 'holds a user name or a password'],
    ['https://ada@api.test', 'holds a user name or a password'],
    ['https://:hunter2@api.test', 'holds a user name or a password'],
    ['https://api.test/api/v2?hunter2=1', 'has a query or a fragment'],
    ['https://api.test/api/v2#hunter2', 'has a query or a fragment'],
    ['ftp://api.test/hunter2', 'must be https'],
    ['file:///etc/hunter2', 'must be https'],
    ['ws://localhost', 'must be https'],
    ['http://api.test', 'must be https'],
    ['http://10.0.0.1', 'must be https'],
    ['http://0.0.0.0', 'must be https'],
    ['http://128.0.0.1', 'must be https'],
    ['http://[::2]', 'must be https'],
    ['http://localhost.api.test', 'must be https'],
    ['http://notlocalhost', 'must be https'],
    ['http://127.0.0.1.api.test', 'must be https'],
  ])('refuses the base URL %j: %s', (baseUrl, why) => {
    const error = thrownBy(() => origin(baseUrl, key));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ argument: 'baseUrl' });
    expect((error as Error).message).toMatch(`baseUrl ${why}`);
    expect(inspect(error)).not.toContain('hunter2');
  });

  it.each([
    ['m8_secret\n', 'has spaces'],
    ['m8_secret\r\nX-Evil: 1', 'has spaces'],
    ['\0m8_secret', 'has spaces'],
    ['m8_secret\x7f', 'has spaces'],
    [' m8_secret', 'has spaces'],
    ['m8 secret', 'has spaces'],
    ['m8_secret\t', 'has spaces'],
    ['m8_secretä', 'has spaces'],
    ['m8_secret\u2028', 'has spaces'],
    ['', 'is missing'],
    [undefined, 'is missing'],
    [8, 'must be text'],
    [['m8_secret'], 'must be text'],
    [{ toString: () => 'm8_secret' }, 'must be text'],
  ])('refuses the key %j, and does not quote it', (apiKey, why) => {
    const error = thrownBy(() => origin('https://api.test', apiKey as string));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ argument: 'apiKey' });
    expect((error as Error).message).toMatch(`apiKey ${why}`);
    expect(inspect(error)).not.toContain('secret');
  });
});
