import { memoryLog } from '../../lib/log/memoryLog';
import { logContract } from '../../lib/testing/logContract';

describe('memoryLog', () => {
  logContract((options) => ({ log: memoryLog(options) }), { describe, it, expect });
});
