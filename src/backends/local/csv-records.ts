import { createReadStream } from 'node:fs'

export interface CsvRecord {
  /** Line of the file on which the record begins, from 1. */
  readonly line: number
  readonly fields: readonly string[]
  /**
   * False for a record with a cell that opens a quote that never closes, or goes on behind its closing quote, or that is longer
   * than LONGEST_CELL, of which the rest is left out.
   */
  readonly isWhole: boolean
}

/** UTF-16 units; above what DuckDB reads of a record, and half of what a JavaScript string can hold. */
const LONGEST_CELL = 1 << 28
/** A string that grows by a character at a time takes 32 bytes for each. */
const PIECE = 4096

/**
 * Records of a CSV file (RFC 4180: comma, double quotes, doubled inside), blank lines included as one empty field. For
 * what DuckDB's reader does not tell: the header, on which line a record stands, records of unequal length.
 *
 * @param source path of a file, or its text
 */
export async function* csvRecords(
  source: string | AsyncIterable<string>,
  delimiter = ',',
): AsyncGenerator<CsvRecord, void> {
  const state = new RecordReader(delimiter)
  for await (const chunk of typeof source === 'string' ? createReadStream(source, 'utf8') : source) {
    if (typeof chunk === 'string') yield* state.read(chunk)
  }
  yield* state.end()
}

class RecordReader {
  readonly #delimiter: string
  #line = 1
  #startLine = 1
  #fields: string[] = []
  /** The cell so far: whole pieces, and the characters behind them. */
  #pieces: string[] = []
  #characters: string[] = []
  #quoted = false
  /** The last character was a quote inside quotes: the end of them, or the first of two. */
  #quoteSeen = false
  /** A cell is too long, or went on after its end: what stands there belongs to nothing, and quotes in it may be of any cell. */
  #goesOn = false
  #returnSeen = false
  #empty = true

  constructor(delimiter: string) {
    this.#delimiter = delimiter
  }

  #take(character: string): void {
    this.#empty = false
    if (this.#quoted && !this.#quoteSeen) {
      if (character === '"') this.#quoteSeen = true
      else this.#add(character)
    } else if (character === '"' && (this.#quoteSeen || this.#isBlank())) {
      if (this.#quoteSeen) this.#add(character)
      this.#quoted = true
      this.#quoteSeen = false
    } else if (character === this.#delimiter) {
      this.#endField()
    } else {
      this.#goesOn ||= this.#quoteSeen
      this.#add(character)
    }
  }

  #isBlank(): boolean {
    return this.#characters.length === 0 && this.#pieces.length === 0
  }

  #add(character: string): void {
    if (this.#pieces.length >= LONGEST_CELL / PIECE) {
      this.#goesOn = true
      return
    }
    this.#characters.push(character)
    if (this.#characters.length < PIECE) return
    this.#pieces.push(this.#characters.join(''))
    this.#characters = []
  }

  *read(chunk: string): Generator<CsvRecord, void> {
    for (const character of chunk) {
      const afterReturn = this.#returnSeen
      this.#returnSeen = character === '\r'
      if (character === '\n' && afterReturn) {
        if (this.#quoted && !this.#quoteSeen) this.#add(character)
        continue
      }
      const isNewline = character === '\n' || character === '\r'
      if (isNewline) this.#line += 1
      if (isNewline && !(this.#quoted && !this.#quoteSeen)) yield this.#record()
      else this.#take(character)
    }
  }

  *end(): Generator<CsvRecord, void> {
    if (!this.#empty) yield this.#record()
  }

  #endField(): void {
    this.#fields.push(this.#pieces.join('') + this.#characters.join(''))
    this.#pieces = []
    this.#characters = []
    this.#quoted = false
    this.#quoteSeen = false
  }

  #record(): CsvRecord {
    const isWhole = (!this.#quoted || this.#quoteSeen) && !this.#goesOn
    this.#goesOn = false
    this.#endField()
    const record = { line: this.#startLine, fields: this.#fields, isWhole }
    this.#fields = []
    this.#startLine = this.#line
    this.#empty = true
    return record
  }
}
