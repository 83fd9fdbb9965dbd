import { deepestMessage, innerCodes, toServiceError } from '../azure/index.ts'
import { HuntError } from '../domain/errors.ts'
import { isKustoType, type AnswerTable, type Column, type KustoType } from '../domain/kusto.ts'
import { AnswerProblem } from './answer-problem.ts'
import { AnswerScanner, FRAMES, type AnswerLayout, type RowReceiver } from './answer-scanner.ts'
import { RowScanner } from './row-scanner.ts'
import { RowStore } from './row-store.ts'

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

/**
 * An answer has at most 64,000,000 bytes before its encoding (contract A7), and no encoding makes more than six of one. What is more, as
 * a few kilobytes of gzip can be, must not fill the disk.
 */
const MOST_BYTES = 512 * 1024 * 1024

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
  return readWith(chunks, folder, undefined, (drafts, text) => {
    if (drafts.bags.length > 0) throw new AnswerProblem('unexpected-shape', 'a row of the answer is not a list')
    const rest = parseRest(text) as Rest
    const { tables, statistics } = rest
    const error = rest.error ?? errorUnderAnotherName(rest)
    if (tables === undefined || tables === null) throw withoutTables(error)
    return { ...drafts.finish(tables), error, statistics }
  })
}

const ERROR_MEMBER = /^(?:errors?|exceptions?|oneapierrors)$/i

/**
 * What the answer or one of its tables says of an error elsewhere than the contract has it (A5): older protocols of the same engine call
 * it `Exceptions`. Whatever it is, such an answer is not whole.
 */
function errorUnderAnotherName(rest: Rest): unknown {
  const bags = [rest, ...(Array.isArray(rest.tables) ? (rest.tables as unknown[]) : [])]
  const said = bags.flatMap((bag) => Object.entries(Object(bag) as object).filter(([name]) => ERROR_MEMBER.test(name)))
  return said.flatMap(([, value]: [string, unknown]) => value).find(Boolean)
}

/** What a 200 of Kusto's second protocol says (learn.microsoft.com, «Query V2 HTTP response»). */
export interface FrameAnswer {
  /** Frames of the type DataTable, with what they say of themselves. */
  readonly tables: readonly (NamedTable & { readonly kind: string })[]
  /** The last frame. */
  readonly completion: Readonly<Record<string, unknown>>
  /** What went wrong on the way: bags in the place of rows, and frames that have `OneApiErrors`. */
  readonly errors: readonly unknown[]
  readonly release: () => void
}

/** As readAnswer, for a list of frames. An answer without its last frame is a `cut`. */
export async function readFrames(chunks: AsyncIterable<Uint8Array>, folder: string): Promise<FrameAnswer> {
  return readWith(chunks, folder, FRAMES, (drafts, text) => {
    const frames = framesOf(parseRest(text))
    const completion = frames.at(-1)
    if (completion?.['FrameType'] !== 'DataSetCompletion') {
      throw new AnswerProblem('cut', 'the answer ends before its completion')
    }
    if (frames.filter(({ FrameType: type }) => type === 'DataSetCompletion').length > 1)
      throw new AnswerProblem('unexpected-shape', 'the answer has its completion twice')
    const found = frames.map((frame) => (frame['FrameType'] === 'DataTable' ? frame : undefined))
    const { tables, release } = drafts.finish(found)
    const kinds = found.filter((frame) => frame !== undefined).map((frame) => String(frame['TableKind'] ?? ''))
    return {
      tables: tables.map((table, index) => ({ ...table, kind: kinds[index] ?? '' })),
      completion,
      errors: [...drafts.bags.map((bag) => parseRest(bag)), ...frames.filter(hasErrorsOfItsOwn)],
      release,
    }
  })
}

function framesOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const isFrame = (frame: unknown): boolean => typeof frame === 'object' && frame !== null && !Array.isArray(frame)
  if (Array.isArray(value) && value.every(isFrame)) return value as Readonly<Record<string, unknown>>[]
  throw new AnswerProblem('unexpected-shape', 'the answer is no list of frames')
}

function hasErrorsOfItsOwn({ OneApiErrors: errors }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(errors) ? errors.length > 0 : errors !== undefined && errors !== null
}

