import { file } from 'm8tes-rx/testing';
import { served } from '../served';

describe('file', () => {
  it('is listed under the run, and can be downloaded', async () => {
    const { finished, get } = await served({ script: () => file('report.md', '# Report') });
    await finished();
    expect((await get('/runs/123/files')).items).toEqual([{ name: 'report.md', size: 8 }]);
    expect((await get('/runs/123/files/report.md/download')).text).toBe('# Report');
  });
});
