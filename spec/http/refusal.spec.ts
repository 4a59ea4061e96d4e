import { refusal } from '../../lib/http/refusal';

const base = { baseUrl: 'https://api.test', apiKey: 'm8_key' };
const of = (body: unknown, status = 400) =>
  refusal(typeof body === 'string' ? body : JSON.stringify(body), status, base);

const none = { message: 'no reason given' };
const elsewhere = {
  message: 'an HTML page came, from some other web server',
  todo: 'check baseUrl (https://api.test)',
};

describe('refusal', () => {
  it('reads the envelope', () => {
    const error = {
      type: 'invalid_request_error',
      message: 'No such model',
      code: 422,
      error_code: 'unknown_model',
      request_id: 'req_1',
      doc_url: 'https://docs.test/errors',
    };
    expect(of({ error })).toEqual({
      message: 'No such model',
      code: 'unknown_model',
      requestId: 'req_1',
      docUrl: 'https://docs.test/errors',
    });
  });

  it.each([
    ['error_code', { error_code: 'a', details: { error_code: 'b' }, code: 'c' }, 'a'],
    ['details.error_code', { details: { error_code: 'b' }, code: 'c' }, 'b'],
    ['code, when it is text', { code: 'c' }, 'c'],
    ['no code that is a status', { code: 409 }, undefined],
    ['what is not null', { error_code: null, details: null, code: 'c' }, 'c'],
    ['what is not empty', { error_code: '', details: { error_code: '' }, code: 'c' }, 'c'],
    ['what is text', { error_code: 7, details: { error_code: {} }, code: 'c' }, 'c'],
    ['nothing', {}, undefined],
  ])('takes as code: %s', (_, error, code) => {
    expect(of({ error: { message: 'no', ...error } }).code).toBe(code);
  });

  it.each([
    ['an error that is text', { error: 'Out of credits' }, 400, { message: 'Out of credits' }],
    ['a detail that is text', { detail: 'Forbidden' }, 403, { message: 'Forbidden' }],
    [
      'no route (404)',
      { detail: 'Not Found' },
      404,
      {
        message: 'no route matched',
        todo: 'check baseUrl (https://api.test): it probably lacks /api/v2',
      },
    ],
    ['Not Found with another status', { detail: 'Not Found' }, 400, { message: 'Not Found' }],
    [
      'a list of details',
      {
        detail: [
          { loc: ['body', 'message'], msg: 'field required', input: 'm8_secret' },
          { loc: ['body', 'tools', 0], msg: 'unknown tool' },
          { msg: 'no place' },
          { loc: ['body'] },
        ],
      },
      422,
      {
        message:
          'body.message: field required; body.tools.0: unknown tool; body: no place; body: invalid',
      },
    ],
    [
      'details in disguise',
      {
        detail: [null, 7, 'x', { loc: 'body', msg: 1 }, { loc: [{ toString: 1 }, 'a'], msg: 'b' }],
      },
      422,
      { message: 'body: invalid; body: invalid; body: invalid; body: invalid; a: b' },
    ],
    ['an HTML page', '<!doctype html><title>m8_secret</title>', 502, elsewhere],
    ['an HTML page after some space', ' \n<html>', 404, elsewhere],
    ['plain text', ' upstream timed out\n', 504, { message: 'upstream timed out' }],
    ['nothing', '', 500, none],
    ['space', ' \n ', 500, none],
    ['broken JSON', '{"error": {"mess', 500, { message: '{"error": {"mess' }],
    ['an empty envelope', { error: {} }, 400, none],
    [
      'an envelope of wrong types',
      { error: { message: 7, request_id: 1, doc_url: [] } },
      400,
      none,
    ],
    ['an envelope that is a list', { error: ['no'] }, 400, none],
    ['null', null, 400, none],
    ['a number', 7, 400, none],
    ['a list', [1], 400, none],
    ['a detail that is an object', { detail: { m: 1 } }, 400, none],
  ])('reads %s', (_, body, status, expected) => {
    expect(of(body, status)).toEqual(expected);
  });
});
