import { EMPTY } from 'rxjs';
import type { Answer } from './Answer';

/** 204: it is done, and there is nothing to say. */
export const emptyAnswer: Answer = { status: 204, headers: {}, body: EMPTY };
