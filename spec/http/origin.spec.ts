import { inspect } from 'node:util';
import { InvalidArgumentError } from '../../lib/errors';
import { addressOf, origin, relayed } from '../../lib/http/origin';
import { onPage } from './onPage';

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

describe('relayed', () => {
  it.each([
    ['https://page.test/app', '/m8tes', '/m8tes'],
    ['https://page.test/app', '/m8tes/', '/m8tes'],
    ['https://page.test/app', '/', ''],
    ['https://page.test/app', '/a/../b c', '/b%20c'],
    ['https://page.test/app', '/m8tes?', '/m8tes'],
    ['http://page.test/app', '/m8tes', '/m8tes'],
    ['about:srcdoc', '/m8tes', '/m8tes'],
    ['https://page.test/app', 'https://page.test/m8tes/', 'https://page.test/m8tes'],
    ['http://page.test:81/app', 'http://page.test:81/m8tes', 'http://page.test:81/m8tes'],
  ])("on the page %s takes %s for the page's own", (page, relay, baseUrl) => {
    onPage(page);
    expect(relayed(relay)).toEqual({ baseUrl, credentials: 'same-origin' });
  });

  it.each([
    ['https://page.test', 'https://relay.test/m8tes/', 'https://relay.test/m8tes'],
    ['https://page.test', 'https://page.test:8443', 'https://page.test:8443'],
    ['http://page.test', 'https://page.test/m8tes', 'https://page.test/m8tes'],
    ['https://page.test', 'http://localhost:3000/m8tes', 'http://localhost:3000/m8tes'],
    [undefined, 'https://relay.test/m8tes', 'https://relay.test/m8tes'],
    [undefined, 'http://127.0.0.1:3000/m8tes', 'http://127.0.0.1:3000/m8tes'],
  ])('on the page %s takes %s, of another origin', (page, relay, baseUrl) => {
    onPage(page);
    expect(relayed(relay)).toEqual({ baseUrl, credentials: 'include' });
  });

  it.each<readonly [unknown, string]>([
    [null, 'must be a path such as /m8tes'],
    [7, 'must be a path'],
    [new URL('https://page.test/hunter2'), 'must be a path'],
    ['', 'is not a URL'],
    ['m8tes', 'is not a URL'],
    ['./hunter2', 'is not a URL'],
    ['../hunter2', 'is not a URL'],
    ['//hunter2', 'names another host'],
    ['//hunter2/m8tes', 'names another host'],
    ['/\\hunter2', 'names another host'],
    ['/\t/hunter2', 'names another host'],
    ['/\n\\hunter2', 'names another host'],
    ['/.//hunter2', 'names another host'],
    ['/a/..//hunter2', 'names another host'],
    ['//page.invalid//hunter2', 'names another host'],
    ['//ada:hunter2@page.invalid/', 'holds a user name or a password'],
    ['/m8tes?hunter2', 'has a query or a fragment'],
    ['/m8tes#hunter2', 'has a query or a fragment'],
    ['https://ada:hunter2@relay.test', 'holds a user name or a password'],
    ['https://relay.test/?hunter2', 'has a query or a fragment'],
    ['http://relay.test/hunter2', 'must be https'],
    ['http://page.test/hunter2', 'must be https'],
    ['ws://localhost/hunter2', 'must be https'],
    ['file:///hunter2', 'must be https'],
    ['javascript:hunter2', 'must be https'],
    ['blob:https://page.test/hunter2', 'must be https'],
  ])('refuses %j: %s', (relay, why) => {
    onPage('https://page.test/app');
    const error = thrownBy(() => relayed(relay));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ argument: 'relay' });
    expect((error as Error).message).toMatch(`relay ${why}`);
    expect(inspect(error)).not.toContain('hunter2');
  });

  it('says that a path needs a page', () => {
    expect(() => relayed('/m8tes')).toThrow(
      'relay must be a whole URL, such as https://host/m8tes, where there is no page',
    );
  });

  it('takes http nowhere from a page without an origin', () => {
    onPage('about:srcdoc');
    expect(() => relayed('http://relay.test/m8tes')).toThrow(/^relay must be https/);
  });
});

describe('addressOf', () => {
  it('names the option that gave it, and never the key', () => {
    expect(addressOf(origin('https://api.test', key))).toBe('baseUrl (https://api.test)');
    expect(addressOf(relayed('https://relay.test'))).toBe('relay (https://relay.test)');
  });
});
