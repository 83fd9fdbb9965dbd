import { KqlError } from '../../../domain/errors.ts'
import { child, children, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import { escapeRegex } from '../../functions/regex.ts'
import type { ColumnDef, Computed } from '../../ir/relation.ts'
import { Rewriter } from '../../ir/rewrite.ts'
import { UNDECIDED_TYPE, type Scalar } from '../../ir/scalar.ts'
import { callScalar, literal, reference, type Flow } from '../flow.ts'
import {
  boundColumns,
  parametersOf,
  refuseParameters,
  rowContext,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { anyColumn, isFoundInRowText, isWithinOneText, RowText, type Searched } from '../any-column.ts'
import { lowerScalar, type ScalarContext } from '../scalar.ts'
import { scanTable } from '../scan.ts'
import { lowerLeg, splitByType, unite, viewNamed, type Leg, type UnionFlow } from './union.ts'

const SOURCE_COLUMN = '$table'

/** `T | search …`: the rows come from `search_arg0` (recorded: r1-parse-search/0014), or have the name that `as` gave. */
export const search: OperatorLowering = {
  kind: 'SearchOperator',
  lower: (node, input, context) =>
    lowerSearch(node, [{ flow: input, source: input.givenName ?? 'search_arg0' }], context),
}

/** `search [in (tables)] …` at the head: the tables named, else all. */
export function lowerSearchSource(node: BoundNode, context: OperatorContext): Flow {
  return lowerSearch(node, tableLegs(node, context), context)
}

/** Tables of an `in (…)` clause, or all that there are. */
export function tableLegs(node: BoundNode, context: OperatorContext): Leg[] {
  const clause = node.nodes['InClause']
  if (clause !== undefined) {
    return children(clause, 'Expressions').flatMap((item) => {
      const kind = item.symbol?.kind
      const legs = lowerLeg(item, 0, context)
      return kind === 'table' || kind === 'group' ? legs : legs.map((leg) => withoutName(leg, item, context))
    })
  }
  // Views of the query are among all tables, too; what the binder makes of their columns here is not known.
  const view = context.environment.names().find((name) => viewNamed(name, context) !== undefined)
  if (view !== undefined) {
    throw unsupported(`the view ${view} among all tables`, node.span, 'name the tables: in (…), or use union')
  }
  if (context.lowering.tables.size === 0) {
    throw new KqlError({
      code: 'kql/unknown-table',
      message: 'there is no table to search',
      hint: 'see which tables the data folder has',
      position: node.span,
    })
  }
  return [...context.lowering.tables.keys()].map((name) => ({
    flow: scanTable(name, node.span, context.lowering),
    source: name,
  }))
}

/** A `let` table: what the source column says of its rows no recorded answer shows, so only a query that reads it is refused. */
function withoutName({ flow }: Leg, item: BoundNode, context: OperatorContext): Leg {
  const { lowering } = context
  const [first] = flow.columns
  if (first === undefined) throw unsupported(`${item.text} in the list of tables`, item.span, 'use union')
  const refusal = literal('string', `the column of sources over ${item.text}, which is no table; project the others`)
  const value = callScalar(UNDECIDED_TYPE, 'string', [reference(first), refusal], item.span)
  const name: Computed = { ...lowering.column(SOURCE_COLUMN, 'string'), value }
  lowering.undecided.add(`${SOURCE_COLUMN} of ${item.text}`)
  return {
    flow: { ...flow, relation: { kind: 'extend', input: flow.relation, columns: [name], span: item.span } },
    source: reference(name),
  }
}

function lowerSearch(node: BoundNode, legs: readonly Leg[], context: OperatorContext): Flow {
  refuseParameters(node, ['kind'])
  const kind = parametersOf(node).get('kind')?.text.toLowerCase() ?? 'default'
  if (kind !== 'default' && kind !== 'case_insensitive' && kind !== 'case_sensitive') {
    throw unsupported(`search kind=${kind}`, node.span)
  }
  // Columns of one name split by their types as in a union, but for text beside dynamic: two views of one value.
  const names = boundColumns(node).flatMap((column) => {
    const split = splitByType([column], legs, undefined)
    return split.every(({ type }) => type === 'string' || type === 'dynamic') ? [column] : split
  })
  const flow = unite(node, legs, names, SOURCE_COLUMN, context)
  const searched = flow.columns.filter(({ name }) => name !== SOURCE_COLUMN)
  const suffix = kind === 'case_sensitive' ? '_cs' : ''
  return filterBy(child(node, 'Condition'), flow, searched, suffix, context)
}

/** The rows of a union for which a predicate holds whose terms are looked for in the columns `searched`. */
export function filterBy(
  predicate: BoundNode,
  flow: UnionFlow,
  searched: readonly ColumnDef[],
  suffix: string,
  context: OperatorContext,
): Flow {
  const text = new RowText(context.lowering)
  // `* has "x"` looks through these, too: the column of sources is none of theirs.
  const row = rowContext({ ...flow, columns: searched }, context)
  const condition = lowerPredicate(predicate, { columns: searched, text }, suffix, row)
  const input = text.addTo(flow.relation, searched, predicate)
  return { ...flow, relation: { kind: 'filter', input, condition, span: predicate.span } }
}

/** Bare strings and `column:"term"` search; everything else is an ordinary condition. */
function lowerPredicate(node: BoundNode, searched: Searched, suffix: string, context: ScalarContext): Scalar {
  const inner = (part: BoundNode): Scalar => lowerPredicate(part, searched, suffix, context)
  switch (node.kind) {
    case 'ParenthesizedExpression':
      return inner(child(node, 'Expression'))
    case 'AndExpression':
    case 'OrExpression':
      return callScalar(
        node.kind === 'AndExpression' ? 'and' : 'or',
        'bool',
        [inner(child(node, 'Left')), inner(child(node, 'Right'))],
        node.span,
      )
    case 'StarExpression':
      return literal('bool', true, node.span)
    case 'StringLiteralExpression':
    case 'CompoundStringLiteralExpression':
      return termTest(node, searched, suffix, context)
    case 'SearchExpression': {
      const left = child(node, 'Left')
      if (left.kind === 'StarExpression') return termTest(child(node, 'Right'), searched, suffix, context)
      const value = lowerScalar(left, context)
      if (value.kind !== 'column') throw unsupported(`${left.text} before ":"`, left.span)
      return termTest(child(node, 'Right'), { columns: [value] }, suffix, context)
    }
    case 'FunctionCallExpression': {
      const [only] = children(child(node, 'ArgumentList'), 'Expressions')
      if (child(node, 'Name').text === 'not' && only !== undefined) {
        return callScalar('not', 'bool', [inner(only)], node.span)
      }
    }
  }
  const condition = lowerScalar(node, context)
  // No page says whether the text behind a name is a term. As a condition it would be what `tobool` reads from it: nothing.
  if (condition.type === 'string')
    throw unsupported(`the search term ${node.text}`, node.span, `write the text itself, or * has ${node.text}`)
  return suffix === '' ? condition : withCases(condition)
}

/**
 * A case-sensitive search makes all operators over texts so, «such as has», says the page. What becomes of those that say
 * themselves that they fold (`=~`, `in~`), and of lists, which know no other way, it does not.
 */
function withCases(condition: Scalar): Scalar {
  const visitor = new Rewriter({
    scalar: (scalar) => {
      if (scalar.kind !== 'call') return scalar
      if (FOLDING.test(scalar.name)) throw unsupported(`"${scalar.name}" in a case-sensitive search`, scalar.span)
      return HAS_CASES.test(scalar.name) ? { ...scalar, name: `${scalar.name}_cs` } : scalar
    },
  })
  return visitor.scalar(condition)
}

const HAS_CASES = /^!?(?:has|contains|startswith|endswith|hasprefix|hassuffix)$/
const FOLDING = /^(?:has_any|has_all|=~|!~|!?in~)$/

/** `term` is a whole term, `term*` begins one, `*term` ends one, `*text*` stands anywhere. */
function termTest(node: BoundNode, { columns, text }: Searched, suffix: string, context: ScalarContext): Scalar {
  const value = lowerScalar(node, context)
  if (value.kind !== 'literal' || typeof value.value !== 'string')
    throw unsupported('a computed search term', node.span)
  const pattern = value.value
  if (/^\*+$/.test(pattern)) return literal('bool', true, node.span)
  const [open, close] = [pattern.startsWith('*'), pattern.endsWith('*')]
  const term = pattern.slice(open ? 1 : 0, close ? -1 : undefined)
  if (term.includes('*')) {
    // `Lab*PC` is a term that begins with the one and ends with the other (search-operator, syntax of the predicate).
    const inner = term.split('*').map(escapeRegex).join('.*')
    const regex = `${suffix === '' ? '(?i)' : ''}${open ? '' : '\\b'}${inner}${close ? '' : '\\b'}`
    const matching = literal('string', regex, node.span)
    // Its dots match no end of a line, and so none of a column.
    if (text !== undefined && isWithinOneText(term)) return text.find('matches regex', matching, node)
    return anyColumn('matches regex', columns, matching, node)
  }
  const operator = `${open && close ? 'contains' : close ? 'hasprefix' : open ? 'hassuffix' : 'has'}${suffix}`
  const wanted = literal('string', term, node.span)
  if (text !== undefined && isFoundInRowText(operator, wanted)) return text.find(operator, wanted, node)
  return anyColumn(operator, columns, wanted, node)
}
