import { createAzureLogsBackend, type AzureLogsOptions } from '../../src/backends/azure-logs/index.ts'
import type { Backend, QueryRequest, QueryResult } from '../../src/domain/ports.ts'
import { minutes } from '../../src/time/duration.ts'
import { at } from './instants.ts'
import { recordingClock, type RecordingClock } from './recording-clock.ts'

export const WORKSPACE_ID = '0e0e0e0e-0000-4000-8000-000000000003'

export interface AzureUnderTest {
  readonly backend: Backend
  readonly clock: RecordingClock
  ask(request?: Partial<QueryRequest>, signal?: AbortSignal): Promise<QueryResult>
}

/** The azure backend against a server on this machine; waits between attempts take no time and are recorded. */
export function azureUnderTest(endpoint: string, options: Partial<AzureLogsOptions> = {}): AzureUnderTest {
  const clock = recordingClock(at('2026-03-02T12:00:00Z'))
  const backend = createAzureLogsBackend({
    workspaces: new Map([['contoso', { id: WORKSPACE_ID }]]),
    credential: { kind: 'default' },
    endpoint,
    clock,
    random: () => 0,
    ...options,
  })
  return {
    backend,
    clock,
    ask: (request = {}, signal = new AbortController().signal) =>
      backend.query(
        { query: 'AllTypes', window: undefined, now: undefined, workspace: 'contoso', timeout: minutes(3), ...request },
        signal,
      ),
  }
}

export const window = (start: string, end: string) => ({ start: at(start), end: at(end) })
