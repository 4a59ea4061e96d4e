// The relay in Nest: its handler as a middleware, for clients of this library; and a run as an `@Sse`
// of one's own, for a native EventSource.

import 'reflect-metadata';
import type { Server } from 'node:http';
import {
  Controller,
  ForbiddenException,
  Headers,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  Sse,
} from '@nestjs/common';
import type { MessageEvent } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { firstValueFrom, type Observable } from 'rxjs';
import { toNode } from 'm8tes-rx/relay';
import { client, relay, userOf } from './ours';

@Controller('runs')
class RunsController {
  @Sse(':id')
  async watch(
    @Param('id', ParseIntPipe) id: number,
    @Headers('cookie') cookie?: string,
    @Headers('last-event-id') after?: string,
  ): Promise<Observable<MessageEvent>> {
    const user_id = userOf(cookie);
    if (user_id === undefined) throw new ForbiddenException();
    // `relay.messages` asks nobody for leave, and once there is an Observable it is too late for a
    // 404: Nest sends the headers of a stream before its first message.
    await firstValueFrom(client.runs.get(id, { user_id })).catch(() => {
      throw new NotFoundException();
    });
    // A page closes its EventSource at `[DONE]`, which would come back for more.
    return relay.messages(id, { after });
  }
}

@Module({ controllers: [RunsController] })
class AppModule {}

export const listen = async (port: number): Promise<Server> => {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  app.use('/m8tes', toNode(relay.handler));
  await app.listen(port, '127.0.0.1');
  return app.getHttpServer() as Server;
};
