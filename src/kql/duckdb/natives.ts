import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBListValue,
  DuckDBScalarFunction,
  DuckDBVarCharVector,
  INTEGER,
  LIST,
  listValue,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBType,
  type DuckDBVector,
} from '@duckdb/node-api'
import type { NativeFunction, NativeType, NativeValue } from '../functions/entry.ts'
import type { ThreadBound } from './thread-bound.ts'

const TYPES: Readonly<Record<NativeType, DuckDBType>> = {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  INTEGER,
  VARCHAR,
  'BIGINT[]': LIST(BIGINT),
}

export function registerNatives(
  connection: DuckDBConnection,
  natives: readonly NativeFunction[],
  thread: ThreadBound,
): void {
  for (const native of natives) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name: native.name,
        parameterTypes: native.takes.map((type) => TYPES[type]),
        ...(native.rest === undefined ? {} : { varArgsType: TYPES[native.rest] }),
        returnType: TYPES[native.returns],
        // We see nulls ourselves: DuckDB would answer NULL for a constant NULL, but hands NULL rows on all the same.
        specialHandling: true,
        mainFunction: (_info, input, output) => {
          thread.hold(() => runChunk(native, input, output))
          output.flush()
        },
      }),
    )
  }
}

function runChunk(native: NativeFunction, input: DuckDBDataChunk, output: DuckDBVector): void {
  const readers = Array.from({ length: input.columnCount }, (_, index) => readerOf(input.getColumnVector(index)))
  for (let row = 0; row < input.rowCount; row++) {
    const values = readers.map((read) => read(row))
    const isNull = native.seesNulls !== true && values.includes(null)
    // The foreign type of setItem differs for each kind of vector; ours is fixed by `returns`.
    output.setItem(row, (isNull ? null : toDuckDb(native.run(...values))) as never)
  }
}

/** Bytes of a text in a vector: its length, then twelve bytes of it, or four of them and the place of the whole. */
const TEXT_BYTES = 16

/** What the package has of a vector of texts, and declares to be its own. */
interface TextPlaces {
  readonly dataView: DataView
  readonly validity: { itemValid(row: number): boolean }
}

const hasPlaces = (vector: object): vector is TextPlaces =>
  'dataView' in vector && vector.dataView instanceof DataView && 'validity' in vector

/**
 * The values of a column, row by row. A text that rows have in one place of memory is read once: the answer of another query, such as
 * a list of a thousand addresses, comes with every row, and making a string of it takes longer than looking something up in it.
 */
function readerOf(vector: DuckDBVector): (row: number) => NativeValue {
  const places: object = vector
  if (!(vector instanceof DuckDBVarCharVector) || !hasPlaces(places)) return (row) => fromDuckDb(vector.getItem(row))
  const { dataView, validity } = places
  const isSame = (one: number, other: number): boolean => {
    for (let offset = 0; offset < TEXT_BYTES; offset += 4) {
      if (dataView.getInt32(one * TEXT_BYTES + offset) !== dataView.getInt32(other * TEXT_BYTES + offset)) return false
    }
    return true
  }
  let latest: { readonly row: number; readonly text: string | null } | undefined
  return (row) => {
    if (!validity.itemValid(row)) return null
    if (latest === undefined || !isSame(latest.row, row)) latest = { row, text: vector.getItem(row) }
    return latest.text
  }
}

function fromDuckDb(value: unknown): NativeValue {
  return (value instanceof DuckDBListValue ? value.items : value) as NativeValue
}

const toDuckDb = (value: NativeValue): unknown => (Array.isArray(value) ? listValue(value as bigint[]) : value)
