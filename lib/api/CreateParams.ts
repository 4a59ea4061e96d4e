import type { Parameters } from './check';
import { parameter } from './parameter';
import { TaskRunParams } from './TaskRunParams';
import type { Upload } from './Upload';

/** What a new run takes. */
export interface CreateParams extends TaskRunParams {
  /** What the teammate is to do. */
  readonly message: string;
  /** Names of the tools it may use. */
  readonly tools?: readonly string[] | undefined;
  /** Files that go with the message. */
  readonly files?: readonly Upload[] | undefined;
  /** Makes a new teammate of this name. */
  readonly name?: string | undefined;
  readonly instructions?: string | undefined;
  /** JSON Schema of type object, without `$ref`: `output_data` will fit it. */
  readonly output_schema?: { readonly [keyword: string]: unknown } | undefined;
}

const { text, object, texts, list } = parameter;

/** The codec of each, checked before anything is sent. */
export const CreateParams: Parameters<CreateParams> = {
  ...TaskRunParams,
  message: text,
  tools: texts,
  files: list,
  name: text,
  instructions: text,
  output_schema: object,
};
