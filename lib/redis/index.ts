/**
 * The door `m8tes-rx/redis`: a run's log on Redis, for many machines.
 *
 * @module m8tes-rx/redis
 */
export { InvalidArgumentError } from '../errors';
export type { IoRedis, NodeRedis } from './clients';
export { redisLog, type RedisLogOptions } from './redisLog';
