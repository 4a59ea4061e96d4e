import { DONE, written } from '../../../lib/bridges/ai-sdk/wire';
import type { UIMessageChunk } from '../../../lib/bridges/ai-sdk/UIMessageChunk';
import { parsed } from './theirs';

describe('a chunk on the wire', () => {
  it.each([
    ['a name that a reader takes for an attack', '{"__proto__":1}', '{"_proto":1}'],
    ['another', '{"constructor":{"prototype":1}}', '{"constructor":{"_prototype":1}}'],
    [
      'one that looks like it',
      '{"constructor":{"name":"Ferrari"}}',
      '{"constructor":{"name":"Ferrari"}}',
    ],
    ['one deep inside', '[[{"a":{"__proto__":{}}}]]', '[[{"a":{"_proto":{}}}]]'],
    ['one in a text', '"\\"__proto__\\":"', '"\\"__proto__\\":"'],
    ['line ends', '"\\n\\r\u2028"', '"\\n\\r\u2028"'],
  ])('is read by the real client, with %s', async (_, output, expected) => {
    const chunk: UIMessageChunk = {
      ...({ type: 'tool-output-available', toolCallId: 't' } as const),
      output: JSON.parse(output) as unknown,
    };
    const [read] = await parsed(written(chunk) + DONE);
    expect(JSON.stringify(read)).toBe(JSON.stringify({ ...chunk, output: JSON.parse(expected) }));
  });
});
