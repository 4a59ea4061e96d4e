// How a run is written: JSON, frames, and the chunks that they come in.
import { TextEncoder } from 'node:util';

/** JSON as Python writes it, and as the documented sample of the stream has it. */
export const json = (value, text = JSON.stringify) => {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => json(item, text)).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${text(key)}: ${json(item, text)}`)
    .join(', ')}}`;
};

/** A text as Python writes it unless it is told otherwise: ASCII alone. */
export const ascii = (text) =>
  JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const data = (line) => `data: ${line}\n\n`;

/** The chunks that frames come in: of so many bytes, or (0) one frame each. */
export const chunked = (frames, size) => {
  const encoder = new TextEncoder();
  if (size === 0) return frames.map((frame) => encoder.encode(frame));
  const bytes = encoder.encode(frames.join(''));
  const parts = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.slice(at, at + size));
  return parts;
};
