import 'next/dist/server/node-environment-baseline'; // first: what the rest takes to be there

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buildCustomRoute } from 'next/dist/lib/build-custom-route';
import loadCustomRoutes from 'next/dist/lib/load-custom-routes';
import { NodeNextRequest, NodeNextResponse } from 'next/dist/server/base-http/node';
import type { RouteKind } from 'next/dist/server/route-kind';
import { AppRouteRouteModule } from 'next/dist/server/route-modules/app-route/module';
import { sendResponse } from 'next/dist/server/send-response';
import * as adapters from 'next/dist/server/web/spec-extension/adapters/next-request';
import * as userland from '../../examples/relay/next';
import config from '../../examples/relay/next.config';

const pathname = '/m8tes/[...path]';
const file = `app${pathname}/route`;

/**
 * The page of Next.js as a build of it runs: behind Next's own redirects, in its own route, with its
 * requests and answers.
 */
export const listen = async (port: number): Promise<Server> => {
  const { redirects } = await loadCustomRoutes(config);
  const redirected = redirects.map(
    (redirect) => new RegExp(buildCustomRoute('redirect', redirect, []).regex),
  );
  const route = new AppRouteRouteModule({
    definition: {
      kind: 'APP_ROUTE' as RouteKind.APP_ROUTE,
      page: `${pathname}/route`,
      pathname,
      filename: 'route',
      bundlePath: file,
    },
    distDir: '.next',
    relativeProjectDir: '',
    resolvedPagePath: `${file}.ts`,
    nextConfigOutput: undefined,
    userland: () => ({ generateStaticParams: undefined, ...userland }),
  });
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    if (redirected.some((regex) => regex.test(incoming.url!))) {
      outgoing.writeHead(308, { location: incoming.url!.replace(/\/$/, '') }).end();
      return;
    }
    const request = new NodeNextRequest(incoming);
    const { NextRequestAdapter, signalFromNodeResponse } = adapters;
    const response = await route.handle(
      NextRequestAdapter.fromNodeNextRequest(request, signalFromNodeResponse(outgoing)),
      {
        params: { path: [] },
        previewProps: {
          previewModeId: '',
          previewModeEncryptionKey: '',
          previewModeSigningKey: '',
        },
        renderOpts: {
          cacheLifeProfiles: { default: { stale: 300, revalidate: 900, expire: 3600 } },
          staticPageGenerationTimeout: 60,
          cacheComponents: false,
          validationLevel: 'warning',
          experimental: {
            authInterrupts: false,
            useCacheTimeout: 60,
            durableUseCacheEntries: false,
          },
          waitUntil: undefined,
          onClose: (close) => void outgoing.on('close', close),
          onAfterTaskError: undefined,
        },
        sharedContext: { buildId: 'spec', deploymentId: '' },
      },
    );
    await sendResponse(request, new NodeNextResponse(outgoing), response);
  };
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  return server.listen(port, '127.0.0.1');
};
