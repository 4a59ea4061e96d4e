import type { Answer } from './Answer';
import { jsonAnswer } from './jsonAnswer';
import type { Refusal } from './refusal';

const types: { readonly [status: number]: string } = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  429: 'rate_limit_error',
};

/** A refusal in the API's envelope. [wire §1 Errors] */
export const errorAnswer = (
  { status, message, error_code }: Pick<Refusal, 'status' | 'message' | 'error_code'>,
  request_id: string,
): Answer => {
  const type = types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const details = error_code === undefined ? {} : { details: { error_code } };
  return jsonAnswer({ error: { type, message, code: status, request_id, ...details } }, status);
};
