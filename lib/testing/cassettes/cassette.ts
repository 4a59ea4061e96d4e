import type * as fs from 'node:fs/promises';
import { allowed, oneOf, rule, type Rules } from '../allowed';
import { builtin } from '../builtin';
import { record, recordRules, type Cassette, type FetchLike, type RecordOptions } from './record';
import { replayed, replayRules, textOf, type ReplayOptions } from './replay';
import { InvalidArgumentError, printable } from '../../errors';

/** Whether a cassette is played, made anew, or made where there is none yet. */
export type CassetteMode = 'replay' | 'record' | 'auto';

/** How a cassette is made and played. */
export interface CassetteOptions extends RecordOptions, Omit<ReplayOptions, 'pace'> {
  /** Of a replay: whether its waits are left out, or kept. Default `asap`. */
  readonly pace?: 'asap' | 'real' | undefined;
  /**
   * Default: the environment's `M8TES_CASSETTES`; without it `replay` where `CI` is set, and
   * elsewhere `auto`.
   */
  readonly mode?: CassetteMode | undefined;
  /** What is recorded. Default: the platform's. */
  readonly fetch?: FetchLike | undefined;
}

const modes = ['replay', 'record', 'auto'] as const;

const rules: Rules<CassetteOptions> = {
  ...recordRules,
  ...replayRules,
  pace: oneOf('asap', 'real'),
  mode: oneOf(...modes),
  fetch: rule.callback,
};

interface Environment {
  readonly env?: { readonly [name: string]: string | undefined };
}

const modeOf = (): CassetteMode => {
  const { process } = globalThis as { readonly process?: Environment };
  const { M8TES_CASSETTES: given = '', CI = '' } = process?.env ?? {};
  if (given === '') return CI === '' ? 'auto' : 'replay';
  const mode = modes.find((mode) => mode === given);
  if (mode !== undefined) return mode;
  throw new InvalidArgumentError(
    'M8TES_CASSETTES',
    `must be one of ${modes.join(', ')}, and is ${printable(given)}`,
  );
};

const textIn = async (file: string): Promise<string | undefined> => {
  const { readFile } = await builtin<typeof fs>('node:fs/promises');
  return readFile(file, 'utf8').catch((error: { readonly code?: string }) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
};

/**
 * A `fetch` that is recorded once and replayed from then on.
 *
 * @example
 * ```ts
 * import { createClient } from 'm8tes-rx';
 * import { cassette } from 'm8tes-rx/testing';
 *
 * const fetch = cassette('cassettes/triage.ndjson');
 * const client = createClient({ fetch, apiKey: process.env['M8TES_API_KEY'] ?? 'm8_replayed' });
 * // … and at the end of the test:
 * await fetch.close();
 * ```
 */
export const cassette = (file: string, options: CassetteOptions = {}): Cassette => {
  allowed('', options, rules);
  const { mode = modeOf(), fetch = globalThis.fetch, pace, resplit, redact, normalize } = options;
  const recording = (): Cassette => record(fetch, file, { redact, normalize });
  const replaying = (text: string): Cassette => replayed(textOf(text), { pace, resplit, redact });

  const choose = async (): Promise<Cassette> => {
    if (mode === 'record') return recording();
    const text = await textIn(file);
    if (text !== undefined) return replaying(text);
    if (mode === 'auto') return recording();
    throw new InvalidArgumentError(
      'cassette',
      `${printable(file, 200)} is not there: record it, with M8TES_CASSETTES=record`,
    );
  };
  let chosen: Promise<Cassette> | undefined;
  const chosenOnce = (): Promise<Cassette> => (chosen ??= choose());
  return Object.assign(
    async (input: string | URL | Request, init?: RequestInit) => (await chosenOnce())(input, init),
    { close: async () => (await chosenOnce()).close() },
  );
};
