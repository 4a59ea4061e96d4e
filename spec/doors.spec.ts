/**
 * The public names, each door in full: a name that comes or goes is a decision, and is written
 * down here. (spec/package.spec.ts holds that the published doors have the same names.)
 */
import * as front from 'm8tes-rx';
import * as agUi from 'm8tes-rx/ag-ui';
import * as aiSdk from 'm8tes-rx/ai-sdk';
import * as redis from 'm8tes-rx/redis';
import * as relay from 'm8tes-rx/relay';
import * as server from 'm8tes-rx/server';
import * as testing from 'm8tes-rx/testing';

const names = (door: object): readonly string[] => Object.keys(door).sort();

describe('doors', () => {
  it('m8tes-rx', () => {
    expect(names(front)).toEqual([
      'ApiError',
      'BudgetError',
      'BufferOverflowError',
      'ConnectionError',
      'DecodeError',
      'InvalidArgumentError',
      'RunFailedError',
      'RunTimeoutError',
      'StreamInterruptedError',
      'UnansweredError',
      'accumulate',
      'budget',
      'collectRun',
      'createClient',
      'decodeEvent',
      'encodeEvent',
      'events',
      'failOnError',
      'frameOf',
      'isInfrastructure',
      'isOver',
      'isPlanApproval',
      'isTerminal',
      'ofType',
      'planText',
      'questions',
      'respond',
      'standard',
      'strict',
      'textOnly',
      'toAsyncIterable',
      'toolCalls',
      'traced',
    ]);
  });

  it('m8tes-rx/ag-ui', () => {
    expect(names(agUi)).toEqual(['InvalidArgumentError', 'agUi']);
  });

  it('m8tes-rx/ai-sdk', () => {
    expect(names(aiSdk)).toEqual(['InvalidArgumentError', 'aiSdk', 'isAnswered']);
  });

  it('m8tes-rx/redis', () => {
    expect(names(redis)).toEqual(['InvalidArgumentError', 'redisLog']);
  });

  it('m8tes-rx/relay', () => {
    expect(names(relay)).toEqual([
      'InvalidArgumentError',
      'createRelay',
      'memoryLog',
      'relay',
      'toNode',
    ]);
  });

  it('m8tes-rx/server', () => {
    expect(names(server)).toEqual([
      'DecodeError',
      'InvalidArgumentError',
      'SignatureError',
      'verifyWebhook',
    ]);
  });

  it('m8tes-rx/testing', () => {
    expect(names(testing)).toEqual([
      'aPermissionRequest',
      'aPlan',
      'aQuestion',
      'aRun',
      'aRunCheck',
      'aRunFile',
      'aRunMessage',
      'aRunOutcome',
      'aShare',
      'aTask',
      'aTrigger',
      'aWebhookDelivery',
      'aWebhookEndpoint',
      'aWebhookEvent',
      'anAgent',
      'anError',
      'approval',
      'assistant',
      'block',
      'cassette',
      'cassetteOf',
      'cut',
      'done',
      'fail',
      'failingTool',
      'fakeApi',
      'fakeFetch',
      'fakeRun',
      'file',
      'forever',
      'letters',
      'localRoutes',
      'localServer',
      'logContract',
      'marbles',
      'metrics',
      'output',
      'plan',
      'question',
      'raw',
      'record',
      'recordedRun',
      'replay',
      'resplit',
      'run',
      'sample',
      'signWebhook',
      'slowTool',
      'text',
      'thinking',
      'together',
      'tool',
      'wait',
      'words',
    ]);
  });

  it('open on the same things', () => {
    for (const door of [agUi, aiSdk, redis, relay, server]) {
      const shared = names(door).filter((name) => Object.hasOwn(front, name));
      expect(shared).toContain('InvalidArgumentError');
      for (const name of shared) expect(Reflect.get(door, name)).toBe(Reflect.get(front, name));
    }
  });
});
