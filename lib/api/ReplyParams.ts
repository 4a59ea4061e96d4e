import type { Parameters } from './check';
import { parameter } from './parameter';
import type { Upload } from './Upload';

/**
 * What a reply takes. A reply is always non-interactive: it enables no questions, no approval mode
 * and no plan mode, so it offers none. [wire §5]
 */
export interface ReplyParams {
  /** What comes next. */
  readonly message: string;
  readonly stream?: boolean | undefined;
  readonly tools?: readonly string[] | undefined;
  /** Files that go with the message. */
  readonly files?: readonly Upload[] | undefined;
  readonly task_setup_tools?: boolean | undefined;
  readonly feedback?: boolean | undefined;
}

const { text, flag, texts, list } = parameter;

/** The codec of each, checked before anything is sent. */
export const ReplyParams: Parameters<ReplyParams> = {
  message: text,
  stream: flag,
  tools: texts,
  files: list,
  task_setup_tools: flag,
  feedback: flag,
};
