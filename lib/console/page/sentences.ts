import {
  ApiError,
  ConnectionError,
  RunTimeoutError,
  StreamInterruptedError,
  type ApiErrorKind,
} from 'm8tes-rx';

/** What went wrong, in a sentence, and what a person can do about it. */
export interface Sentence {
  readonly what: string;
  readonly advice: string;
}

const refusals: { readonly [K in ApiErrorKind]: Sentence } = {
  invalid: { what: 'The request was not accepted.', advice: 'Change the message and try again.' },
  unauthorized: {
    what: 'The API key was not accepted.',
    advice: 'Set M8TES_API_KEY to a valid key and start the console again.',
  },
  billing: { what: 'The account is out of credit.', advice: 'Add credit, then retry.' },
  forbidden: {
    what: 'This is not allowed.',
    advice: 'Open the address that the console printed when it started.',
  },
  missing: { what: 'There is no such run.', advice: 'Choose another from the list.' },
  conflict: {
    what: 'The run has moved on in the meantime.',
    advice: 'Read it again to see where it is.',
  },
  'rate-limit': { what: 'Too many requests at once.', advice: 'Wait a moment and try again.' },
  server: { what: 'The API had a problem of its own.', advice: 'Try again in a moment.' },
};

/** What an error means to whoever looks at the page. */
export const sentence = (error: unknown): Sentence => {
  if (error instanceof ApiError) {
    return error.code === 'gate_resolved_otherwise'
      ? { what: 'Somebody else decided the opposite first.', advice: 'Their decision stands.' }
      : refusals[error.kind];
  }
  if (error instanceof StreamInterruptedError) {
    return {
      what: 'The connection broke off and could not be mended. What is shown may not be all.',
      advice: 'The run itself may still be going on: read it again.',
    };
  }
  if (error instanceof ConnectionError || error instanceof RunTimeoutError) {
    return {
      what: 'The console does not answer.',
      advice: 'See whether it is still running where it was started, then try again.',
    };
  }
  return { what: 'Something went wrong in this page.', advice: 'Reload it.' };
};

/** Refusals after which nothing is left to decide: "the run moved on". */
export const hasMovedOn = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'gate_cancelled' || error.code === 'run_not_active');
