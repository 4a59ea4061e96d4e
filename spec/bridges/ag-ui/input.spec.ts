import fc from 'fast-check';
import { InvalidArgumentError } from 'm8tes-rx';
import { wantedBy } from '../../../lib/bridges/ag-ui/input';
import { json } from '../../events/arbitrary';

const user = { id: 'm1', role: 'user', content: 'hi' };
const assistant = { id: '7.1.1', role: 'assistant', content: 'hello' };
const answered = { interruptId: 'r1', status: 'cancelled' };
const wantOf = (input: object) => wantedBy({ threadId: 't', runId: 'r', ...input }).want;

describe('an input', () => {
  it.each([
    ['a last message of the user’s', { messages: [assistant, user] }, 'say'],
    ['a last message of somebody else’s', { messages: [user, assistant] }, 'watch'],
    ['no message', { messages: [] }, 'watch'],
    ['no messages at all', {}, 'watch'],
    ['an answer, whatever was said last', { messages: [user], resume: [answered] }, 'answer'],
    ['no answers', { messages: [user], resume: [] }, 'say'],
    ['null, as a Python client writes what it has not', { messages: [user], resume: null }, 'say'],
  ])('with %s', (_, input, type) => {
    expect(wantOf(input).type).toBe(type);
  });

  it('says one message', () => {
    const content = [
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ];
    expect(wantOf({ messages: [user, { ...user, id: 'm2', content }] })).toEqual({
      ...{ type: 'say', id: 'm2', message: 'one\ntwo' },
    });
  });

  it('answers no more than any run asks', () => {
    const resume = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ ...answered, interruptId: `r${at}` }));
    expect(wantOf({ resume: resume(100) }).type).toBe('answer');
    expect(() => wantOf({ resume: resume(101) })).toThrow('100 entries');
  });

  it('is refused by what is wrong with it, and not by what it says', () => {
    const messages = [{ ...user, content: { secret: 'm8_key' } }];
    const refused = () => wantOf({ messages });
    expect(refused).toThrow(expect.objectContaining({ argument: 'messages[0].content' }));
    expect(refused).not.toThrow('m8_key');
  });

  it('is one or none, whatever it is', () => {
    const message = fc.record({
      id: json,
      role: fc.constantFrom('user', 'tool', 7),
      content: json,
    });
    const entry = fc.record({ interruptId: json, status: json, payload: json });
    const some = (one: fc.Arbitrary<unknown>) => fc.oneof(fc.array(one), json);
    const input = fc.record(
      {
        threadId: fc.oneof(fc.string(), json),
        runId: fc.oneof(fc.string(), json),
        messages: some(message),
        resume: fc.oneof(fc.constant(undefined), some(entry)),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(input, (its) => {
        try {
          expect(['say', 'answer', 'watch']).toContain(wantedBy(its).want.type);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
