import { createServer } from 'node:http';
import type * as http from 'node:http';
import { builtin } from '../../lib/testing/builtin';

describe('builtin', () => {
  it('is the module itself', async () => {
    expect((await builtin<typeof http>('node:http')).createServer).toBe(createServer);
  });

  it('is had by an import where Node is older than 20.16', async () => {
    const { getBuiltinModule } = process;
    Object.assign(process, { getBuiltinModule: undefined });
    try {
      expect((await builtin<typeof http>('node:http')).createServer).toBe(createServer);
    } finally {
      Object.assign(process, { getBuiltinModule });
    }
  });
});
