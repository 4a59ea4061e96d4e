// The relay in Next.js: this is `app/m8tes/[...path]/route.ts`.

import { relay } from './ours';

export const dynamic = 'force-dynamic';
export const GET = relay.handler;
export const POST = relay.handler;
