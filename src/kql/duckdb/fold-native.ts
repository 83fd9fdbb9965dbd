import {
  BIGINT,
  DOUBLE,
  DuckDBListValue,
  DuckDBScalarFunction,
  LIST,
  listValue,
  STRUCT,
  structValue,
  VARCHAR,
  type DuckDBConnection,
} from '@duckdb/node-api'
import { LRUCache } from 'lru-cache'
import { internal } from '../errors.ts'
import type { NativeFunction } from '../functions/entry.ts'
import { FOLD, FOLD_MEMBERS } from '../sql/fold-blocks.ts'
import type { ThreadBound } from './thread-bound.ts'
import { foldWalk, programOf, type Cells, type FoldWalk } from '../sql/fold-program.ts'

/** Of the last few programs: each block of a walk names its program anew. */
const KEPT_WALKS = 20

const LISTS = [LIST(BIGINT), LIST(DOUBLE), LIST(VARCHAR)] as const

/** `kql_fold(program, count, longs, reals, texts, longs, reals, texts)`: a block of rows, and the states before it. */
export function registerFold(
  connection: DuckDBConnection,
  natives: readonly NativeFunction[],
  thread: ThreadBound,
): void {
  const walks = new LRUCache<string, FoldWalk>({ max: KEPT_WALKS })
  const byName = new Map(natives.map((native) => [native.name, native]))
  const walkOf = (program: string): FoldWalk => {
    const known = walks.get(program)
    if (known !== undefined) return known
    const walk = foldWalk(programOf(program), (name) => byName.get(name))
    if (walk === undefined) throw internal('fold', 'a program that cannot be evaluated')
    walks.set(program, walk)
    return walk
  }
  const types = [...LISTS, LIST(BIGINT), LIST(BIGINT), ...LISTS]
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: FOLD,
      parameterTypes: [VARCHAR, BIGINT, ...LISTS, ...LISTS],
      returnType: STRUCT(Object.fromEntries(FOLD_MEMBERS.map((name, index) => [name, types[index] ?? BIGINT]))),
      specialHandling: true,
      mainFunction: (_info, input, output) => {
        const vectors = Array.from({ length: input.columnCount }, (_, index) => input.getColumnVector(index))
        const items = (column: number, row: number): readonly unknown[] => {
          const value = vectors[column]?.getItem(row)
          return value instanceof DuckDBListValue ? value.items : []
        }
        const cells = (column: number, row: number): Cells =>
          ({ longs: items(column, row), reals: items(column + 1, row), texts: items(column + 2, row) }) as Cells
        const runRow = (row: number): void => {
          const walk = walkOf(String(vectors[0]?.getItem(row)))
          const count = Number(vectors[1]?.getItem(row))
          const { states, places, outputs, given } = walk.run(count, cells(2, row), cells(5, row))
          const lists = [...inOrder(states), places, outputs, ...inOrder(given)]
          const members = FOLD_MEMBERS.map((name, index) => [name, listValue(lists[index] ?? [])])
          output.setItem(row, structValue(Object.fromEntries(members)) as never)
        }
        thread.hold(() => {
          for (let row = 0; row < input.rowCount; row++) runRow(row)
        })
        output.flush()
      },
    }),
  )
}

const inOrder = ({ longs, reals, texts }: Cells) => [longs, reals, texts] as const
