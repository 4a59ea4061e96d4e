import { asyncScheduler } from 'rxjs';
import { START } from '../../../lib/log/follow';
import type { Mark } from '../../../lib/log/RunLog';

/** What the reader of a Durable Stream asks for. */
export interface DurableRequest {
  /** Where to go on; undefined from the present end of the stream on. */
  readonly after: Mark | undefined;
  /** How to wait for what is not there yet; undefined for not at all. */
  readonly live: 'long-poll' | 'sse' | undefined;
  /** For the answer, if it is live. Above the reader's last one: no cache can keep giving him that. */
  readonly cursor: string;
}

/** Offsets sort as texts, says the protocol. */
export const offsetOf = ({ pos, fingerprint }: Mark): string =>
  `${String(pos).padStart(16, '0')}_${fingerprint}`;
const OFFSET = /^(\d{16})_([\w-]*)$/;

const markOf = (offset: string): Mark | undefined => {
  if (offset === '-1') return START;
  const [, pos, fingerprint = ''] = OFFSET.exec(offset) ?? [];
  return pos === undefined ? undefined : { pos: Number(pos), fingerprint };
};

/** The number of an interval of 20 s, or the next after the reader's. */
const cursorAfter = (last: string | null): string => {
  const interval = Math.floor((asyncScheduler.now() - Date.UTC(2024, 9, 9)) / 20_000);
  return String(Math.max(interval, /^\d{1,15}$/.test(last ?? '') ? Number(last) + 1 : 0));
};

/** Undefined where the protocol knows no such request. */
export const durableRequest = (address: string): DurableRequest | undefined => {
  const { searchParams } = new URL(address);
  const live = searchParams.get('live') ?? undefined;
  const offsets = searchParams.getAll('offset');
  const [offset = '-1'] = offsets;
  const after = markOf(offset);
  if (live !== undefined && live !== 'long-poll' && live !== 'sse') return undefined;
  if (offsets.length > 1 || (live !== undefined && offsets.length === 0)) return undefined;
  if (after === undefined && offset !== 'now') return undefined;
  return { after, live, cursor: cursorAfter(searchParams.get('cursor')) };
};
