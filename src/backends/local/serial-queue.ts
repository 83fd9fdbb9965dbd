/**
 * Runs jobs one after another: queries and loads share one DuckDB connection, whose statements would otherwise end each
 * other's streams, and whose `interrupt` would hit whatever runs.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()

  /** Rejects with the signal's reason when it is aborted before the job's turn. */
  run<Result>(job: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const turn = this.#last.then(() => {
      signal.throwIfAborted()
      return job()
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Resolves when every job so far has ended. */
  async idle(): Promise<void> {
    await this.#last
  }
}
