import { readFileSync } from 'node:fs'
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
}

/** The emulator as `hunt emulate --tls` runs it, over the table backend unless told otherwise. */
export async function tlsEmulator(options: Partial<EmulatorOptions> = {}): Promise<TlsEmulator> {
  const backend = tableBackend({ AllTypes: ALL_TYPES, Empty: EMPTY })
  const emulator = await startEmulator({ backend, tls: true, ...options })
  const caFile = emulator.description.ca ?? ''
  return { ...emulator, caFile, ca: readFileSync(caFile, 'utf8') }
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
