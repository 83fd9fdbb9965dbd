import type { KustoType } from '../domain/kusto.ts'
import { AnswerProblem } from './answer-problem.ts'
import { RowScanner, type RowBatch } from './row-scanner.ts'
import { utf8Text } from './utf8-text.ts'
import { BACKSLASH, CLOSE_BAG, CLOSE_LIST, COMMA, OPEN_BAG, OPEN_LIST, QUOTE, SPACE } from './json-bytes.ts'

/** Where an answer has its tables, and how they call their members. */
export interface AnswerLayout {
  /** Name of the list of tables in the outermost bag; undefined: the outermost list is that list. */
  readonly tables: string | undefined
  readonly columns: string
  readonly rows: string
}

/** `{"tables": [{"columns": …, "rows": …}]}` of the Logs Query API. */
export const TABLES_IN_BAG: AnswerLayout = { tables: 'tables', columns: 'columns', rows: 'rows' }
/** `[{"Columns": …, "Rows": …}]`, the frames of Kusto's second protocol. */
export const FRAMES: AnswerLayout = { tables: undefined, columns: 'Columns', rows: 'Rows' }

/** Where the rows of the tables of an answer go, by the number of the table. */
export interface RowReceiver {
  /** @param columns JSON text of the table's columns; undefined when they come behind the rows. Returns their types. */
  begin(table: number, columns: string | undefined): readonly KustoType[] | undefined
  add(table: number, batch: RowBatch): void
  /** JSON text of a bag where a row should be: Kusto tells so what went wrong on the way. */
  addBag(table: number, text: string): void
}

const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf]

/** An answer without its rows is names, types and statistics; more than this is none. */
const MOST_BYTES = 64 * 1024 * 1024

/** A list or bag that is open, with the name or number of the member that is being read. */
interface Level {
  readonly isBag: boolean
  key: string | number | undefined
}

/**
 * Takes the lists at `$.tables[*].rows` out of an answer as its bytes arrive, and keeps the rest of the document, in which
 * they then are empty, for JSON.parse.
 */
export class AnswerScanner {
  readonly #receiver: RowReceiver
  readonly #layout: AnswerLayout
  readonly #levels: Level[] = []
  /** Names in the outermost bag. */
  readonly #members = new Set<string>()
  #rest = Buffer.allocUnsafe(16 * 1024)
  #length = 0
  #rows: RowScanner | undefined
  #inString = false
  #escaped = false
  #stringStart = 0
  #columnsStart = 0
  #columns: string | undefined
  #ended = false

  constructor(receiver: RowReceiver, layout: AnswerLayout = TABLES_IN_BAG) {
    this.#receiver = receiver
    this.#layout = layout
  }

  /** True once the outermost bag is closed. */
  get ended(): boolean {
    return this.#ended
  }

