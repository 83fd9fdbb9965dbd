export interface SeatTask {
  readonly ledger: string
  /** A line for each begin and end of a query: process id and which. */
  readonly journal: string
  /** So many at once would like to ask. */
  readonly workers: number
  /** Of each worker. */
  readonly queries: number
  readonly queryMilliseconds: number
}
