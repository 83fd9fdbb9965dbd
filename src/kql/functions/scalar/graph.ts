/** What graph operators need of the catalogue; not functions of Kusto's. */
import { unsupported } from '../../errors.ts'
import { call, when, refuseAtRuntime } from '../../sql/build.ts'
import { STORAGE_TYPE } from '../../duckdb/storage.ts'
import { arg, constantText, learn, scalar, type ScalarEntry } from '../entry.ts'

const docs = learn('graph-operators')

/** `refuse when(condition, value, reason)`: ends the query where data makes an answer that the reference leaves open. */
const refuseWhen = scalar({
  name: 'refuse when',
  docs,
  nulls: 'handled',
  sql: (args, info) => {
    const refusal = refuseAtRuntime(constantText(args, 2, info), STORAGE_TYPE[info.type])
    return when(arg(args, 0, info).sql, refusal, arg(args, 1, info).sql)
  },
})

/** Over the lists of numbers that a walk carries (ir/relation.ts); never null. */
const overLists = (name: string, sql: string): ScalarEntry =>
  scalar({ name, docs, nulls: 'handled', sql: (args, info) => call(sql, arg(args, 0, info).sql, arg(args, 1, info).sql) }) // prettier-ignore

/** Only the lowering of a graph operator knows what these mean; there it replaces them. */
const onlyInGraphs = (name: string): ScalarEntry =>
  scalar({
    name,
    docs: learn(`${name.replaceAll('_', '-')}-graph-function`),
    nulls: 'handled',
    sql: (_args, info) => {
      throw unsupported(`${name}() outside of a graph operator`, info.span)
    },
  })

export const graphEntries: readonly ScalarEntry[] = [
  refuseWhen,
  overLists('walk has', 'list_contains'),
  overLists('walks share', 'list_has_any'),
]
export const graphFunctions: readonly ScalarEntry[] = ['all', 'map', 'inner_nodes', 'node_degree_in', 'node_degree_out', 'labels'].map(onlyInGraphs) // prettier-ignore
