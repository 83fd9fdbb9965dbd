import { HuntError } from '../../domain/errors.ts'
import { KUSTO_TYPES } from '../../domain/kusto.ts'
import type { AnswerTable, Column, KustoType } from '../../domain/kusto.ts'
import { AnswerProblem } from '../../kusto-service/answer-problem.ts'
import { AnswerScanner, type RowReceiver } from './answer-scanner.ts'
import { RowScanner } from '../../kusto-service/row-scanner.ts'
import { RowStore } from '../../kusto-service/row-store.ts'

/** Everything that a 200 of the Logs Query API says; contract A3 and A5. */
export interface Answer {
  readonly tables: readonly NamedTable[]
  /** Set when the answer is partial: the service's own error object, not yet judged. */
  readonly error: unknown
  readonly statistics: unknown
  /** Gives back what rows hold outside of memory. */
  readonly release: () => void
}

export interface NamedTable extends AnswerTable {
  readonly name: string
}

/** Scanned at once: what a scanner sets aside for its output follows from it. */
const MOST_AT_ONCE = 64 * 1024

/**
 * Reads an answer from its bytes as they arrive. Rows stay in memory while they are few, else in a spool; nothing of a
 * body that is no whole answer is left behind. Throws AnswerProblem, or IncompleteError `files/unwritable`. An error of the
 * stream itself (a reset connection) is a `cut`.
 *
 * @param folder of the spool
 */
export async function readAnswer(chunks: AsyncIterable<Uint8Array>, folder: string): Promise<Answer> {
  const drafts = new Drafts(folder)
  try {
    const scanner = new AnswerScanner(drafts)
    await scan(chunks, scanner)
    return drafts.finish(parseRest(scanner.rest))
  } catch (error) {
    drafts.discard()
    throw error
  }
}

async function scan(chunks: AsyncIterable<Uint8Array>, scanner: AnswerScanner): Promise<void> {
  let length = 0
  try {
    for await (const chunk of chunks) {
      if (length === 0 && looksLikeMarkup(chunk)) throw new AnswerProblem('not-json', 'the body is a web page')
      length += chunk.length
      for (let at = 0; at < chunk.length; at += MOST_AT_ONCE) scanner.write(chunk.subarray(at, at + MOST_AT_ONCE))
    }
  } catch (error) {
    if (error instanceof AnswerProblem || error instanceof HuntError) throw error
    throw new AnswerProblem('cut', 'the connection broke inside the body', error)
  }
  if (length === 0) throw new AnswerProblem('empty', 'the body is empty')
  if (!scanner.ended) throw new AnswerProblem('cut', 'the body ends inside the JSON document')
}

interface Rest {
  readonly tables?: unknown
  readonly error?: unknown
  readonly statistics?: unknown
}

function parseRest(text: string): Rest {
  try {
    return JSON.parse(text) as Rest
  } catch (error) {
    throw new AnswerProblem('not-json', 'the body is not JSON', error)
  }
}

/** A table under construction. `raw` holds rows that came before their columns; JSON members have no order. */
interface Draft {
  readonly columns: readonly Column[] | undefined
  readonly store: RowStore | undefined
  readonly raw: Buffer[]
}

class Drafts implements RowReceiver {
  readonly #folder: string
  readonly #drafts = new Map<number, Draft>()

  constructor(folder: string) {
    this.#folder = folder
  }

  begin(table: number, text: string | undefined): readonly KustoType[] | undefined {
    if (this.#drafts.has(table)) throw new AnswerProblem('unexpected-shape', 'a table of the answer has its rows twice')
    const columns = text === undefined ? undefined : readColumns((parseRest(`{"tables":${text}}`) as Rest).tables)
    const store = columns === undefined ? undefined : new RowStore(columns, this.#folder)
    this.#drafts.set(table, { columns, store, raw: [] })
    return columns?.map(({ type }) => type)
  }

  add(table: number, batch: { readonly text: Buffer; readonly count: number }): void {
    const draft = this.#drafts.get(table)
    if (draft?.store === undefined) draft?.raw.push(Buffer.from(batch.text))
    else draft.store.add(batch)
  }

  finish({ tables, error, statistics }: Rest): Answer {
    if (!Array.isArray(tables) || tables.length === 0) {
      throw new AnswerProblem('unexpected-shape', 'the answer has no tables')
    }
    const releases: (() => void)[] = []
    const finished = tables.map((table: unknown, index): NamedTable => {
      const { name, columns: wire } = Object(table) as { name?: unknown; columns?: unknown }
      if (wire === undefined) throw new AnswerProblem('unexpected-shape', 'a table of the answer has no columns')
      const columns = readColumns(wire)
      const { rows, release } = this.#storeOf(index, columns).finish()
      if (release !== undefined) releases.push(release)
      return { name: String(name ?? ''), columns, rows }
    })
    return { tables: finished, error, statistics, release: () => releases.forEach((release) => release()) }
  }

  #storeOf(table: number, columns: readonly Column[]): RowStore {
    const draft = this.#drafts.get(table)
    if (draft === undefined) throw new AnswerProblem('unexpected-shape', 'a table of the answer has no rows')
    if (draft.store !== undefined) {
      if (JSON.stringify(draft.columns) === JSON.stringify(columns)) return draft.store
      throw new AnswerProblem('unexpected-shape', 'a table of the answer has its columns twice')
    }
    const store = new RowStore(columns, this.#folder)
    this.#drafts.set(table, { ...draft, columns, store })
    const types = columns.map(({ type }) => type)
    for (const text of draft.raw) new RowScanner(types, (batch) => store.add(batch)).write(text, 1)
    return store
  }

  discard(): void {
    for (const { store } of this.#drafts.values()) store?.discard()
  }
}

function readColumns(value: unknown): readonly Column[] {
  if (!Array.isArray(value)) throw new AnswerProblem('unexpected-shape', 'the columns of the answer are not a list')
  return value.map((column: unknown) => {
    const { name, type } = Object(column) as { name?: unknown; type?: unknown }
    if (typeof name !== 'string' || !isKustoType(type)) {
      throw new AnswerProblem('unexpected-shape', `column ${JSON.stringify(name)} has the type ${JSON.stringify(type)}`)
    }
    return { name, type }
  })
}

function isKustoType(type: unknown): type is KustoType {
  return (KUSTO_TYPES as readonly unknown[]).includes(type)
}

/** The first byte that is not white space decides: no JSON document starts with `<`. */
function looksLikeMarkup(chunk: Uint8Array): boolean {
  const first = chunk.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf)
  return first === 0x3c
}
