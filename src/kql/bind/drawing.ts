import { bindQuery } from './bind-query.ts'
import type { BoundNode } from './bound.ts'

/** What `render` says of how a result is to be drawn; the engine itself draws nothing. */
export interface Drawing {
  /** `timechart`, `barchart` and so on, as written. */
  readonly visualization: string
  /** By the names of the query, lower case (`ycolumns`). A list of columns is a list of their names. */
  readonly properties: ReadonlyMap<string, DrawingValue>
}

export type DrawingValue = string | number | boolean | readonly string[]

/** Undefined for a query without `render`, which may stand at the end of the last expression only. */
export function drawingOf(text: string): Drawing | undefined {
  const { root } = bindQuery(text, { tables: new Map(), functions: new Map() })
  const last = (root.lists['Statements'] ?? []).filter(({ kind }) => kind === 'ExpressionStatement').at(-1)
  const operator = last?.nodes['Expression']?.nodes['Operator']
  const visualization = operator?.tokens['ChartType']
  if (operator?.kind !== 'RenderOperator' || visualization === undefined) return undefined
  // `render barchart title='x'` is the older form of `render barchart with (title='x')`.
  const given = [...(operator.lists['Parameters'] ?? []), ...(operator.nodes['WithClause']?.lists['Properties'] ?? [])]
  const named = given.flatMap((parameter) => {
    const [name, value] = [parameter.nodes['Name'], parameter.nodes['Expression']]
    return name === undefined || value === undefined ? [] : [[name.text.toLowerCase(), valueOf(value)] as const]
  })
  return { visualization, properties: new Map(named) }
}

function valueOf(node: BoundNode): DrawingValue {
  const token = node.tokens['TokenValue'] ?? node.tokens['Token']
  switch (node.kind) {
    case 'NameReferenceList':
      return (node.lists['Names'] ?? []).map(nameOf)
    case 'NameReference':
      return nameOf(node)
    case 'BooleanLiteralExpression':
      return token?.toLowerCase() === 'true'
    case 'IntLiteralExpression':
    case 'LongLiteralExpression':
    case 'RealLiteralExpression':
      return Number(node.text)
    default:
      return token ?? node.text
  }
}

function nameOf(node: BoundNode): string {
  const name = node.nodes['Name']
  return name?.tokens['NameValue'] ?? name?.nodes['Name']?.tokens['TokenValue'] ?? node.text
}
