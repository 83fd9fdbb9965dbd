import type { KustoType } from '../domain/kusto.ts'
import { AnswerProblem } from './answer-problem.ts'
import {
  BACKSLASH,
  CLOSE_BAG,
  CLOSE_LIST,
  COMMA,
  NINE,
  OPEN_BAG,
  OPEN_LIST,
  PLUS,
  POINT,
  QUOTE,
  SPACE,
} from './json-bytes.ts'
import { utf8Text } from './utf8-text.ts'

/** Rows as JSON text, `[row,row,…]`, in which a number that a double would change stands in quotes. */
export interface RowBatch {
  /** UTF-8; only until the receiver returns. */
  readonly text: Buffer
  readonly count: number
}

/** Who takes what lies in a list of rows. */
export interface RowTaker {
  batch(batch: RowBatch): void
  /** JSON text of a bag in the place of a row. */
  bag(text: string): void
}

/** What becomes of a number of a column: as it is; in quotes unless it is a short integer; always in quotes. */
const AS_IS = 0
const LONG_QUOTED = 1
const QUOTED = 2

const NUMBERS: Readonly<Record<KustoType, number>> = {
  bool: AS_IS,
  datetime: AS_IS,
  decimal: QUOTED,
  dynamic: QUOTED,
  guid: AS_IS,
  int: LONG_QUOTED,
  long: LONG_QUOTED,
  // Doubles on the wire too.
  real: AS_IS,
  string: QUOTED,
  timespan: AS_IS,
}

/** Digits that a double holds whatever they are. */
const SAFE_DIGITS = 15

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/

/** Text of a batch: small enough for V8 to make it in its young generation, large enough to make JSON.parse's start cheap. */
const BATCH_BYTES = 32 * 1024

/** A row lies in memory as a whole, as bytes and as text. The service lets no cell have more than a few megabytes. */
const MOST_ROW_BYTES = 128 * 1024 * 1024

interface State {
  /** Open lists and bags of the row; 0 between rows. */
  readonly depth: number
  readonly inNumber: boolean
  /** The number has had digits and minus only. */
  readonly isInteger: boolean
}

const BETWEEN_ROWS: State = { depth: 0, inNumber: false, isInteger: true }
const IN_ROW: State = { ...BETWEEN_ROWS, depth: 1 }

/** What may come between rows. */
const FIRST = 0
const AFTER_ROW = 1
const AFTER_COMMA = 2

/**
 * Splits the list of rows of an answer, from behind its `[` to its `]`, into batches for JSON.parse. It looks only at what
 * decides where a row ends and which number keeps its digits: whether a batch is JSON, JSON.parse says; the brackets that
 * this counts as one kind must then match by kind too, so that no wrong end goes unseen.
 *
 * Why not a streaming parser: @streamparser/json, which leaves the text of numbers to us, needs 16 µs for a row of twenty
 * columns; this, JSON.parse and the reading of the cells together need 10.
 */
export class RowScanner {
  readonly #kinds: readonly number[] | undefined
  readonly #taker: RowTaker
  /** Columns whose lists and bags become text: Kusto's second protocol has dynamic values as they are. */
  readonly #nested: readonly boolean[] | undefined
  #nestedStart = -1
  #isBag = false
  #out = Buffer.allocUnsafe(2 * BATCH_BYTES)
  #length = 0
  #rows = 0
  #place = FIRST
  #ended = false
  #state = BETWEEN_ROWS
  #column = 0
  #inString = false
  #escaped = false

  /** @param types of the columns; undefined leaves numbers as they are, for rows whose columns come behind them */
  constructor(types: readonly KustoType[] | undefined, taker: RowTaker) {
    this.#kinds = types?.map((type) => NUMBERS[type])
    this.#taker = taker
    this.#nested = types?.map((type) => type === 'dynamic')
  }

  /**
   * Takes bytes from `start` on. Returns where the bytes go on behind the closing `]`, or -1 when it has not come yet.
   * Throws AnswerProblem.
   */
  write(chunk: Uint8Array, start: number): number {
    let at = start
    while (at < chunk.length && !this.#ended)
      at = this.#state.depth === 0 ? this.#between(chunk, at) : this.#inside(chunk, at)
    return this.#ended ? at : -1
  }

  /** A byte between rows. */
  #between(chunk: Uint8Array, at: number): number {
    const byte = chunk[at] ?? SPACE
    if (byte === OPEN_LIST && this.#place !== AFTER_ROW) {
      this.#reserve(2)
      this.#out[this.#length++] = this.#rows === 0 ? OPEN_LIST : COMMA
      this.#out[this.#length++] = OPEN_LIST
      this.#state = IN_ROW
      this.#column = 0
    } else if (byte === OPEN_BAG && this.#place !== AFTER_ROW) {
      this.#flush()
      this.#out[this.#length++] = OPEN_BAG
      this.#isBag = true
      this.#state = IN_ROW
      this.#column = -1
    } else if (byte === COMMA && this.#place === AFTER_ROW) {
      this.#place = AFTER_COMMA
    } else if (byte === CLOSE_LIST && this.#place !== AFTER_COMMA) {
      this.#ended = true
      this.#flush()
    } else if (byte > SPACE) {
      throw new AnswerProblem('unexpected-shape', 'a row of the answer is not a list')
    }
    return at + 1
  }

