export interface SeatTask {
  readonly ledger: string
  /** A line for each begin and end of a query: process id and which. */
  readonly journal: string
  /** So many at once would like to ask. */
  readonly workers: number
  /** Of each worker. */
  readonly queries: number
  readonly queryMilliseconds: number
  /** Instead, when so many processes are ready: takes as many of this rate in an hour as it gets. */
  readonly race?: { readonly rate: number; readonly processes: number }
}
