import type { KustoType } from '../../../domain/kusto.ts'
import { call, cases, infix, isNotNull, isNull, bool, refuseAtRuntime, text } from '../../sql/build.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { STORAGE_TYPE } from '../../duckdb/storage.ts'
import {
  arg,
  constantText,
  learn,
  scalar,
  type CallInfo,
  type NativeFunction,
  type ScalarEntry,
  type SqlArg,
} from '../entry.ts'
import { asText, convert } from '../convert.ts'
import { invalid, REFUSAL } from '../../errors.ts'
import { UNDECIDED_TYPE } from '../../ir/scalar.ts'
import { fromStorage, gettypeOf } from '../../values/json.ts'
import { mayBeGuid, mayBeTime } from '../../values/typed-text.ts'

const isWhole = (type: KustoType): boolean => type === 'int' || type === 'long'

/**
 * Branches of two types end the query in the service: «@then data type (decimal) must match the @else data type (real)»
 * (SEM0019), where the binder would find a common type. Only a dynamic goes with another type, as published rules have it; int beside
 * long, of which nothing is recorded, is taken as the binder and coalesce() (r1-null-and-edge/0009) take it.
 */
function refuseOtherTypes(args: readonly KustoType[], info: Pick<CallInfo, 'name' | 'span'>): void {
  const results = args.filter((_, index) => index % 2 === 1 || index === args.length - 1)
  const [type, other] = [...new Set(results)].filter((each) => each !== 'dynamic')
  if (type === undefined || other === undefined || [type, other].every(isWhole)) return
  const what = `${info.name}() with branches that are ${type} and ${other}`
  const wider = isWhole(type) ? other : type
  const hint = `convert one of them, for example with to${wider === 'real' ? 'double' : wider}()`
  throw invalid(`Kusto refuses ${what}`, info.span, hint)
}

/** null is false; the branches meet in the result type. */
function branches(args: readonly SqlArg[], info: CallInfo): SqlExpr {
  const whens: (readonly [SqlExpr, SqlExpr])[] = []
  for (let index = 0; index + 1 < args.length; index += 2) {
    const condition = convert(arg(args, index, info), 'bool', info).sql
    whens.push([condition, convert(arg(args, index + 1, info), info.type, info).sql])
  }
  return cases(whens, convert(arg(args, args.length - 1, info), info.type, info).sql)
}

const branching = (name: string, page: string): ScalarEntry =>
  scalar({ name, docs: learn(page), nulls: 'handled', check: refuseOtherTypes, sql: branches })

function emptiness(name: string, isNegated: boolean): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name}-function`),
    nulls: 'handled',
    type: () => 'bool',
    sql: (args, info) => infix(asText(arg(args, 0, info)), isNegated ? '<>' : '=', text('')),
  })
}

function nullness(name: string, isNegated: boolean): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name}-function`),
    // A string is never null, not even an empty one.
    nulls: 'handled',
    type: () => 'bool',
    sql: (args, info) => {
      const value = arg(args, 0, info)
      if (value.type === 'string') return bool(isNegated)
      return isNegated ? isNotNull(value.sql) : isNull(value.sql)
    },
  })
}

const coalesce = scalar({
  name: 'coalesce',
  docs: learn('coalesce-function'),
  // The first that is not null; of strings the first that is not empty.
  nulls: 'handled',
  sql: (args, info) => {
    const values = args.map((value) => convert(value, info.type, info).sql)
    if (info.type !== 'string') return call('coalesce', ...values)
    return call('coalesce', ...values.map((value) => call('nullif', value, text(''))), text(''))
  },
})

/** What a dynamic holds. The second is for other operators' use, which know what to make of a text; not a function of Kusto's. */
const typeName = (name: 'gettype' | 'dynamic kind', native: NativeFunction): ScalarEntry =>
  scalar({
    name,
    docs: learn('gettype-function'),
    nulls: 'handled',
    type: () => 'string',
    natives: [native],
    sql: (args, info) => call('coalesce', call(native.name, arg(args, 0, info).sql), text('null')),
  })

const kind = typeName('dynamic kind', {
  name: 'kql_dynamic_kind',
  takes: ['VARCHAR'],
  returns: 'VARCHAR',
  run: (value) => gettypeOf(fromStorage(String(value))),
})

const gettype = typeName('gettype', {
  name: 'kql_gettype',
  takes: ['VARCHAR'],
  returns: 'VARCHAR',
  run: (stored) => {
    const value = fromStorage(String(stored))
    if (typeof value === 'string' && mayBeTime(value)) {
      throw new Error(`${REFUSAL}gettype() of a text that may be a datetime or a timespan`)
    }
    // The page of dynamic: they hold guids, and those of JSON are read as such; a text that was packed stays one.
    if (typeof value === 'string' && mayBeGuid(value))
      throw new Error(`${REFUSAL}gettype() of a text that may be a guid`)
    if (value === 'inf' || value === '-inf' || value === 'NaN') {
      throw new Error(`${REFUSAL}gettype() of a text that may be a real`)
    }
    return gettypeOf(value)
  },
})

/** What the data does not say the type of: refused for the first row that it is read of. Not a function of Kusto's. */
const undecided = scalar({
  name: UNDECIDED_TYPE,
  docs: learn('bag-unpack-plugin'),
  // Not of a constant, which DuckDB would compute before it knows whether any row needs it.
  nulls: 'handled',
  sql: (args, info) => {
    const refusal = refuseAtRuntime(constantText(args, 1, info), STORAGE_TYPE[info.type])
    return cases([[isNull(arg(args, 0, info).sql), refusal]], refusal)
  },
})

/** max_of and min_of: null arguments do not count; NaN wins, as recorded. */
function extreme(name: 'max_of' | 'min_of'): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name.replace('_', '-')}-function`),
    nulls: 'handled',
    sql: (args, info) => {
      const values = args.map((value) => convert(value, info.type, info).sql)
      const best = call(name === 'max_of' ? 'greatest' : 'least', ...values)
      if (info.type !== 'real' || name === 'max_of') return best
      const nan: SqlExpr = { kind: 'double', value: NaN }
      return cases(
        values.map((value) => [call('isnan', value), nan] as const),
        best,
      )
    },
  })
}

export const logic: readonly ScalarEntry[] = [
  branching('iff', 'iff-function'),
  branching('iif', 'iff-function'),
  branching('case', 'case-function'),
  emptiness('isempty', false),
  emptiness('isnotempty', true),
  emptiness('notempty', true),
  nullness('isnull', false),
  nullness('isnotnull', true),
  nullness('notnull', true),
  coalesce,
  gettype,
  kind,
  undecided,
  extreme('max_of'),
  extreme('min_of'),
]