  /**
   * Bytes of a row, up to its end or that of the chunk. Returns where the next byte is. The loop runs for each byte of the
   * answer: it only looks, and the bytes are copied in stretches.
   */
  #inside(chunk: Uint8Array, start: number): number {
    const end = chunk.length
    let at = start
    let copied = start
    let { depth, inNumber, isInteger } = this.#state
    while (at < end) {
      if (this.#inString) {
        at = this.#toEndOfString(chunk, at)
        continue
      }
      const byte = chunk[at++] as number
      if (byte > COMMA && byte <= NINE) {
        // A digit, minus or point; a slash is for JSON.parse to refuse.
        isInteger = (isInteger || !inNumber) && byte !== POINT
        inNumber = true
        continue
      }
      if (byte > COMMA && byte !== CLOSE_LIST && byte !== CLOSE_BAG) {
        // A letter of a number or a literal, or the beginning of what is nested.
        isInteger = false
        if (byte === OPEN_LIST || byte === OPEN_BAG) {
          if (depth === 1 && this.#nested?.[this.#column] === true) {
            this.#copy(chunk, copied, at - 1)
            copied = at - 1
            this.#nestedStart = this.#length
          }
          depth++
        }
        continue
      }
      if (inNumber && byte !== PLUS) {
        inNumber = false
        const kind = this.#kinds?.[this.#column] ?? AS_IS
        if (kind !== AS_IS && depth === 1) {
          this.#copy(chunk, copied, at - 1)
          copied = at - 1
          this.#quoteNumber(kind === LONG_QUOTED && isInteger)
        }
      }
      if (byte === QUOTE) this.#inString = true
      else if (byte === COMMA) this.#column += depth === 1 ? 1 : 0
      else if (byte > COMMA && --depth <= 1) {
        if (depth === 0) break
        if (this.#nestedStart >= 0) {
          this.#copy(chunk, copied, at)
          copied = at
          this.#quoteNested()
        }
      }
    }
    this.#copy(chunk, copied, at)
    this.#state = { depth, inNumber, isInteger }
    if (depth === 0) this.#endRow()
    return at
  }

  #toEndOfString(chunk: Uint8Array, start: number): number {
    const end = chunk.length
    let at = this.#escaped ? start + 1 : start
    this.#escaped = false
    while (at < end) {
      const byte = chunk[at++] as number
      if (byte === QUOTE) {
        this.#inString = false
        return at
      }
      if (byte === BACKSLASH && at++ === end) {
        this.#escaped = true
        return end
      }
    }
    return end
  }

  /** Puts quotes around the number that ends the output, whose text must stay. */
  #quoteNumber(unlessSafe: boolean): void {
    const out = this.#out
    const end = this.#length
    let start = end
    while (start > 0 && isOfNumber(out[start - 1] as number)) start--
    if (unlessSafe && end - start <= SAFE_DIGITS) return
    if (!NUMBER.test(out.toString('latin1', start, end))) throw new AnswerProblem('not-json', 'the body is not JSON')
    this.#reserve(2)
    this.#out.copyWithin(start + 1, start, end)
    this.#out[start] = QUOTE
    this.#out[end + 1] = QUOTE
    this.#length += 2
  }

  /** Makes text of the nested value that ends the output. */
  #quoteNested(): void {
    const text = JSON.stringify(utf8Text(this.#out.subarray(this.#nestedStart, this.#length)))
    this.#length = this.#nestedStart
    this.#nestedStart = -1
    this.#reserve(Buffer.byteLength(text))
    this.#length += this.#out.write(text, this.#length)
  }

  #copy(chunk: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start)
    this.#out.set(chunk.subarray(start, end), this.#length)
    this.#length += end - start
  }

  #endRow(): void {
    this.#place = AFTER_ROW
    if (this.#isBag) {
      this.#isBag = false
      const text = utf8Text(this.#out.subarray(0, this.#length))
      this.#length = 0
      this.#taker.bag(text)
      return
    }
    this.#rows++
    if (this.#length >= BATCH_BYTES) this.#flush()
  }

  #flush(): void {
    if (this.#rows === 0) return
    this.#reserve(1)
    this.#out[this.#length++] = CLOSE_LIST
    this.#taker.batch({ text: this.#out.subarray(0, this.#length), count: this.#rows })
    this.#length = 0
    this.#rows = 0
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#out.length) return
    if (needed > MOST_ROW_BYTES)
      throw new AnswerProblem('unexpected-shape', 'a row of the answer is larger than any row')
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#out.length))
    this.#out.copy(larger, 0, 0, this.#length)
    this.#out = larger
  }
}

function isOfNumber(byte: number): boolean {
  return (byte > COMMA && byte <= NINE) || byte === PLUS || byte === 0x45 || byte === 0x65
}
