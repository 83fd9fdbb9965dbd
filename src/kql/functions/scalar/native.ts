/**
 * Scalar functions written in JavaScript over Kusto values: `nativeScalar` carries them to DuckDB and back, so that an
 * entry is its types and one pure function.
 */
import type { KustoType } from '../../../domain/kusto.ts'
import { STORAGE_TYPE } from '../../duckdb/storage.ts'
import { unsupported } from '../../errors.ts'
import { call, cast, nullOf, orEmpty, sqlNull, text } from '../../sql/build.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { fromStorage, toStorage, type Json } from '../../values/json.ts'
import { convert } from '../convert.ts'
import { keepLatest } from '../keep-latest.ts'
import {
  learn,
  scalar,
  type CallInfo,
  type NativeType,
  type NativeValue,
  type ScalarEntry,
  type SqlArg,
} from '../entry.ts'

/** How a value of the type looks to a native function. Dynamics come parsed, Kusto's null of any type as `null`. */
export interface NativeForms {
  bool: boolean | null
  int: number | null
  long: bigint | null
  real: number | null
  decimal: string | null
  string: string
  datetime: bigint | null
  timespan: bigint | null
  guid: string | null
  dynamic: Json
}

/** A parameter; `?` marks one that may be left out (then it is Kusto's null, for strings the empty one). */
export type Parameter = KustoType | `${KustoType}?`

type TypeOf<P extends Parameter> = P extends `${infer T extends KustoType}?` ? T : P extends KustoType ? P : never
export type Forms<P extends readonly Parameter[]> = { [K in keyof P]: NativeForms[TypeOf<P[K]>] }

const NATIVE_TYPE: Readonly<Record<KustoType, NativeType>> = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'VARCHAR',
  string: 'VARCHAR',
  datetime: 'BIGINT',
  timespan: 'BIGINT',
  guid: 'VARCHAR',
  dynamic: 'VARCHAR',
}

interface NativeSpec<P extends readonly Parameter[], R extends KustoType> {
  readonly name: string
  /** Page of the Kusto reference. */
  readonly page: string
  readonly takes: P
  /** Type of further arguments, any number. */
  readonly rest?: KustoType
  readonly returns: R
  /** The declared result type differs from the binder's; reason beside the entry. */
  readonly overridesType?: boolean
  /**
   * The function is called for null arguments too and says itself what they do. Without it a null in an argument that
   * is given makes the result null.
   */
  readonly seesNulls?: boolean
  /** What stands for an argument that is left out, by position; it is no null, so a given null still makes null. */
  readonly defaults?: Readonly<Record<number, SqlExpr>>
  readonly tolerance?: string
  /**
   * Keeps many parsed dynamics, not the last one alone: for functions that a join calls with the same few over and over,
   * in turn.
   */
  readonly remembersDynamics?: boolean
  /** Throws `unsupported` for argument forms that cannot be exact. */
  readonly refuses?: (args: readonly SqlArg[], call: CallInfo) => void
  readonly run: (
    ...values: [...Forms<P>, ...(readonly (Json | bigint | number | string | boolean | null)[])]
  ) => NativeForms[R]
}

/** An entry whose work is done by `run` in JavaScript. */
export function nativeScalar<const P extends readonly Parameter[], R extends KustoType>(
  spec: NativeSpec<P, R>,
): ScalarEntry {
  const types = spec.takes.map(typeOfParameter)
  const native = `kql_${spec.name}`
  return scalar({
    name: spec.name,
    docs: learn(spec.page),
    nulls: spec.seesNulls === true ? 'handled' : 'null',
    ...(spec.tolerance === undefined ? {} : { tolerance: spec.tolerance }),
    ...(spec.overridesType === true ? { type: () => spec.returns } : {}),
    natives: [
      {
        name: native,
        takes: types.map((type) => NATIVE_TYPE[type]),
        ...(spec.rest === undefined ? {} : { rest: NATIVE_TYPE[spec.rest] }),
        returns: NATIVE_TYPE[spec.returns],
        seesNulls: true,
        run: marshal(spec, types),
      },
    ],
    sql: (args, info) => {
      spec.refuses?.(args, info)
      // The binder concludes another type only from arguments that the function is not made for.
      if (info.type !== spec.returns) throw unsupported(`${info.name} with arguments of these types`, info.span)
      const values = types.map((type, index) => {
        const standard = args[index] === undefined ? spec.defaults?.[index] : undefined
        return standard ?? argumentSql(args[index], type, info)
      })
      if (args.length > types.length && spec.rest === undefined) {
        throw unsupported(`${info.name} with ${args.length} arguments`, info.span)
      }
      const further = args
        .slice(types.length)
        .map((argument) => argumentSql(argument, spec.rest ?? argument.type, info))
      return resultSql(call(native, ...values, ...further), spec.returns)
    },
  })
}

function typeOfParameter(parameter: Parameter): KustoType {
  return parameter.replace('?', '') as KustoType
}

/** Values from DuckDB to what `run` takes, its result to what DuckDB stores. */
function marshal<P extends readonly Parameter[], R extends KustoType>(
  spec: NativeSpec<P, R>,
  types: readonly KustoType[],
): (...values: NativeValue[]) => NativeValue {
  const parsers: ((text: string | null) => Json)[] = []
  const isOptional = spec.takes.map((parameter) => parameter.endsWith('?'))
  const run = spec.run as (...values: unknown[]) => NativeForms[R]
  return (...values) => {
    const forms: unknown[] = []
    for (let index = 0; index < values.length; index++) {
      const type = types[index] ?? spec.rest
      const value = values[index] ?? null
      if (value === null && spec.seesNulls !== true && isOptional[index] !== true) return null
      forms.push(
        type === 'dynamic' ? (parsers[index] ??= parserOf(spec.remembersDynamics))(value as string | null) : value,
      )
    }
    const result = run(...forms)
    return spec.returns === 'dynamic' ? toStorage(result as Json) : (result as NativeValue)
  }
}

const parserOf = (remembersMany = false): ((text: string | null) => Json) =>
  remembersMany ? widelyRememberingParser() : rememberingParser()

/** Characters of the texts that are kept. */
const MOST_REMEMBERED = 8_000_000

function widelyRememberingParser(): (text: string | null) => Json {
  const known = new Map<string, Json>()
  let length = 0
  return (text) => {
    if (text === null) return null
    const found = known.get(text)
    if (found !== undefined) return found
    const value = fromStorage(text)
    length += text.length
    if (length > MOST_REMEMBERED) {
      known.clear()
      length = text.length
    }
    known.set(text, value)
    return value
  }
}

/** Arguments that are constant, like a list of address ranges, arrive as the same text for every row: parse them once. */
function rememberingParser(): (text: string | null) => Json {
  const parsed = keepLatest(fromStorage)
  return (text) => (text === null ? null : parsed(text))
}

/** The argument as a value of the parameter's type, converted as `tostring` and its kin do; null where left out. */
export function argumentSql(argument: SqlArg | undefined, type: KustoType, info: CallInfo): SqlExpr {
  const isText = type === 'guid' || type === 'decimal'
  if (argument === undefined) return isText ? sqlNull('VARCHAR') : type === 'string' ? text('') : nullOf(type)
  const { sql } = convert(argument, type, info)
  return isText ? cast(sql, 'VARCHAR') : sql
}

function resultSql(value: SqlExpr, type: KustoType): SqlExpr {
  if (type === 'string') return orEmpty(value)
  return type === 'guid' || type === 'decimal' ? cast(value, STORAGE_TYPE[type]) : value
}
