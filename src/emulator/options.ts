import { randomUUID } from 'node:crypto'
import type { Backend } from '../domain/ports.ts'
import type { FunctionSchema } from '../domain/schema.ts'
import type { Clock, Duration, Instant } from '../domain/time.ts'
import { systemClock } from '../time/system-clock.ts'
import { seconds } from '../time/duration.ts'
import { SUGGESTED, type OpenPoints } from './open-points.ts'
import { SERVICE_RATES, type RateSettings } from './rate-limits.ts'

/** A registered application of the emulator's own tenant. Well-known values: they protect nothing. */
export interface EmulatorIdentity {
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: string
}

/** Built-in roles of contract D7. */
export type SentinelRole = 'contributor' | 'responder' | 'reader' | 'none'

/** What Azure Resource Manager says of a table. */
export interface EmulatorTable {
  readonly plan: 'Analytics' | 'Basic' | 'Auxiliary'
  /** How many days queries reach back; undefined: as many as the workspace says. */
  readonly retentionInDays?: number
  /** With what only search jobs reach. */
  readonly totalRetentionInDays?: number
}

/** Bounds of the service, `shared/reference/azure-contract.md` A7; smaller ones make them testable. */
export interface EmulatorLimits {
  /** Records of one answer. */
  readonly records: number
  /** Bytes of one answer before JSON encoding. */
  readonly bytes: number
  /** Bytes of one request body; the service's own figure is UNCONFIRMED (A6, 413). */
  readonly requestBytes: number
  /** `Prefer: wait` when the request has none, and at most. */
  readonly defaultWait: Duration
  readonly longestWait: Duration
}

export interface EmulatorOptions {
  /** Answers the queries; its own errors become the service's. Stays the caller's to close. */
  readonly backend: Backend
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** Https with an authority of its own; `caFile` is where its certificate goes (default: the temporary folder). */
  readonly tls?: boolean | { readonly caFile?: string }
  /** What `now()` means in a query that does not say; default: the wall clock. */
  readonly now?: Instant | undefined
  /** Refuse requests without a valid token. Default: with `tls` yes, without no. */
  readonly requireTokens?: boolean
  /** Refuse members, headers and preferences that the contract does not know. Default true. */
  readonly strict?: boolean
  /** Workspace id (GUID, lower case) → name given to the backend. Default: any GUID is `local`. */
  readonly workspaces?: ReadonlyMap<string, string> | undefined
  /** Functions saved in the workspace, as Azure Resource Manager lists them; the backend knows them by itself. */
  readonly functions?: ReadonlyMap<string, FunctionSchema>
  /** How tables keep their logs, as Azure Resource Manager lists them, by name. */
  readonly tables?: ReadonlyMap<string, EmulatorTable>
  /** Answer from a cache for two minutes, as the service may (A2). Default false. */
  readonly cache?: boolean
  /** Refuse what is beyond the rates of the services (A7, D5, E); smaller ones make them testable. Default false. */
  readonly rateLimits?: boolean | RateSettings
  /** What the identity may do in Sentinel (contract D7). Default `contributor`. */
  readonly sentinelRole?: SentinelRole
  /** Where a client that asks `/arc/token` looks for its key. Default: where the agent of Azure Arc has it on Linux. */
  readonly arcKeyFile?: string | undefined
  /** What the services do where nobody knows it. Default: as contract H suggests. */
  readonly openPoints?: Partial<OpenPoints>
  readonly identity?: EmulatorIdentity
  readonly limits?: Partial<EmulatorLimits>
  readonly clock?: Clock
  readonly newId?: () => string
}

export interface EmulatorSettings {
  readonly backend: Backend
  readonly now: Instant | undefined
  readonly requireTokens: boolean
  readonly strict: boolean
  readonly workspaces: ReadonlyMap<string, string> | undefined
  readonly functions: ReadonlyMap<string, FunctionSchema>
  readonly tables: ReadonlyMap<string, EmulatorTable>
  readonly cache: boolean
  readonly rates: RateSettings | undefined
  readonly sentinelRole: SentinelRole
  readonly arcKeyFile: string
  readonly openPoints: OpenPoints
  readonly identity: EmulatorIdentity
  readonly limits: EmulatorLimits
  readonly clock: Clock
  readonly newId: () => string
}

export const DEFAULT_IDENTITY: EmulatorIdentity = {
  tenantId: '0e0e0e0e-0000-4000-8000-000000000001',
  clientId: '0e0e0e0e-0000-4000-8000-000000000002',
  clientSecret: 'hunt-emulator-secret',
}

/** Where the agent of Azure Arc puts its keys on Linux; MSAL reads none elsewhere. The emulator writes nothing there itself. */
export const ARC_KEY_FILE = '/var/opt/azcmagent/tokens/hunt-emulator.key'

/** The same on Windows, below %ProgramData%. */
export function arcKeyFileOnWindows(programData: string): string {
  return `${programData}\\AzureConnectedMachineAgent\\Tokens\\hunt-emulator.key`
}

/** The workspace id to use when any would do. */
export const DEFAULT_WORKSPACE = '0e0e0e0e-0000-4000-8000-000000000003'

export const SERVICE_LIMITS: EmulatorLimits = {
  records: 500_000,
  bytes: 64_000_000,
  requestBytes: 16 * 1024 * 1024,
  defaultWait: seconds(180),
  longestWait: seconds(600),
}

export function settle(options: EmulatorOptions): EmulatorSettings {
  return {
    backend: options.backend,
    now: options.now,
    requireTokens: options.requireTokens ?? Boolean(options.tls),
    strict: options.strict ?? true,
    workspaces: options.workspaces,
    functions: options.functions ?? new Map(),
    tables: options.tables ?? new Map(),
    cache: options.cache ?? false,
    rates: ratesOf(options.rateLimits ?? false),
    sentinelRole: options.sentinelRole ?? 'contributor',
    arcKeyFile: options.arcKeyFile ?? ARC_KEY_FILE,
    openPoints: { ...SUGGESTED, ...options.openPoints },
    identity: options.identity ?? DEFAULT_IDENTITY,
    limits: { ...SERVICE_LIMITS, ...options.limits },
    clock: options.clock ?? systemClock,
    newId: options.newId ?? randomUUID,
  }
}

function ratesOf(option: boolean | RateSettings): RateSettings | undefined {
  if (option === false) return undefined
  return option === true ? SERVICE_RATES : option
}