  /** The document with empty lists of rows. Throws AnswerProblem. */
  get rest(): string {
    return utf8Text(this.#rest.subarray(0, this.#length))
  }

  /** Throws AnswerProblem. */
  write(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#rows !== undefined) {
        at = this.#rows.write(chunk, at)
        if (at < 0) return
        this.#rows = undefined
        this.#close(CLOSE_LIST)
      } else {
        this.#take(chunk[at++] ?? SPACE)
      }
    }
  }

  #take(byte: number): void {
    if (this.#levels.length === 0 && byte !== this.#opening) return this.#outside(byte)
    if (this.#inString) return this.#insideString(byte)
    switch (byte) {
      case QUOTE:
        this.#stringStart = this.#length
        this.#inString = true
        return this.#keep(byte)
      case OPEN_BAG:
      case OPEN_LIST:
        return this.#open(byte)
      case CLOSE_BAG:
      case CLOSE_LIST:
        return this.#close(byte)
      default:
        if (byte === COMMA) this.#nextMember()
        return this.#keep(byte)
    }
  }

  get #opening(): number {
    return this.#layout.tables === undefined ? OPEN_LIST : OPEN_BAG
  }

  /** Before the document or behind it. */
  #outside(byte: number): void {
    if (byte <= SPACE || (!this.#ended && BYTE_ORDER_MARK.includes(byte))) return
    if (!this.#ended && (byte === OPEN_LIST || byte === OPEN_BAG)) {
      throw new AnswerProblem('unexpected-shape', `the answer is a ${byte === OPEN_LIST ? 'list' : 'bag'}`)
    }
    throw new AnswerProblem('not-json', this.#ended ? 'something follows the JSON document' : 'the body is not JSON')
  }

  #insideString(byte: number): void {
    this.#keep(byte)
    if (this.#escaped) this.#escaped = false
    else if (byte === BACKSLASH) this.#escaped = true
    else if (byte === QUOTE) {
      this.#inString = false
      const level = this.#levels.at(-1)
      // The first string of a member is its name, any other its value.
      if (level?.isBag === true && level.key === undefined) {
        level.key = this.#lastString()
        if (this.#levels.length === 1) this.#noteMember(level.key)
      }
    }
  }

  /** Of two members of one name JSON.parse takes the last, and that may be the error that says nothing. */
  #noteMember(name: string): void {
    if (this.#members.has(name)) throw new AnswerProblem('unexpected-shape', 'the answer has a member twice')
    this.#members.add(name)
  }

  #lastString(): string {
    try {
      return JSON.parse(this.#rest.toString('utf8', this.#stringStart, this.#length)) as string
    } catch {
      throw new AnswerProblem('not-json', 'the body is not JSON')
    }
  }

  #nextMember(): void {
    const level = this.#levels.at(-1)
    if (level === undefined) return
    level.key = typeof level.key === 'number' ? level.key + 1 : undefined
  }

  #open(byte: number): void {
    if (this.#ended) throw new AnswerProblem('not-json', 'something follows the JSON document')
    const isList = byte === OPEN_LIST
    const member = isList ? this.#memberOfTable() : undefined
    if (member === this.#layout.columns) this.#columnsStart = this.#length
    this.#keep(byte)
    this.#levels.push({ isBag: !isList, key: isList ? 0 : undefined })
    if (member === this.#layout.rows) this.#beginRows()
  }

  #beginRows(): void {
    const table = Number(this.#levels.at(-3)?.key)
    const types = this.#receiver.begin(table, this.#columns)
    this.#rows = new RowScanner(types, {
      batch: (batch) => this.#receiver.add(table, batch),
      bag: (text) => this.#receiver.addBag(table, text),
    })
  }

  /** The name of the member of a table that is open, `$.tables[n].<name>` or `$[n].<name>`; undefined elsewhere. */
  #memberOfTable(): string | number | undefined {
    const { tables } = this.#layout
    const [list, table] = this.#levels.slice(-2)
    const isThere =
      tables === undefined ? this.#levels.length === 2 : this.#levels.length === 3 && this.#levels[0]?.key === tables
    return isThere && list?.isBag === false && table?.isBag === true ? table.key : undefined
  }

  #close(byte: number): void {
    this.#keep(byte)
    this.#levels.pop()
    if (byte === CLOSE_LIST && this.#memberOfTable() === this.#layout.columns) {
      this.#columns = this.#rest.toString('utf8', this.#columnsStart, this.#length)
    } else if (this.#levels.length === (this.#layout.tables === undefined ? 1 : 2)) {
      this.#columns = undefined
    }
    this.#ended = this.#levels.length === 0
  }

  #keep(byte: number): void {
    if (this.#length === this.#rest.length) {
      if (this.#length >= MOST_BYTES) throw new AnswerProblem('unexpected-shape', 'the answer is no list of tables')
      const larger = Buffer.allocUnsafe(2 * this.#length)
      this.#rest.copy(larger)
      this.#rest = larger
    }
    this.#rest[this.#length++] = byte
  }
}
