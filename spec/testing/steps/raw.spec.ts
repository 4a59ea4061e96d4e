import { raw } from 'm8tes-rx/testing';
import { served } from '../served';

const FRAME = 'event: x\r\nid: 7\r\ndata: {"type":"text-delta",\r\ndata: "delta":"odd"}\r\n\r\n';

describe('raw', () => {
  it('sends these bytes and no others', async () => {
    const { post } = await served({ script: () => raw(FRAME) });
    const { text } = await post('/runs/', { message: 'hello' });
    expect(text).toContain(`\n\n${FRAME}data: `);
  });

  it('is read into the record as any client reads it', async () => {
    const ending = 'data: {"type":"done","stop_reason":"refusal"}\n\n';
    const { post, get } = await served({
      script: () => [...raw(FRAME), ...raw(ending.slice(0, 9)), ...raw(ending.slice(9))],
    });
    const { text } = await post('/runs/', { message: 'hello' });
    expect(text.endsWith(ending)).toBe(true);
    expect((await get('/runs/123')).json).toMatchObject({ output: 'odd', stop_reason: 'refusal' });
  });

  it('takes bytes that are no text', async () => {
    const { ask } = await served({ script: () => raw(Uint8Array.of(255, 10, 10)) });
    const response = await ask('POST', '/runs/', { message: 'hello' });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(bytes).toContain(255);
  });
});
