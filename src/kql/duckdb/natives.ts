import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBListValue,
  DuckDBScalarFunction,
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

const TYPES: Readonly<Record<NativeType, DuckDBType>> = {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  INTEGER,
  VARCHAR,
  'BIGINT[]': LIST(BIGINT),
}

export function registerNatives(connection: DuckDBConnection, natives: readonly NativeFunction[]): void {
  for (const native of natives) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name: native.name,
        parameterTypes: native.takes.map((type) => TYPES[type]),
        ...(native.rest === undefined ? {} : { varArgsType: TYPES[native.rest] }),
        returnType: TYPES[native.returns],
        // We see nulls ourselves: DuckDB would answer NULL for a constant NULL, but hands NULL rows on all the same.
        specialHandling: true,
        mainFunction: (_info, input, output) => runChunk(native, input, output),
      }),
    )
  }
}

function runChunk(native: NativeFunction, input: DuckDBDataChunk, output: DuckDBVector): void {
  const vectors = Array.from({ length: input.columnCount }, (_, index) => input.getColumnVector(index))
  for (let row = 0; row < input.rowCount; row++) {
    const values = vectors.map((vector) => fromDuckDb(vector.getItem(row)))
    const isNull = native.seesNulls !== true && values.includes(null)
    // The foreign type of setItem differs for each kind of vector; ours is fixed by `returns`.
    output.setItem(row, (isNull ? null : toDuckDb(native.run(...values))) as never)
  }
  output.flush()
}

function fromDuckDb(value: unknown): NativeValue {
  return (value instanceof DuckDBListValue ? value.items : value) as NativeValue
}

const toDuckDb = (value: NativeValue): unknown => (Array.isArray(value) ? listValue(value as bigint[]) : value)
