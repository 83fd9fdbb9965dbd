import type { RowLocality } from '../../domain/ports.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import { bindQuery } from './bind-query.ts'
import type { BoundNode, TextSpan } from './bound.ts'

/** What makes rows of a row alone. `sort` orders, but loses and adds none; `mv-expand` makes several of one. */
const ROW_BY_ROW: ReadonlySet<string> = new Set([
  'AsOperator',
  'ExtendOperator',
  'FilterOperator',
  'MvExpandOperator',
  'ParseKvOperator',
  'ParseOperator',
  'ParseWhereOperator',
  'ProjectAwayOperator',
  'ProjectByNamesOperator',
  'ProjectKeepOperator',
  'ProjectOperator',
  'ProjectRenameOperator',
  'ProjectReorderOperator',
  'RenderOperator',
  'SortOperator',
])

/** Functions of the rows around, which see another neighbour at the rim of a part. */
const NEIGHBOURS = /^(?:prev|next|row_\w+)$/

/** Column by which the service bounds a table; one without it is read whole by every part. */
const TIME_COLUMN = 'TimeGenerated'

/**
 * Decided on the bound tree: a query is row-local if its answer over a window is the answers over the window's parts, one
 * after another. That holds for a pipe of operators that look at one row at a time, over stored tables with a time, or a
 * union of such pipes, whose expressions read no stored table. What does not bind is never row-local.
 */
export function rowLocalityOf(text: string, schema: WorkspaceSchema): RowLocality {
  const { root, diagnostics } = bindQuery(text, schema)
  const error = diagnostics.find(({ severity }) => severity === 'error')
  if (error !== undefined) return refused('what our catalogue does not know', error)
  const statements = root.lists['Statements'] ?? []
  const judge = new Judge(statements)
  const [expression, ...others] = statements.filter(({ kind }) => kind === 'ExpressionStatement')
  const query = expression?.nodes['Expression']
  if (query === undefined || others.length > 0) return refused('several queries in one text', root.span)
  const most = statements.find(
    ({ kind, nodes }) => kind === 'SetOptionStatement' && nodes['Name']?.text === 'query_take_max_records',
  )
  if (most !== undefined) return refused('query_take_max_records', most.span)
  return judge.pipe(query) ?? { isRowLocal: true }
}

type Refusal = Extract<RowLocality, { isRowLocal: false }>

/** What of a scalar expression looks beyond its row: neighbours, stored tables. Undefined when nothing does. */
export function notOfTheRowAlone(expression: BoundNode): Refusal | undefined {
  return new Judge([]).expression(expression)
}

function refused(because: string, { offset, length }: TextSpan): Refusal {
  return { isRowLocal: false, because, position: { offset, length } }
}

class Judge {
  readonly #lets: ReadonlyMap<string, BoundNode>

  constructor(statements: readonly BoundNode[]) {
    this.#lets = new Map(
      statements.flatMap(({ kind, nodes: { Name: name, Expression: value } }): readonly [string, BoundNode][] =>
        kind === 'LetStatement' && name !== undefined && value !== undefined ? [[name.text, value]] : [],
      ),
    )
  }

  /** Undefined when nothing forbids it. */
  pipe(node: BoundNode): Refusal | undefined {
    const { Expression: inner, Operator: operator } = node.nodes
    switch (node.kind) {
      case 'ParenthesizedExpression':
        return inner === undefined ? refused(node.text, node.span) : this.pipe(inner)
      case 'PipeExpression':
        if (inner === undefined || operator === undefined) return refused(node.text, node.span)
        return this.pipe(inner) ?? this.#operator(operator)
      case 'UnionOperator':
        return this.#union(node)
      case 'NameReference':
        return this.#source(node)
      default:
        return refused(firstWord(node), node.span)
    }
  }

  #operator(node: BoundNode): Refusal | undefined {
    if (node.kind === 'UnionOperator') return this.#union(node)
    if (!ROW_BY_ROW.has(node.kind)) return refused(firstWord(node), node.span)
    for (const nested of childrenOf(node)) {
      const refusal = this.expression(nested)
      if (refusal !== undefined) return refusal
    }
    return undefined
  }

  #union(node: BoundNode): Refusal | undefined {
    for (const leg of node.lists['Expressions'] ?? []) {
      const refusal = this.pipe(leg)
      if (refusal !== undefined) return refusal
    }
    return undefined
  }

  #source(node: BoundNode): Refusal | undefined {
    const { symbol, type } = node
    if (symbol?.kind === 'variable') {
      const value = this.#lets.get(symbol.name)
      return value === undefined ? refused(node.text, node.span) : this.pipe(value)
    }
    const isTimed = type?.kind === 'table' && type.columns.some((column) => column.name === TIME_COLUMN)
    if (symbol?.kind === 'table' && isTimed) return undefined
    return refused(symbol?.kind === 'table' ? `${node.text}, which has no ${TIME_COLUMN}` : node.text, node.span)
  }

  /** Also through `let` names and functions: a set of names from another table is another set in each part. */
  expression(node: BoundNode): Refusal | undefined {
    const { symbol } = node
    if (node.kind === 'FunctionCallExpression' && NEIGHBOURS.test(node.nodes['Name']?.text ?? ''))
      return refused(`${node.nodes['Name']?.text ?? ''}()`, node.span)
    if (node.kind === 'NameReference' && (symbol?.kind === 'table' || symbol?.kind === 'group'))
      return refused(`${node.text} inside of an expression`, node.span)
    if (node.kind === 'FunctionCallExpression' && node.nodes['Name']?.text === 'table')
      return refused(node.text, node.span)
    const value = symbol?.kind === 'variable' ? this.#lets.get(symbol.name) : undefined
    const called = node.called?.()
    const nested = [...childrenOf(node), ...(value === undefined ? [] : [value]), ...(called ? [called.body] : [])]
    for (const each of nested) {
      const refusal = this.expression(each)
      if (refusal !== undefined) return refusal
    }
    return undefined
  }
}

export function childrenOf({ nodes, lists }: BoundNode): readonly BoundNode[] {
  return [...Object.values(nodes), ...Object.values(lists).flat()]
}

function firstWord({ text }: BoundNode): string {
  return /^[\w-]+/.exec(text)?.[0] ?? text.slice(0, 20)
}
