import { InvalidArgumentError } from '../../errors';
import { isObject } from '../../events/record';
import type { AgUiMessage } from './events';

/** An answer to an interrupt. */
export interface ResumeEntry {
  readonly interruptId: string;
  readonly status: 'resolved' | 'cancelled';
  readonly payload?: unknown;
}

/** What a client wants of a thread. */
export type Want =
  /** That this is said: to begin with, or as a reply. */
  | { readonly type: 'say'; readonly id: string; readonly message: string }
  /** That this is answered, and then to see how it goes on. */
  | { readonly type: 'answer'; readonly entries: readonly ResumeEntry[] }
  /** To see the turn that it is at. */
  | { readonly type: 'watch' };

/** What a client of AG-UI asked for. */
export interface Wanted {
  readonly threadId: string;
  readonly runId: string;
  /** The messages that it has. */
  readonly messages: readonly AgUiMessage[];
  readonly want: Want;
}

const MOST_CHARACTERS = 256;

const named = (value: unknown, argument: string): string => {
  if (typeof value === 'string' && value !== '' && value.length <= MOST_CHARACTERS) return value;
  throw new InvalidArgumentError(argument, `must be a text of 1 to ${MOST_CHARACTERS} characters`);
};

const isMessage = (value: unknown): value is AgUiMessage =>
  isObject(value) && typeof value['id'] === 'string' && typeof value['role'] === 'string';

/** The words of a message. What else it may hold goes nowhere, so that it is refused. */
const wordsOf = (content: unknown, argument: string): string => {
  const parts: readonly unknown[] = Array.isArray(content)
    ? content
    : [{ type: 'text', text: content }];
  const texts = parts.map((part) =>
    isObject(part) && part['type'] === 'text' ? part['text'] : undefined,
  );
  if (!texts.every((text) => typeof text === 'string'))
    throw new InvalidArgumentError(argument, 'must be text: files cannot be sent this way');
  const words = texts.join('\n');
  if (words.trim() === '') throw new InvalidArgumentError(argument, 'must say something');
  return words;
};

/** Answers at once: no run asks that much. */
const MOST_ENTRIES = 100;

const entriesOf = (resume: readonly unknown[]): readonly ResumeEntry[] => {
  if (resume.length > MOST_ENTRIES)
    throw new InvalidArgumentError('resume', `must have ${MOST_ENTRIES} entries at the most`);
  const seen = new Set<unknown>();
  return resume.map((entry, index) => {
    const at = `resume[${index}]`;
    if (!isObject(entry)) throw new InvalidArgumentError(at, 'must be an object');
    const interruptId = named(entry['interruptId'], `${at}.interruptId`);
    if (seen.has(interruptId))
      throw new InvalidArgumentError(`${at}.interruptId`, 'is answered twice');
    seen.add(interruptId);
    const { status, payload } = entry;
    if (status !== 'resolved' && status !== 'cancelled')
      throw new InvalidArgumentError(`${at}.status`, "must be 'resolved' or 'cancelled'");
    return { interruptId, status, payload };
  });
};

const wantOf = (resume: unknown, messages: readonly AgUiMessage[]): Want => {
  if (resume !== undefined && resume !== null) {
    if (!Array.isArray(resume)) throw new InvalidArgumentError('resume', 'must be a list');
    if (resume.length > 0) return { type: 'answer', entries: entriesOf(resume) };
  }
  const last = messages.at(-1);
  if (last?.role !== 'user') return { type: 'watch' };
  const at = `messages[${messages.length - 1}]`;
  const id = named(last.id, `${at}.id`);
  return { type: 'say', id, message: wordsOf(last.content, `${at}.content`) };
};

/**
 * What a `RunAgentInput` asks for. Of the conversation only the last message is said: what was before
 * it the run knows. Tools, context, state and forwarded props of a page are no business of the run.
 *
 * @throws {InvalidArgumentError} where it is none
 */
export const wantedBy = (input: { readonly [field: string]: unknown }): Wanted => {
  const { threadId, runId, messages = [], resume } = input;
  const its = { threadId: named(threadId, 'threadId'), runId: named(runId, 'runId') };
  if (!Array.isArray(messages) || !messages.every(isMessage))
    throw new InvalidArgumentError('messages', 'must be a list of messages with an id and a role');
  return { ...its, messages, want: wantOf(resume, messages) };
};
