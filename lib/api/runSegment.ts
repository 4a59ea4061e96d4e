import { InvalidArgumentError } from '../errors';
import { parameter } from './parameter';

const { id } = parameter;

/** A run's id as a path takes it. @throws InvalidArgumentError */
export const runSegment = (runId: number): { readonly runId: number } => {
  if (!id.is(runId)) throw new InvalidArgumentError('runId', `must be ${id.name}`);
  return { runId };
};
