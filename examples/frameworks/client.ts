// The one client of a page: it has no key, for the page's cookie says who it is.

import { createClient } from 'm8tes-rx';

export const client = createClient({ relay: '/m8tes' });
