import type { WorkspaceTags } from '../domain/rule-workspaces.ts'
import type { Overlap } from '../domain/rule.ts'
import type { Duration } from '../domain/time.ts'
import type { CredentialKind } from './credential.ts'
import type { Secret } from './secret.ts'
import type { BACKENDS, CLOUDS, LOG_FORMATS, LOG_LEVELS, REPORT_FORMATS } from './choices.ts'
import type { SinkConfig } from './sink-config.ts'

interface SearchedPlace {
  /** Unique without regard to case; stands in files, ledger and incidents. */
  readonly name: string
  readonly tags: readonly string[]
  readonly credential: CredentialKind
  readonly tenantId: string | undefined
  /** How far back it keeps logs, where that differs from the common setting. */
  readonly retention?: Duration | undefined
  /** What it may be asked, of what its identity may ask; absent: as much as that. */
  readonly limits?: WorkspaceLimits | undefined
}

/** Each narrows what holds for all workspaces, and never widens it. */
export interface WorkspaceLimits {
  /** Queries at once. */
  readonly concurrency?: number | undefined
  /** Queries that may begin within 30 seconds. */
  readonly rate?: number | undefined
  /** How long one query may take. */
  readonly timeout?: Duration | undefined
}

export interface LogAnalyticsConfig extends SearchedPlace {
  readonly kind: 'log-analytics'
  /** Customer id of the Log Analytics workspace, lower-case GUID. */
  readonly id: string
}

/** A tenant of Microsoft Defender XDR: which one, says the login. */
export interface DefenderXdrConfig extends SearchedPlace {
  readonly kind: 'defender-xdr'
  /** How far back it has events. */
  readonly retention: Duration
}

/** A database of Azure Data Explorer, or what speaks its protocol. */
export interface DataExplorerConfig extends SearchedPlace {
  readonly kind: 'data-explorer'
  /** Address of the cluster, without a slash at the end. */
  readonly cluster: string
  readonly database: string
  /** Resource of the tokens; undefined: the cluster. */
  readonly audience: string | undefined
  /** The time of its tables; undefined: `TimeGenerated`. */
  readonly timeColumn: string | undefined
}

/** Where rules run: a workspace, or what is searched like one. */
export type WorkspaceConfig = LogAnalyticsConfig | DefenderXdrConfig | DataExplorerConfig

/** Everything that a command may depend on, decided once and frozen. Paths are absolute. */
export interface Config {
  /** Undefined when nothing says what to search. */
  readonly backend: (typeof BACKENDS)[number] | undefined
  /** Undefined when neither set nor present in the working directory: the bundled rule pack is meant. */
  readonly queries: string | undefined
  readonly data: string | undefined
  /** Folder of table schemas beside the built-in ones. */
  readonly schemas: string | undefined
  /** DuckDB's notation, `4GB`; undefined leaves it to DuckDB: 80 % of the machine's memory. */
  readonly memory: string | undefined
  /** Folder for what is kept between processes; `none`: nothing is, undefined: where the system has such folders. */
  readonly cache: string | undefined
  /** Folder with copies of what `externaldata` names; undefined: `externaldata/` of the data folder. */
  readonly externalData: string | undefined
  /** MaxMind database of places, for `geo_info_from_ip_address`. */
  readonly ipLocations: string | undefined
  readonly output: string
  readonly ledger: string
  readonly workspaces: readonly WorkspaceConfig[]
  /** Their tags by name. */
  readonly workspaceTags: WorkspaceTags
  readonly cloud: (typeof CLOUDS)[number]
  readonly endpoint: string | undefined
  /** Of Azure Resource Manager. */
  readonly managementEndpoint: string | undefined
  /** Of Microsoft Graph. */
  readonly graphEndpoint: string | undefined
  readonly audience: string | undefined
  readonly caFile: string | undefined
  readonly credential: CredentialKind
  /** Client id or resource id of a user-assigned managed identity; undefined: what AZURE_CLIENT_ID says. */
  readonly managedIdentity: string | undefined
  /** Undefined leaves it to the kind of rule (src/time/default-times.ts). */
  readonly delay: Duration | undefined
  /** By name of table. */
  readonly tableDelays: ReadonlyMap<string, Duration> | undefined
  /** How old a slot of the schedule may be and still be run. */
  readonly maxCatchUp: Duration
  /** How much of the past each slot of the schedule reads once more. */
  readonly overlap: Overlap
  /** How long after the end of a UTC day its slots are searched once more; undefined: never. */
  readonly reconcile: Duration | undefined
  /** From how many failures of a rule in a row its health is an incident; undefined: never. */
  readonly healthIncidents: number | undefined
  /** How far back the workspaces keep logs; undefined when nobody says. */
  readonly retention: Duration | undefined
  /** Within how much time the daemon spreads rules that are due at once. */
  readonly jitter: Duration
  /** Cron expression of the daemon's looks. */
  readonly wake: string
  readonly timeout: Duration
  readonly concurrency: number
  readonly sinks: readonly SinkConfig[]
  /** IANA name; in it the days of reports begin. */
  readonly timeZone: string
  /** Time of the clock at which the report of the day before is due; undefined when nobody asked for it. */
  readonly reportAt: string | undefined
  readonly reportFormats: readonly (typeof REPORT_FORMATS)[number][]
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly logFormat: (typeof LOG_FORMATS)[number]
  /** Written anew after each pass over the schedule. */
  readonly deadManFile: string | undefined
  /** Asked for after each pass over the schedule. */
  readonly deadManUrl: Secret | undefined
  /** Folder of hunt.yaml, or the working directory where there is none. */
  readonly configFolder: string
  /** hunt.yaml as messages name it; undefined when there is none. */
  readonly configFile: string | undefined
  /** Things worth saying that stop nothing, such as a misspelt HUNT_ variable. */
  readonly warnings: readonly string[]
  /** The AZURE_* variables of environment and .env: what credentials are made of. */
  readonly azureVariables: Readonly<Record<string, Secret>>
}
