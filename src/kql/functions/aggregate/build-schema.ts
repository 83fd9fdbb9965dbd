/** The types that occur in dynamics; https://learn.microsoft.com/kusto/query/buildschema-aggregation-function. */
import { REFUSAL } from '../../errors.ts'
import { call, isNotNull } from '../../sql/build.ts'
import { fromStorage, isArray, isObject, toStorage, type Json } from '../../values/json.ts'
import { mayBeGuid, mayBeTime } from '../../values/typed-text.ts'
import { toDynamic } from '../convert.ts'
import { aggregate, arg, learn, type AggregateEntry, type NativeFunction } from '../entry.ts'
import { aggregateCall } from './basic.ts'
import { arrayText } from './collections.ts'

/** What has been seen at one place of the values, in the order of its first appearance. */
interface Seen {
  readonly primitives: Set<string>
  container: { readonly isArray: boolean; readonly members: Map<string, Seen> } | undefined
}

/** The one member of an array's schema: that of its items. */
const INDEXER = '`indexer`'

const empty = (): Seen => ({ primitives: new Set(), container: undefined })
const refuse = (what: string): Error => new Error(`${REFUSAL}buildschema of ${what}`)

function primitiveOf(value: Json): string {
  if (value === null) throw refuse('a null: no page says what it adds')
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'long'
  if (typeof value === 'number') return 'double'
  if (mayBeTime(String(value))) throw refuse('a text that may be a datetime or timespan')
  if (mayBeGuid(String(value))) throw refuse('a text that may be a guid')
  return 'string'
}

function add(value: Json, seen: Seen): void {
  if (!isArray(value) && !isObject(value)) {
    seen.primitives.add(primitiveOf(value))
    return
  }
  seen.container ??= { isArray: isArray(value), members: new Map() }
  if (seen.container.isArray !== isArray(value)) throw refuse('an array and a bag in one place')
  const { members } = seen.container
  for (const [name, member] of isArray(value) ? value.map((item) => [INDEXER, item] as const) : value) {
    const inner = members.get(name) ?? empty()
    members.set(name, inner)
    add(member, inner)
  }
}

/**
 * One type, or several in an array. The page shows primitive types before a container and, of primitives, only an order
 * that is both that of the alphabet and that of the rows: another is refused.
 */
function schemaOf({ primitives, container }: Seen): Json {
  const names = [...primitives]
  if (names.some((name, index) => name < (names[index - 1] ?? ''))) {
    throw refuse(`the types ${names.join(', ')} in one place`)
  }
  if (container?.isArray === true && container.members.size === 0) throw refuse('arrays without items')
  const inner = container === undefined ? [] : [membersOf(container.members)]
  const types: Json[] = [...names, ...inner]
  return types.length === 1 ? (types[0] ?? null) : types
}

const membersOf = (members: ReadonlyMap<string, Seen>): Json =>
  new Map([...members].map(([name, seen]) => [name, schemaOf(seen)]))

const native: NativeFunction = {
  name: 'kql_build_schema',
  takes: ['VARCHAR'],
  returns: 'VARCHAR',
  run: (list) => {
    const values = fromStorage(String(list))
    const seen = empty()
    for (const value of isArray(values) ? values : []) add(value, seen)
    if (seen.primitives.size === 0 && seen.container === undefined) throw refuse('no values')
    return toStorage(schemaOf(seen))
  },
}

export const schemaAggregates: readonly AggregateEntry[] = [
  aggregate({
    name: 'buildschema',
    docs: learn('buildschema-aggregation-function'),
    natives: [native],
    sql: (args, info) => {
      const value = arg(args, 0, info)
      const list = aggregateCall('list', [toDynamic(value)], { orderBy: info.order, filter: isNotNull(value.sql) })
      return call(native.name, arrayText(list))
    },
  }),
]
