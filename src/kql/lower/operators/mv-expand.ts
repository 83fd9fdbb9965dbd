import type { KustoType } from '../../../domain/kusto.ts'
import { KUSTO_TYPES } from '../../../domain/kusto.ts'
import { child, children, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Expand, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { DATETIME_TEXT, GUID_TEXT, TIMESPAN_TEXT } from '../../values/typed-text.ts'
import { conversion } from '../conversion.ts'
import { callScalar, literal, nullLiteral, reference, type Flow } from '../flow.ts'
import {
  constantCount,
  parametersOf,
  refuseParameters,
  rowContext,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { lowerScalar, nameOf } from '../scalar.ts'
import { isOwnCount, numbered, ROW_NUMBER } from './serialize.ts'

const POSITION = '$position'

export interface ExpandItem {
  readonly name: string
  /** `to typeof(…)`, dynamic without. */
  readonly type: KustoType
  readonly item: Expand['items'][number]
  /** The expression that is expanded, with its name if it has one. */
  readonly node: BoundNode
}

export const mvExpand: OperatorLowering = {
  kind: 'MvExpandOperator',
  lower: (node, given, context) => {
    refuseParameters(node, ['kind', 'bagexpansion', 'with_itemindex'])
    const input = oneByOne(given, context, node)
    const items = expandItems(node, input, context)
    const nameless = items.find(({ name }) => name === '')
    // No page says which name it gets.
    if (nameless !== undefined) throw unsupported('expanding an expression without a name', nameless.node.span, 'name it: x = …') // prettier-ignore
    const parameters = parametersOf(node)
    const indexName = parameters.get('with_itemindex')
    const index = indexName === undefined ? undefined : context.lowering.column(nameOf(indexName), 'long')
    const limitNode = node.nodes['RowLimitClause']?.nodes['RowLimit']
    const position = context.lowering.column(POSITION, 'long')
    const relation: Expand = {
      kind: 'expand',
      input: input.relation,
      items: items.map(({ item }) => item),
      position,
      indexColumn: index,
      keepEmpty: true,
      limit: limitNode === undefined ? legacyLimit(node) : constantCount(limitNode, context),
      span: node.span,
    }
    const order = input.order.length === 0 ? [] : [...input.order, positionKey(position)]
    return typedElements(node, { relation, columns: input.columns, order }, items, index, context)
  },
}

/** Rows that are equal in what they were sorted by: the elements of one stand before those of the next. */
export function oneByOne(input: Flow, context: OperatorContext, node: BoundNode): Flow {
  const isCounted = input.order.every((key) => COUNTS.some((name) => isOwnCount(key, input, name)))
  if (isCounted) return input
  return { ...numbered(input, context, node), isSerialized: input.isSerialized }
}

/** Names of ours for what no two rows share. */
const COUNTS = [ROW_NUMBER, POSITION]

/** The page: the old spelling `mvexpand` gives 128 rows where the query does not say how many. */
function legacyLimit(node: BoundNode): bigint | undefined {
  return /^mvexpand\b/.test(node.text) ? 128n : undefined
}

function positionKey(position: ColumnDef): Flow['order'][number] {
  return { value: reference(position), descending: false, nullsFirst: true }
}

/** The name of an item is empty where the expression has none. */
export function expandItems(node: BoundNode, input: Flow, context: OperatorContext): ExpandItem[] {
  const parameters = parametersOf(node)
  const kind = (parameters.get('kind') ?? parameters.get('bagexpansion'))?.text.toLowerCase() ?? 'bag'
  return children(node, 'Expressions').map((expand) => {
    const inner = child(expand, 'Expression')
    const name = inner.kind === 'SimpleNamedExpression' ? nameOf(child(inner, 'Name')) : inner.resultName
    const value = lowerScalar(inner, rowContext(input, context))
    if (value.type !== 'dynamic') throw unsupported(`expanding a ${value.type}`, inner.span)
    return {
      name,
      type: typeOf(expand.nodes['ToTypeOf']) ?? 'dynamic',
      item: { value, column: context.lowering.column(name, 'dynamic'), asPairs: kind === 'array' },
      node: inner,
    }
  })
}

export function typeOf(clause: BoundNode | undefined): KustoType | undefined {
  if (clause === undefined) return undefined
  const name = clause.nodes['TypeOf']?.symbol?.name
  const type = KUSTO_TYPES.find((known) => known === name)
  if (type === undefined) throw unsupported(clause.text, clause.span)
  return type
}

const NO_TEXT = ''

/**
 * The texts that a dynamic has for values of the type. The page: `to typeof` is «cast-only and doesn't include parsing»,
 * so "1" is no long, though 1.0 is one (recorded: r3-window-series-scan/0041). Decimals are always texts inside of dynamics.
 */
const TEXTS: Readonly<Partial<Record<KustoType, string>>> = {
  bool: NO_TEXT,
  int: NO_TEXT,
  long: NO_TEXT,
  real: '^(NaN|-?inf)$',
  datetime: DATETIME_TEXT,
  timespan: TIMESPAN_TEXT,
  guid: GUID_TEXT,
}

/** No number, nor any other element, is cast to them. */
const TEXT_ONLY: ReadonlySet<KustoType> = new Set(['datetime', 'timespan', 'guid'])

/** An element as a value of the type; null, or the empty text, where it is of another. */
function cast(element: Scalar, type: KustoType, { span }: BoundNode): Scalar {
  const converted = callScalar(conversion(type), type, [element], span)
  const texts = TEXTS[type]
  if (texts === undefined) return converted
  const kind = callScalar('dynamic kind', 'string', [element], span)
  const isOther = callScalar('!=', 'bool', [kind, literal('string', 'string', span)], span)
  const text = callScalar('tostring', 'string', [element], span)
  const isText = callScalar('matches regex', 'bool', [text, literal('string', texts, span)], span)
  const forms = [...(TEXT_ONLY.has(type) ? [] : [isOther]), ...(texts === NO_TEXT ? [] : [isText])]
  const conforms = forms.reduce((left, right) => callScalar('or', 'bool', [left, right], span))
  return callScalar('iff', type, [conforms, converted, nullLiteral(type, span)], span)
}

/** Converts the elements and puts each where its name stands, or at the end. */
export function typedElements(
  node: BoundNode,
  expanded: Flow,
  items: readonly ExpandItem[],
  index: ColumnDef | undefined,
  context: OperatorContext,
): Flow {
  const columns = [...expanded.columns]
  const converted: Computed[] = []
  for (const { name, type, item } of items) {
    let column: ColumnDef = item.column
    if (type !== 'dynamic') {
      column = context.lowering.column(name, type)
      converted.push({ ...column, value: cast(reference(item.column), type, node) })
    }
    const at = name === '' ? -1 : columns.findIndex((known) => known.name === name)
    columns[at === -1 ? columns.length : at] = column
  }
  if (index !== undefined) columns.push(index)
  const relation: Relation =
    converted.length === 0
      ? expanded.relation
      : { kind: 'extend', input: expanded.relation, columns: converted, span: node.span }
  return { ...expanded, columns, relation }
}
