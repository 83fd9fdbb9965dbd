export interface SinkTask {
  readonly ledger: string
  readonly output: string
  readonly rows: number
  readonly sinks: readonly {
    readonly type: string
    readonly options: Readonly<Record<string, string | readonly string[]>>
    readonly password?: string
  }[]
  readonly emulator: string
  readonly caFile: string
  readonly ca: string
  readonly login: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string }
}
