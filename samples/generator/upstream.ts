/** What an upstream original gives over the sample week, and why that differs from our rule of the same id. */
export interface UpstreamResult {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly rows: number
  /** Scenario ids of attacks with a row of their own. */
  readonly found: readonly string[]
  readonly missed: readonly string[]
  readonly why: readonly string[]
}

export const UPSTREAM: readonly UpstreamResult[] = []
