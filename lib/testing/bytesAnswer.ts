import { of } from 'rxjs';
import type { Answer } from './Answer';

/** An answer whose body is known whole. */
export const bytesAnswer = (bytes: Uint8Array, type: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': type, 'content-length': String(bytes.length) },
  body: of({ bytes }),
});
