import { defer, last, map, scan, startWith, takeWhile, type Observable } from 'rxjs';
import { body } from './body';

/** A whole body as text, read up to a limit in bytes: always UTF-8, whatever was declared. [wire §3] */
export const read = (response: Response, limit = Infinity): Observable<string> =>
  defer(() => {
    const decoder = new TextDecoder();
    return body(response).pipe(
      scan(
        ({ bytes, text }, chunk) => ({
          bytes: bytes + chunk.byteLength,
          text: text + decoder.decode(chunk, { stream: true }),
        }),
        { bytes: 0, text: '' },
      ),
      takeWhile(({ bytes }) => bytes < limit, true),
      startWith({ text: '' }),
      last(),
      map(({ text }) => text + decoder.decode()),
    );
  });
