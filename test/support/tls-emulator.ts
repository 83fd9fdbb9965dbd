import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import type { AzureLogsOptions } from '../../src/backends/azure-logs/index.ts'
import {
  DEFAULT_IDENTITY,
  startEmulator,
  type EmulatorOptions,
  type RunningEmulator,
} from '../../src/emulator/index.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { ALL_TYPES, EMPTY, tableBackend } from './table-backend.ts'

export interface TlsEmulator extends RunningEmulator {
  /** PEM text of the authority. */
  readonly ca: string
  readonly caFile: string
  /** Faults for the coming requests. */
  script(faults: readonly string[]): Promise<void>
}

/** The emulator as `hunt emulate --tls` runs it, over the table backend unless told otherwise. */
export async function tlsEmulator(options: Partial<EmulatorOptions> = {}): Promise<TlsEmulator> {
  const backend = tableBackend({ AllTypes: ALL_TYPES, Empty: EMPTY })
  const emulator = await startEmulator({ backend, tls: true, ...options })
  const caFile = emulator.description.ca ?? ''
  const ca = readFileSync(caFile, 'utf8')
  return { ...emulator, caFile, ca, script: (faults) => postFaults(emulator.url, ca, faults) }
}

function postFaults(url: string, ca: string, faults: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' }
    const outgoing = request(`${url}/_emulator/faults`, { method: 'POST', ca, headers, agent: false }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`the emulator refuses the faults with status ${response.statusCode}`))
      })
    })
    outgoing.on('error', reject)
    outgoing.end(JSON.stringify({ faults }))
  })
}

/** Settings with which the azure backend logs in at the emulator. */
export function loginAt(emulator: TlsEmulator): Partial<AzureLogsOptions> {
  const { tenantId, clientId, clientSecret } = DEFAULT_IDENTITY
  return {
    authorityHost: emulator.url,
    caFiles: [emulator.caFile],
    credential: { kind: 'client-secret', tenantId, clientId, clientSecret: () => clientSecret },
    clock: systemClock,
  }
}
