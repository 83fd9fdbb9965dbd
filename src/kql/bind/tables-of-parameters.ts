import type { WorkspaceSchema } from '../../domain/schema.ts'
import { allOf, type BoundNode } from './bound.ts'
import type { KqlDiagnostic } from './diagnostics.ts'

/**
 * Calls of functions that read `table(name)` of a parameter for which the call gives the name of no table. The language service says
 * nothing of them: it takes such a body for one of which it does not know the table.
 */
export function unknownTablesOfParameters(root: BoundNode, schema: WorkspaceSchema): readonly KqlDiagnostic[] {
  const own = new Set(allOf(root, ({ kind }) => kind === 'LetStatement').map(nameOfLet))
  const isKnown = (name: string): boolean => schema.tables.has(name) || schema.functions.has(name) || own.has(name)
  return allOf(root, isCall).flatMap((call): KqlDiagnostic[] => {
    const name = namesOfTables(call).find((each) => !isKnown(each))
    if (name === undefined) return []
    const { offset, length } = call.span
    const message = `The name '${name}' does not refer to any known table, tabular variable or function.`
    return [{ code: 'unknown-table', severity: 'error', message, offset, length, serviceCode: UNKNOWN_TABLE }]
  })
}

/** «The name … does not refer to any known table, tabular variable or function.» */
const UNKNOWN_TABLE = 'KS204'

const isCall = ({ kind, symbol }: BoundNode): boolean =>
  kind === 'FunctionCallExpression' && symbol?.kind === 'function'

const nameOfLet = ({ nodes }: BoundNode): string => nodes['Name']?.text.trim() ?? ''

/** Texts of the call by which the function's body names tables. */
function namesOfTables(call: BoundNode): readonly string[] {
  const given = call.nodes['ArgumentList']?.lists['Expressions'] ?? []
  const literals = given.map(({ kind, nodes, tokens }) => ({
    name: kind === 'SimpleNamedExpression' ? nodes['Name']?.text.trim() : undefined,
    text: textOf(kind === 'SimpleNamedExpression' ? nodes['Expression'] : { kind, tokens }),
  }))
  if (literals.every(({ text }) => text === undefined)) return []
  const called = call.called?.()
  if (called === undefined) return []
  return allOf(called.body, isTableOfName).flatMap((table) => {
    const parameter = argumentOf(table)?.text.trim()
    const index = called.parameters.findIndex(({ name }) => name === parameter)
    if (index === -1) return []
    const literal = literals.find(({ name }) => name === parameter) ?? literals[index]
    return literal?.text ?? []
  })
}

const isTableOfName = (node: BoundNode): boolean =>
  node.kind === 'FunctionCallExpression' &&
  node.nodes['Name']?.text === 'table' &&
  argumentOf(node)?.kind === 'NameReference'

const argumentOf = (call: BoundNode): BoundNode | undefined => call.nodes['ArgumentList']?.lists['Expressions']?.[0]

function textOf(node: Pick<BoundNode, 'kind' | 'tokens'> | undefined): string | undefined {
  if (node?.kind !== 'StringLiteralExpression') return undefined
  return Object.entries(node.tokens).find(([name]) => name.endsWith('Value'))?.[1]
}
