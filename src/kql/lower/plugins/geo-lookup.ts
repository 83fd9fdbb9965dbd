import type { BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, findColumn, literal, reference } from '../flow.ts'
import { boundColumns, rowContext, type OperatorContext } from '../operator.ts'
import { lowerScalar } from '../scalar.ts'
import { readShared, shareFlow } from '../shared.ts'
import { lowerTabular } from '../tabular.ts'
import { constantOption, numberedRows, type PluginArguments, type PluginLowering } from './plugin.ts'

interface Form {
  readonly name: string
  /** The catalogue's function for the distance of a point from the shape. */
  readonly distance: string
  /** The catalogue's function that tests a point where no radius is given; without it the radius is needed. */
  readonly contains?: string
}

/** Options in the order in which they may stand without their names. */
const OPTIONS = ['radius', 'return_unmatched', 'lookup_area_radius', 'return_lookup_key'] as const

const FIRST_OPTION = 4

function optionOf({ positional, named }: PluginArguments, name: (typeof OPTIONS)[number]): BoundNode | undefined {
  return named.get(name) ?? positional[FIRST_OPTION + OPTIONS.indexOf(name)]
}

function isSet(node: BoundNode | undefined, context: OperatorContext): boolean {
  return constantOption(node, context) === true
}

/** Only `lookup_area_radius` does not change the answer, as the pages say: it guides the service's search. */
function matchOf(
  form: Form,
  point: readonly Scalar[],
  shape: Scalar,
  radius: BoundNode | undefined,
  node: BoundNode,
  context: OperatorContext,
): Scalar {
  // prettier-ignore
  const { span } = node
  if (radius === undefined) {
    if (form.contains === undefined) throw invalid(`${form.name} needs a radius`, span)
    return callScalar(form.contains, 'bool', [...point, shape], span)
  }
  const limit = constantOption(radius, context)
  if (typeof limit !== 'bigint' && typeof limit !== 'number') throw unsupported(`${form.name} with this radius`, radius.span) // prettier-ignore
  const distance = callScalar(form.distance, 'real', [...point, shape], span)
  return callScalar('<=', 'bool', [distance, literal('real', Number(limit), radius.span)], span)
}

/**
 * A join of points with the shapes that hold them: every point is tested against every shape, as the pages have it for
 * small lookup tables. https://learn.microsoft.com/kusto/query/geo-polygon-lookup-plugin
 */
function geoLookup(form: Form): PluginLowering {
  return {
    name: form.name,
    lower: (node, args, input, context) => {
      const [tableNode, keyNode, longitude, latitude] = args.positional
      if (tableNode === undefined || keyNode === undefined || longitude === undefined || latitude === undefined) {
        throw invalid(`${form.name} needs a table, its column of shapes, a longitude and a latitude`, node.span)
      }
      const { span } = node
      const { rows } = numberedRows(input, context, span)
      const source = shareFlow(rows, context.lowering, true, form.name)
      const left = readShared(source, context.lowering, span)
      const table = lowerTabular(tableNode, context)
      const key = findColumn(table.columns, keyNode.text)
      if (key === undefined) throw unsupported(`${form.name} by anything but a column`, keyNode.span)
      const point = [longitude, latitude].map((item) => lowerScalar(item, rowContext(left, context)))
      const one = literal('long', 1n, span)
      const crossed: Relation = { kind: 'join', join: 'inner', left: left.relation, right: table.relation, keys: [{ left: one, right: one }], span } // prettier-ignore
      const condition = matchOf(form, point, reference(key), optionOf(args, 'radius'), node, context)
      const pairs: Relation = { kind: 'filter', input: crossed, condition, span }
      const outer = readShared(source, context.lowering, span)
      const relation: Relation = {
        kind: 'join',
        join: isSet(optionOf(args, 'return_unmatched'), context) ? 'left' : 'inner',
        left: outer.relation,
        right: pairs,
        keys: [{ left: reference(last(outer.columns)), right: reference(last(left.columns)) }],
        span,
      }
      const keepsKey = isSet(optionOf(args, 'return_lookup_key'), context)
      const found = table.columns.filter(({ id }) => keepsKey || id !== key.id)
      return { relation, columns: named(node, [...outer.columns.slice(0, -1), ...found]), order: [] }
    },
  }
}

function last(columns: readonly ColumnDef[]): ColumnDef {
  const column = columns.at(-1)
  if (column === undefined) throw invalid('a lookup needs columns', { offset: 0, length: 0 })
  return column
}

/** The binder knows what columns of the same name are called. */
function named(node: BoundNode, columns: readonly ColumnDef[]): ColumnDef[] {
  const names = boundColumns(node)
  if (names.length !== columns.length) throw unsupported('a lookup whose columns the binder does not know', node.span)
  return columns.map((column, index) => ({ ...column, name: names[index]?.name ?? column.name }))
}

export const geoLookups: readonly PluginLowering[] = [
  geoLookup({
    name: 'geo_polygon_lookup',
    distance: 'geo_distance_point_to_polygon',
    contains: 'geo_point_in_polygon',
  }),
  geoLookup({ name: 'geo_line_lookup', distance: 'geo_distance_point_to_line' }),
]
