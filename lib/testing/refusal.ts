/** Why a request is refused. A handler throws it. */
export interface Refusal extends Error {
  readonly status: number;
  readonly error_code?: string | undefined;
}

/** A refusal to throw; the message is for people, the code for programs. [wire §1 Errors] */
export const refusal = (status: number, message: string, error_code?: string): Refusal =>
  Object.assign(new Error(message), { status, error_code });
