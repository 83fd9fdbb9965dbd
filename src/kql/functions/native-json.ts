/** Natives over dynamics: parse, compute, print. */
import { call, orEmpty } from '../sql/build.ts'
import type { KustoType } from '../../domain/kusto.ts'
import { fromStorage, toStorage, type Json } from '../values/json.ts'
import { toDynamic } from './convert.ts'
import { learn, scalar, type NativeFunction, type NativeType, type NativeValue, type ScalarEntry } from './entry.ts'

export type JsonFunction = (...values: Json[]) => Json | undefined

export interface JsonEntryOptions {
  readonly name: string
  readonly page?: string
  readonly returns: KustoType
  /** null arguments reach `run`; else any null gives null. */
  readonly seesNulls?: boolean
  readonly run: JsonFunction
}

const RETURNS: Readonly<Partial<Record<KustoType, NativeType>>> = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  string: 'VARCHAR',
  dynamic: 'VARCHAR',
}

function result(value: Json | undefined, type: KustoType): NativeValue {
  if (type === 'dynamic') return toStorage(value)
  if (value === null || value === undefined) return type === 'string' ? '' : null
  if (type === 'int' || type === 'real') return Number(value)
  if (typeof value === 'object') return null
  return value
}

/** A function whose arguments and result are JSON values: any argument comes as the dynamic that holds it. */
export function jsonFunction(options: JsonEntryOptions): ScalarEntry {
  const native: NativeFunction = {
    name: `kql_${options.name.replaceAll(' ', '_')}`,
    takes: [],
    rest: 'VARCHAR',
    returns: RETURNS[options.returns] ?? 'VARCHAR',
    ...(options.seesNulls === true ? { seesNulls: true } : {}),
    run: (...values) => {
      const read = values.map((value) => (value === null ? null : fromStorage(String(value))))
      return result(options.run(...read), options.returns)
    },
  }
  return scalar({
    name: options.name,
    docs: learn(options.page ?? `${options.name.replaceAll('_', '-')}-function`),
    nulls: options.seesNulls === true ? 'handled' : 'null',
    type: () => options.returns,
    natives: [native],
    sql: (args) => {
      const value = call(native.name, ...args.map(toDynamic))
      return options.returns === 'string' ? orEmpty(value) : value
    },
  })
}
