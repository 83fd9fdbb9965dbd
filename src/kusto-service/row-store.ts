import type { Column, Row } from '../domain/kusto.ts'
import type { Sequence } from '../domain/sequence.ts'
import { Spool, type SpoolEntry } from '../files/spool.ts'
import { rowReader } from './row-reader.ts'
import type { RowBatch } from './row-scanner.ts'

/** Answers up to this size stay in memory: nearly all of them. */
const MEMORY_BYTES = 4 * 1024 * 1024

export interface StoredRows {
  readonly rows: Sequence<Row>
  /** Undefined where all rows are in memory. */
  readonly release: (() => void) | undefined
}

/**
 * Keeps the rows of one table: in memory, or, once they are many, as text in a spool. Each is read before it is kept, so that
 * what is not a row of these columns is an AnswerProblem at once.
 */
export class RowStore {
  readonly #read: (text: Buffer) => readonly Row[]
  readonly #folder: string
  #kept: { readonly text: Buffer; readonly rows: readonly Row[] }[] = []
  #keptBytes = 0
  #spool: Spool | undefined
  readonly #entries: SpoolEntry[] = []
  #count = 0

  /** @param folder of the spool */
  constructor(columns: readonly Column[], folder: string) {
    this.#read = rowReader(columns)
    this.#folder = folder
  }

  add({ text, count }: RowBatch): void {
    const rows = this.#read(text)
    this.#count += count
    if (this.#spool === undefined && this.#keptBytes + text.length <= MEMORY_BYTES) {
      this.#kept.push({ text: Buffer.from(text), rows })
      this.#keptBytes += text.length
      return
    }
    this.#spool ??= this.#spill()
    this.#entries.push(this.#spool.append(text))
  }

  #spill(): Spool {
    const spool = new Spool(this.#folder)
    for (const { text } of this.#kept) this.#entries.push(spool.append(text))
    this.#kept = []
    return spool
  }

  finish(): StoredRows {
    const spool = this.#spool
    if (spool === undefined) return { rows: this.#kept.flatMap(({ rows }) => rows), release: undefined }
    const length = this.#count
    const largest = this.#entries.reduce((most, entry) => Math.max(most, entry.length), 0)
    const [read, entries] = [this.#read, this.#entries]
    const rows: Sequence<Row> = {
      length,
      *[Symbol.iterator]() {
        // One buffer for all: memory outside of V8's heap makes it collect garbage far too often.
        const buffer = Buffer.allocUnsafe(largest)
        for (const entry of entries) yield* read(spool.read(entry, buffer))
      },
    }
    return { rows, release: () => spool.close() }
  }

  discard(): void {
    this.#spool?.close()
    this.#kept = []
  }
}
