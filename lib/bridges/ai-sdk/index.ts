/**
 * The door `m8tes-rx/ai-sdk`: runs as chats of the AI SDK, whose package it does not need.
 *
 * @module m8tes-rx/ai-sdk
 */
export { aiSdk, type AiSdkOptions } from './aiSdk';
export { isAnswered, type ChatLike } from './isAnswered';
export { InvalidArgumentError } from '../../errors';
