/**
 * A file that goes with a message: a `File`, or anything with a name and its content. Without a
 * type it is sent as `application/octet-stream`: the API rejects an untyped part. [wire §1]
 */
export type Upload =
  | File
  | {
      readonly name: string;
      readonly content: Blob | Uint8Array<ArrayBuffer> | ArrayBuffer | string;
      /** Media type; a `Blob` brings its own. */
      readonly type?: string | undefined;
    };
