import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConfigError } from '../domain/errors.ts'
import type { Metrics } from './metrics.ts'

/** How the scheduler is; anything but `ok` answers 503, so that an orchestrator can act on it. */
export interface Health {
  readonly status: 'ok' | 'starting' | 'stale' | 'stopping'
  /** For a person who looks; no secrets, no cells. */
  readonly detail: Readonly<Record<string, string | number | null>>
}

export interface MonitorServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves `/metrics` and `/healthz` on this machine only: neither asks who is there. Rejects with ConfigError
 * `config/metrics-port` when the port is taken.
 */
export async function startMonitorServer(
  port: number,
  { metrics, health }: { readonly metrics: Metrics; readonly health: () => Health },
): Promise<MonitorServer> {
  const server = createServer((request, response) => {
    void answer(request, { metrics, health }).then(
      (reply) => send(response, reply),
      (error: unknown) => send(response, { status: 500, type: TEXT, body: `${reasonOf(error)}\n` }),
    )
  })
  await listen(server, port)
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      // Scrapers keep connections open.
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const TEXT = 'text/plain; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
}

async function answer(
  { method, url = '' }: IncomingMessage,
  { metrics, health }: { readonly metrics: Metrics; readonly health: () => Health },
): Promise<Reply> {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, type: TEXT, body: 'GET or HEAD\n' }
  switch (url.split('?')[0]) {
    case '/metrics': {
      const { type, text } = await metrics.scrape()
      return { status: 200, type, body: text }
    }
    case '/healthz': {
      const state = health()
      return { status: state.status === 'ok' ? 200 : 503, type: JSON_TYPE, body: `${JSON.stringify(state)}\n` }
    }
    default:
      return { status: 404, type: TEXT, body: '/metrics or /healthz\n' }
  }
}

function send(response: ServerResponse, { status, type, body }: Reply): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body)
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port, host: '127.0.0.1' }, resolve)
    })
  } catch (cause) {
    throw new ConfigError({
      code: 'config/metrics-port',
      message: `metrics cannot be served on port ${port} of this machine: ${reasonOf(cause)}`,
      hint: 'Choose another --metrics-port; 0 takes any free one and says which.',
      cause,
    })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
