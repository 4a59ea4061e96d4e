export { SignatureError } from '../errors';
