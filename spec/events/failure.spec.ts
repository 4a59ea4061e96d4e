import { decode } from '../../lib/events/decode';
import { failure } from '../../lib/events/failure';
import { family } from './family';
import { protocol } from './protocol';

describe('failure', () => {
  family(failure, protocol.failure);

  describe.each(Object.keys(protocol.failure))('%s', (type) => {
    const said = (fields: object): unknown => {
      const event = decode(JSON.stringify({ type, ...fields }));
      return 'error' in event ? event.error : event;
    };

    it('says what went wrong in `error`, or else in `message`', () => {
      expect(said({ error: 'a' })).toBe('a');
      expect(said({ error: 'a', message: 'b' })).toBe('a');
      expect(said({ message: 'b' })).toBe('b');
      expect(said({ error: null, message: 'b' })).toBe('b');
      expect(said({ error: '', message: 'b' })).toBe('');
      expect(said({ message: '' })).toBe('');
    });

    it('says `Unknown error` where nothing is said', () => {
      expect(said({})).toBe('Unknown error');
      expect(said({ error: null, message: null })).toBe('Unknown error');
    });

    it('keeps `message` where it was', () => {
      expect(decode(JSON.stringify({ type, message: 'b', error_code: 'e1' }))).toStrictEqual({
        type,
        message: 'b',
        error: 'b',
        error_code: 'e1',
      });
    });

    it('shows an object by its own message, else as JSON', () => {
      expect(said({ error: { message: 'a', code: 5 } })).toBe('a');
      expect(said({ error: { message: '' } })).toBe('');
      expect(said({ error: { message: 'a' }, message: 'b' })).toBe('a');
      expect(said({ error: { code: 5 }, message: 'b' })).toBe('{"code":5}');
      expect(said({ error: { message: null, code: 5 } })).toBe('{"message":null,"code":5}');
      expect(said({ error: { message: { text: 'a' } } })).toBe('{"message":{"text":"a"}}');
      expect(said({ error: {} })).toBe('{}');
      expect(said({ error: [{ message: 'a' }] })).toBe('[{"message":"a"}]');
    });

    it('shows an object with hostile names as JSON', () => {
      const error = '{"__proto__":{"message":"a"},"toJSON":"b","then":null}';
      expect(decode(`{"type":"${type}","error":${error}}`)).toStrictEqual({ type, error });
    });

    it('shows an object that is too deep for JSON.stringify', () => {
      const error = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
      const event = decode(`{"type":"${type}","error":${error},"error_code":"e1"}`);
      expect(event.type).toBe(type);
      expect((event as { error?: unknown }).error === error).toBe(true);
      expect(event).toHaveProperty('error_code', 'e1');
    });

    it('is malformed where the text is none', () => {
      for (const wrong of [{ error: 5 }, { error: false, message: 'b' }, { message: 5 }]) {
        expect(said(wrong)).toMatchObject({
          type: 'malformed',
          problems: ['error: expected string'],
        });
      }
    });
  });
});
