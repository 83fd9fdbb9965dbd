import type { Sink } from '../domain/ports.ts'
import type { Clock } from '../domain/time.ts'
import type { SinkOptions } from './sink-options.ts'

/** What any sink may need of its surroundings. */
export interface SinkContext {
  /** The output folder. */
  readonly output: string
  readonly clock: Clock
  /** Folder that relative paths of options start from: that of hunt.yaml. */
  readonly folder: string
  /** PEM file with private certificate authorities to trust beside the usual ones. */
  readonly caFile?: string | undefined
  /** Folders of rules carry tags for workspaces too: those of the configured ones, by name. */
  readonly workspaceTags: ReadonlyMap<string, readonly string[]>
  readonly azure: AzureSurroundings
  readonly version: string
}

/** Azure as the configuration has it; only the sinks of Azure ask. */
export interface AzureSurroundings {
  readonly cloud: 'public' | 'usgovernment' | 'china'
  /** A credential of @azure/core-auth; `kind` and `tenantId` as in hunt.yaml, undefined for the common ones. */
  credential(kind: string | undefined, tenantId: string | undefined): Promise<TokenSource>
}

/** The part of TokenCredential (@azure/core-auth) that is needed. */
export interface TokenSource {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>
}

/** A kind of sink as the configuration names it. Adding one means a folder with such a value and a line in create-sinks.ts. */
export interface SinkKind {
  readonly type: string
  /** One line for the documentation. */
  readonly summary: string
  /** Its options beside `name`, `when` and `limit`, each with what it means. */
  readonly options: Readonly<Record<string, string>>
  /** Incidents an hour that are told one by one unless `limit` says otherwise; absent: all, and there is no `limit`. */
  readonly limit?: number
  /** Loads what `create` needs and other kinds do not. */
  readonly prepare?: () => Promise<void>
  /**
   * @param name under which outbox and messages know the sink
   * @throws ConfigError for a value that it cannot take
   */
  create(name: string, options: SinkOptions, context: SinkContext): Sink
}
