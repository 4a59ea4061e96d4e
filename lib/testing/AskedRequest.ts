import type { RouteName } from './routes/routes';

/** A request as the server got it. The key is not in it. */
export interface AskedRequest {
  readonly method: string;
  /** As sent, with the query. */
  readonly path: string;
  readonly route: RouteName | undefined;
  /** `authorization` is cut down to the end of the key, enough to tell accounts apart. */
  readonly headers: { readonly [name: string]: string };
  /** The parsed JSON; of a form its `payload`, and its files by name. */
  readonly body: unknown;
  readonly files: readonly string[];
}
