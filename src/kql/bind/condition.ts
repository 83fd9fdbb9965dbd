import type { Column } from '../../domain/kusto.ts'
import type { ConditionExamination, ConditionFault } from '../../domain/row-conditions.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import { bindQuery } from './bind-query.ts'
import type { BoundNode } from './bound.ts'
import { childrenOf, notOfTheRowAlone } from './row-local.ts'

/** Name under which a condition's query finds the rows; a column of a result may have it too without harm. */
export const ROWS = 'Finding'

const HEAD = `${ROWS}\n| project IsMet = (\n`
const TAIL = '\n)'

/** Functions that say something else each time: what they hide, nobody could explain afterwards. */
const FICKLE = /^(?:rand|new_guid)$/

/**
 * Reads `condition` as a boolean expression over one row with these columns. Its faults have offsets into it, in UTF-16
 * units; nothing that would end the expression and begin another operator passes for one.
 */
export function examineCondition(condition: string, columns: readonly Column[]): ConditionExamination {
  const text = `${HEAD}${condition}${TAIL}`
  const { root, diagnostics } = bindQuery(text, schemaOf(columns))
  const within = (offset: number, length: number) => {
    const start = Math.min(Math.max(0, offset - HEAD.length), condition.length)
    return { offset: start, length: Math.max(0, Math.min(offset + length - HEAD.length, condition.length) - start) }
  }
  const whole = { offset: 0, length: condition.length }
  if (condition.trim() === '') return faulty({ ...whole, message: 'the condition is empty' })
  const error = diagnostics.find(({ severity }) => severity === 'error')
  const expression = soleExpression(root, text)
  if (expression === undefined && error?.code !== 'kql-syntax') {
    const hint = 'brackets must close within it, and operators such as | have no place in it'
    return faulty({ ...whole, message: 'the condition is more than one expression', hint })
  }
  if (error !== undefined || expression === undefined) {
    const { message = 'the condition is no expression', hint, offset = 0, length = text.length } = error ?? {}
    return faulty({ message, ...(hint === undefined ? {} : { hint }), ...within(offset, length) })
  }
  const { type } = expression
  if (type?.kind !== 'scalar' || type.type !== 'bool') {
    const is = type?.kind === 'scalar' ? `a ${type.type}` : 'no single value'
    return faulty({ ...whole, message: `the condition is ${is}, not a bool`, hint: 'compare: Caller =~ "…"' })
  }
  const other = notOfTheRowAlone(expression) ?? fickleCall(expression)
  if (other !== undefined) {
    const hint = 'it may use the columns of its row and functions of them'
    return faulty({
      message: `the condition depends on more than its row: ${other.because}`,
      hint,
      ...within(other.position.offset, other.position.length),
    })
  }
  const named = columnsIn(expression)
  if (named.length > 0) return { fault: undefined, columns: named }
  const hint = 'name the account, address, machine or script that it is about'
  return faulty({ ...whole, message: 'the condition names no column, so it is the same for every row', hint })
}

/** The query that asks each row of the table `ROWS` whether it meets the conditions, in the table's order by `position`. */
export function conditionsQuery(conditions: readonly string[], position: string): string {
  const answers = conditions.map((condition, index) => `Met${index} = coalesce((\n${condition}\n), false)`)
  return `${ROWS}\n| project Row = ['${position}'], ${answers.join(', ')}\n| order by Row asc`
}

function faulty(fault: ConditionFault): ConditionExamination {
  return { fault, columns: [] }
}

function schemaOf(columns: readonly Column[]): WorkspaceSchema {
  return { tables: new Map([[ROWS, { name: ROWS, columns }]]), functions: new Map() }
}

/** What stands in our brackets; undefined when the text has closed them, or has a statement of its own. */
function soleExpression(root: BoundNode, text: string): BoundNode | undefined {
  const [statement, ...statements] = root.lists['Statements'] ?? []
  const pipe = statement?.kind === 'ExpressionStatement' ? statement.nodes['Expression'] : undefined
  if (statements.length > 0 || pipe?.kind !== 'PipeExpression') return undefined
  const { Expression: source, Operator: operator } = pipe.nodes
  if (source?.kind !== 'NameReference' || operator?.kind !== 'ProjectOperator') return undefined
  const [named, ...more] = operator.lists['Expressions'] ?? []
  const bracketed = named?.nodes['Expression']
  if (more.length > 0 || bracketed?.kind !== 'ParenthesizedExpression') return undefined
  const isWhole = bracketed.span.offset + bracketed.span.length === text.length
  return isWhole ? bracketed.nodes['Expression'] : undefined
}

function fickleCall(node: BoundNode): ReturnType<typeof notOfTheRowAlone> {
  const name = node.kind === 'FunctionCallExpression' ? (node.nodes['Name']?.text ?? '') : ''
  if (FICKLE.test(name)) return { isRowLocal: false, because: `${name}()`, position: node.span }
  for (const nested of childrenOf(node)) {
    const found = fickleCall(nested)
    if (found !== undefined) return found
  }
  return undefined
}

function columnsIn(node: BoundNode): readonly string[] {
  const own = node.kind === 'NameReference' && node.symbol?.kind === 'column' ? [node.symbol.name] : []
  return [...new Set([...own, ...childrenOf(node).flatMap(columnsIn)])]
}
