export interface DaemonTask {
  readonly ledger: string
  readonly output: string
  /** Each query and each trouble adds a line: process id, what, slot. */
  readonly journal: string
  readonly everyMilliseconds: number
  readonly queryMilliseconds: number
  /** How long the disk takes before it begins to write the files of a run. */
  readonly writeMilliseconds: number
  /** How long a statement waits for another process's transaction. */
  readonly busyTimeoutMilliseconds: number
}