async function readWith<Result>(
  chunks: AsyncIterable<Uint8Array>,
  folder: string,
  layout: AnswerLayout | undefined,
  finish: (drafts: Drafts, rest: string) => Result,
): Promise<Result> {
  const drafts = new Drafts(folder, layout === undefined ? readColumns : readFrameColumns)
  try {
    const scanner = new AnswerScanner(drafts, layout)
    await scan(chunks, scanner)
    return finish(drafts, scanner.rest)
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
      if (length > MOST_BYTES) throw new AnswerProblem('unexpected-shape', 'the body is larger than any answer')
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

/** The service may say under status 200 what went wrong. */
function withoutTables(error: unknown): AnswerProblem {
  if (error === undefined || error === null) return new AnswerProblem('unexpected-shape', 'the answer has no tables')
  const said = toServiceError(error)
  const codes = [said.code, innerCodes(said)].filter((code) => code !== undefined && code !== '').join('/')
  const words = [deepestMessage(said), codes === '' ? undefined : `[${codes}]`].filter((word) => word !== undefined)
  return new AnswerProblem('unexpected-shape', `the answer is an error: ${words.join(' ') || 'it does not say which'}`)
}

function parseRest(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The words of the parser quote the text, in which names of columns and bags of errors may hold log data.
    throw new AnswerProblem('not-json', 'the body is not JSON')
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
  readonly #read: ReadColumns
  readonly #bags: string[] = []
  readonly #drafts = new Map<number, Draft>()

  constructor(folder: string, read: ReadColumns) {
    this.#folder = folder
    this.#read = read
  }

  get bags(): readonly string[] {
    return this.#bags
  }

  addBag(_table: number, text: string): void {
    this.#bags.push(text)
  }

  begin(table: number, text: string | undefined): readonly KustoType[] | undefined {
    if (this.#drafts.has(table)) throw new AnswerProblem('unexpected-shape', 'a table of the answer has its rows twice')
    const columns = text === undefined ? undefined : this.#read(parseRest(text))
    const store = columns === undefined ? undefined : new RowStore(columns, this.#folder)
    this.#drafts.set(table, { columns, store, raw: [] })
    return columns?.map(({ type }) => type)
  }

  add(table: number, batch: { readonly text: Buffer; readonly count: number }): void {
    const draft = this.#drafts.get(table)
    if (draft?.store === undefined) draft?.raw.push(Buffer.from(batch.text))
    else draft.store.add(batch)
  }

  /** @param tables by number; undefined for what is no table. Those alone have rows. */
  finish(tables: unknown): Pick<Answer, 'tables' | 'release'> {
    if (!Array.isArray(tables) || tables.length === 0) {
      throw new AnswerProblem('unexpected-shape', 'the answer has no tables')
    }
    const releases: (() => void)[] = []
    const finished = tables.flatMap((table: unknown, index): NamedTable[] => {
      if (table === undefined) return []
      const { name, columns: wire, TableName, Columns } = Object(table) as Readonly<Record<string, unknown>>
      const columns = wire ?? Columns
      const known = columns === undefined ? [] : this.#read(columns)
      if (known.length === 0) throw new AnswerProblem('unexpected-shape', 'a table of the answer has no columns')
      const { rows, release } = this.#storeOf(index, known).finish()
      if (release !== undefined) releases.push(release)
      return [{ name: String(name ?? TableName ?? ''), columns: known, rows }]
    })
    return { tables: finished, release: () => releases.forEach((release) => release()) }
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
    for (const text of draft.raw)
      new RowScanner(types, { batch: (batch) => store.add(batch), bag: () => undefined }).write(text, 1)
    return store
  }

  discard(): void {
    for (const { store } of this.#drafts.values()) store?.discard()
  }
}

type ReadColumns = (value: unknown) => readonly Column[]

function readColumns(value: unknown): readonly Column[] {
  if (!Array.isArray(value)) throw new AnswerProblem('unexpected-shape', 'the columns of the answer are not a list')
  const columns = value.map((column: unknown) => {
    const { name, type } = Object(column) as { name?: unknown; type?: unknown }
    if (typeof name !== 'string' || !isKustoType(type)) {
      const [called, typed] = [name, type].map((each) => JSON.stringify(each)?.slice(0, 100))
      throw new AnswerProblem('unexpected-shape', `column ${called} has the type ${typed}`)
    }
    return { name, type }
  })
  refuseTwins(columns)
  return columns
}

/** The names of a result are distinct (Kusto numbers those that are not); of two the files would keep one. */
export function refuseTwins(columns: readonly Column[]): void {
  const seen = new Set<string>()
  for (const { name } of columns) {
    if (seen.has(name))
      throw new AnswerProblem('unexpected-shape', `the answer has two columns ${JSON.stringify(name)}`)
    seen.add(name)
  }
}

function readFrameColumns(value: unknown): readonly Column[] {
  if (!Array.isArray(value)) throw new AnswerProblem('unexpected-shape', 'the columns of the answer are not a list')
  return readColumns(
    value.map((column: unknown) => {
      const { ColumnName: name, ColumnType: type } = Object(column) as Readonly<Record<string, unknown>>
      return { name, type }
    }),
  )
}

/** The first byte that is not white space decides: no JSON document starts with `<`. */
function looksLikeMarkup(chunk: Uint8Array): boolean {
  const first = chunk.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf)
  return first === 0x3c
}
