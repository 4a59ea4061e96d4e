import { InvalidArgumentError } from '../errors';
import type { Upload } from './params';

const isJson = (value: unknown): boolean => {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
};

/** A body's JSON text; what is `undefined` was not given and is left out. */
export const json = (body: object): string => {
  try {
    return JSON.stringify(body);
  } catch {
    const [name = 'parameters'] = Object.entries(body).find(([, value]) => !isJson(value)) ?? [];
    throw new InvalidArgumentError(name, 'cannot be written as JSON (a cycle, or a BigInt)');
  }
};

const typed = (content: Blob | BufferSource | string, given?: string): Blob => {
  const own = content instanceof Blob ? content.type : '';
  return new Blob([content], { type: given || own || 'application/octet-stream' });
};

const part = (upload: Upload, index: number): { readonly name: string; readonly content: Blob } => {
  const at = `files[${index}]`;
  if (typeof upload !== 'object' || upload === null) {
    throw new InvalidArgumentError(at, 'must be a File, or { name, content }');
  }
  const { name, type } = upload;
  const content: unknown = upload instanceof Blob ? upload : upload.content;
  if (typeof name !== 'string' || name === '' || /[/\\\p{Cc}]/u.test(name)) {
    throw new InvalidArgumentError(
      `${at}.name`,
      'must be a flat file name: not empty, without slashes or control characters',
    );
  }
  if (type !== undefined && type !== '' && !/^[\w.+-]+\/[\w.+-]+(;[ -~]*)?$/.test(type)) {
    throw new InvalidArgumentError(`${at}.type`, 'must be a media type such as text/plain');
  }
  const isContent =
    typeof content === 'string' ||
    content instanceof Blob ||
    content instanceof ArrayBuffer ||
    ArrayBuffer.isView(content);
  if (!isContent) {
    throw new InvalidArgumentError(`${at}.content`, 'must be a Blob, bytes, or text');
  }
  return { name, content: typed(content as Blob | BufferSource | string, type) };
};

/** "Uploads are multipart (`payload` = the JSON body as text, `files` = one part a file)." [wire §1] */
export const multipart = (payload: string, uploads: readonly Upload[]): FormData => {
  const form = new FormData();
  form.set('payload', payload);
  uploads.map(part).forEach(({ name, content }) => form.append('files', content, name));
  return form;
};
