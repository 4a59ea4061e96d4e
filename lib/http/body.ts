import { defer, last, map, scan, startWith, takeWhile, type Observable } from 'rxjs';
import type { TransportResponse } from './Transport';

/**
 * A whole body as text, read up to a limit in bytes: always UTF-8, whatever was declared. [wire §3]
 * One that is longer ends there, or with the error that `tooLong` makes.
 */
export const read = (
  { body }: Pick<TransportResponse, 'body'>,
  limit: number,
  tooLong?: () => Error,
): Observable<string> =>
  defer(() => {
    const decoder = new TextDecoder();
    return body.pipe(
      scan(
        ({ bytes, text }, chunk) => ({
          bytes: bytes + chunk.byteLength,
          text: text + decoder.decode(chunk, { stream: true }),
        }),
        { bytes: 0, text: '' },
      ),
      takeWhile(({ bytes }) => {
        if (bytes > limit && tooLong !== undefined) throw tooLong();
        return bytes < limit || tooLong !== undefined;
      }, true),
      startWith({ text: '' }),
      last(),
      map(({ text }) => text + decoder.decode()),
    );
  });

/**
 * The media type of an answer, in lower case and without parameters; empty where none is said. The
 * one rule by which an answer's type is judged.
 */
export const mediaType = ({ headers }: Pick<TransportResponse, 'headers'>): string =>
  (headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
