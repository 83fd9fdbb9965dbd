import type { Relation } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { ColumnId, Scalar } from '../ir/scalar.ts'
import { literal, reference } from './flow.ts'

const PARSE_JSON: ReadonlySet<string> = new Set(['parse_json', 'parsejson', 'todynamic', 'toobject'])

/** Which arguments of a call its value is, or is a part of. */
const PASSED_ON: Readonly<Record<string, (args: readonly Scalar[]) => readonly Scalar[]>> = {
  'dynamic path': (args) => args.slice(0, 1),
  'dynamic element': (args) => args.slice(0, 1),
  iff: (args) => args.slice(1),
  iif: (args) => args.slice(1),
  coalesce: (args) => args,
  any: (args) => args.slice(0, 1),
  take_any: (args) => args.slice(0, 1),
}

/**
 * Has parse_json() read all that a dynamic of the relation holds? Then a text in it that looks like a datetime is one, as the
 * page of dynamic has it. A text that bag_pack() or make_list() put there stays a text, and in storage nothing tells them apart.
 */
export function isReadFromJson(value: Scalar, relation: Relation): boolean {
  const origins = originsIn(relation)
  const seen = new Set<ColumnId>()
  const isRead = (each: Scalar): boolean => {
    switch (each.kind) {
      case 'literal':
        return each.value === null
      case 'column': {
        if (seen.has(each.id)) return true
        seen.add(each.id)
        return origins.get(each.id)?.every(isRead) ?? false
      }
      case 'call':
      case 'aggregate': {
        if (PARSE_JSON.has(each.name) && each.args[0]?.type === 'string') return true
        const passed = PARSE_JSON.has(each.name) ? each.args : PASSED_ON[each.name]?.(each.args)
        return passed?.every(isRead) ?? false
      }
      default:
        return false
    }
  }
  return isRead(value)
}

/** What each computed column of the relation, or of one below it, is made of. */
function originsIn(relation: Relation): ReadonlyMap<ColumnId, readonly Scalar[]> {
  const origins = new Map<ColumnId, readonly Scalar[]>()
  const visitor = new Rewriter({
    relation: (each) => {
      switch (each.kind) {
        case 'extend':
        case 'project':
          for (const { id, value } of each.columns) origins.set(id, [value])
          break
        case 'aggregate':
          for (const { id, value } of [...each.keys, ...each.measures]) origins.set(id, [value])
          break
        case 'expand':
          for (const { column, value } of each.items) origins.set(column.id, [value])
          break
        case 'reference':
          for (const column of each.columns) origins.set(column.id, [reference({ ...column, id: column.source })])
          break
        case 'union':
          for (const [index, { id, type }] of each.columns.entries()) {
            origins.set(id, each.inputs.map(({ sources }) => sources[index] ?? literal(type, null))) // prettier-ignore
          }
          break
        default:
      }
      return each
    },
  })
  visitor.relation(relation)
  return origins
}
