/**
 * Recorded cases, each written another way that means the same: its constants as names, its rows in files. What the service
 * answers to the case it answers to these, so that the recorded answers hold for ways that nobody has recorded.
 */
import { bindQuery } from '../../src/kql/bind/bind-query.ts'
import { nestedNodes, type BoundNode } from '../../src/kql/bind/bound.ts'
import type { Column, ResultTable } from '../../src/domain/kusto.ts'
import { EMPTY_SCHEMA } from '../support/kql.ts'
import type { RecordedCase } from './compare.ts'

export interface MovedCase {
  readonly recorded: RecordedCase
  /** What was moved, and where to. */
  readonly way: string
  readonly query: string
}

interface Constant {
  readonly node: BoundNode
  readonly type: string
  readonly name: string
}

const MOST_CONSTANTS = 30
const LITERAL = /(?:LiteralExpression|^DynamicExpression)$/

/** The constants of the last statement behind `let`, parameters and toscalar(); those of a lone `print` in a row, too. */
export function withNamedConstants(recorded: RecordedCase): MovedCase[] {
  const { query } = recorded
  const statement = lastStatement(query)
  if (statement === undefined) return []
  const constants = constantsOf(statement)
  if (constants.length === 0 || constants.length > MOST_CONSTANTS) return []
  const { offset, length } = statement.span
  const head = query.slice(0, offset)
  const body = renamed(query, { from: offset, to: offset + length }, constants)
  const lets = (value: (text: string) => string): string =>
    constants.map(({ name, node }) => `let ${name} = ${value(node.text)};\n`).join('')
  const parameters = constants.map(({ name, type }) => `${name}: ${type}`).join(', ')
  const values = constants.map(({ node }) => node.text).join(', ')
  const ways: [way: string, query: string][] = [
    ['let', `${head}${lets((text) => text)}${body}`],
    ['toscalar', `${head}${lets((text) => `toscalar(print ${text})`)}${body}`],
    ['parameter', `${head}let f__ = (${parameters}) {\n${body}\n};\nf__(${values})`],
  ]
  const columns = columnsOfPrint(query, statement, recorded, constants)
  if (columns !== undefined) {
    ways.push(['row', `${head}datatable(${parameters})[${values}]\n| project ${columns}`])
    const nulls = constants.map(({ type }) => (type === 'string' ? '""' : `${type}(null)`)).join(', ')
    const rows = `datatable(row__: long, ${parameters})[1, ${values}, 2, ${nulls}]`
    ways.push(['row beside nulls', `${head}${rows}\n| project row__, ${columns}\n| where row__ == 1 | project-away row__`]) // prettier-ignore
  }
  return ways.map(([way, text]) => ({ recorded, way, query: text }))
}

function lastStatement(query: string): BoundNode | undefined {
  const statements = Object.values(bindQuery(query, EMPTY_SCHEMA).root.lists).flat()
  const last = statements.filter(({ kind }) => kind.endsWith('Statement')).at(-1)
  const isLast =
    last !== undefined &&
    query
      .slice(last.span.offset + last.span.length)
      .replaceAll(';', '')
      .trim() === ''
  return isLast && last.kind === 'ExpressionStatement' ? last : undefined
}

/** Of tables they are rows, and have to be written out. */
function constantsOf(statement: BoundNode): Constant[] {
  const found: Constant[] = []
  const visit = (node: BoundNode): void => {
    if (/^(?:DataTable|ExternalData)Expression$/.test(node.kind)) return
    const type = node.type?.kind === 'scalar' ? node.type.type : undefined
    if (LITERAL.test(node.kind) && type !== undefined) found.push({ node, type, name: `c${found.length}__` })
    else for (const nested of nestedNodes(node)) visit(nested)
  }
  visit(statement)
  return found.sort((left, right) => left.node.span.offset - right.node.span.offset)
}

function renamed(query: string, { from, to }: { from: number; to: number }, constants: readonly Constant[]): string {
  let [text, at] = ['', from]
  for (const { node, name } of constants) {
    const { offset, length } = node.span
    if (offset < from || offset + length > to) continue
    text += query.slice(at, offset) + name
    at = offset + length
  }
  return text + query.slice(at, to)
}

function columnsOfPrint(
  query: string,
  statement: BoundNode,
  { columns }: RecordedCase,
  constants: readonly Constant[],
): string | undefined {
  const print = statement.nodes['Expression']
  const items = print?.kind === 'PrintOperator' ? (print.lists['Expressions'] ?? []) : []
  // Some values are several columns.
  if (items.length === 0 || items.length !== columns.length) return undefined
  return items
    .map(({ kind, span }, index) => {
      const text = renamed(query, { from: span.offset, to: span.offset + span.length }, constants)
      return kind.endsWith('NamedExpression') ? text : `['${columns[index]?.name ?? ''}'] = ${text}`
    })
    .join(', ')
}

export interface TableOfCase {
  readonly name: string
  readonly columns: readonly Column[]
  /** A JSON object for each row. */
  readonly lines: string
}

export interface CaseOverTables {
  readonly recorded: RecordedCase
  readonly query: string
  readonly tables: readonly TableOfCase[]
}

/** The query with a table of its own in place of each `datatable`; undefined where it has none, or rows that no JSON can hold. */
export async function withTables(
  recorded: RecordedCase,
  firstNumber: number,
  ask: (query: string) => Promise<ResultTable>,
): Promise<CaseOverTables | undefined> {
  const found: BoundNode[] = []
  const visit = (node: BoundNode): void => {
    if (node.kind === 'DataTableExpression') found.push(node)
    else for (const nested of nestedNodes(node)) visit(nested)
  }
  visit(bindQuery(recorded.query, EMPTY_SCHEMA).root)
  if (found.length === 0) return undefined
  const tables: TableOfCase[] = []
  let [query, at] = ['', 0]
  for (const { span, text } of found.sort((left, right) => left.span.offset - right.span.offset)) {
    const { columns, rows } = await ask(text)
    const lines = rows.map((row) => lineOf(columns, row))
    if (lines.length === 0 || lines.includes(undefined)) return undefined
    const name = `Case${firstNumber + tables.length}_CL`
    tables.push({ name, columns, lines: `${lines.join('\n')}\n` })
    query += recorded.query.slice(at, span.offset) + name
    at = span.offset + span.length
  }
  return { recorded, query: query + recorded.query.slice(at), tables }
}

function lineOf(columns: readonly Column[], row: ResultTable['rows'][number]): string | undefined {
  const members: string[] = []
  for (const [index, { name, type }] of columns.entries()) {
    const cell = row[index] ?? null
    if (cell === null) continue
    // A scalar in a dynamic column of a file is what its text looks like, as the loader's page says.
    if (typeof cell === 'number' && !Number.isFinite(cell)) return undefined
    if (type === 'dynamic' && !/^[[{]/.test(String(cell))) return undefined
    const isText = typeof cell === 'string' && type !== 'dynamic'
    members.push(`${JSON.stringify(name)}:${isText ? JSON.stringify(cell) : String(cell)}`)
  }
  return `{${members.join(',')}}`
}
