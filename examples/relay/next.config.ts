// The `next.config.ts` of it: Next.js sends `POST /m8tes/runs/` to `/m8tes/runs` otherwise.

import type { NextConfig } from 'next';

const config: NextConfig = { skipTrailingSlashRedirect: true };
export default config;
