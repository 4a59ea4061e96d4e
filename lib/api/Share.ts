import * as t from 'io-ts';
import { record } from '../events/record';

/** A run's public link. */
export const Share = record({ share_token: t.string, share_url: t.string }, 'a share');
export type Share = t.TypeOf<typeof Share>;
