/** What to do about an error of the language service. */
import { closest, distance } from 'fastest-levenshtein'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import type { BoundNode } from './bound.ts'
import { kustoLibrary, type ForeignDiagnostic } from './library.ts'
import { NO_OPERATOR } from './service-codes.ts'

/** What is pasted from a page or a chat, and what is written as SQL is. */
export function spellingHint({ Code, Start, Length }: ForeignDiagnostic, text: string): string | undefined {
  const [quote] = /^[“”„‟‘’‚«»]/.exec(text.slice(Start).trimStart()) ?? []
  if (quote !== undefined) return `${quote} is a typographic quotation mark: write " or '`
  const [word = ''] = /^\w+/.exec(text.slice(Start)) ?? []
  if (/^(?:AND|OR|BY|ON|IN|BETWEEN)$/.test(word)) {
    return `operators are in lower case: ${word.toLowerCase()}`
  }
  if (Code !== NO_OPERATOR) return undefined
  const name = text.slice(Start, Start + Length)
  const nearest = closest(name.toLowerCase(), OPERATORS)
  if (nearest === name.toLowerCase()) return `operators are in lower case: ${nearest}`
  return distance(name.toLowerCase(), nearest) <= name.length / 3 ? `did you mean "${nearest}"?` : undefined
}

const TWO_NAMES = 'where the sides have other names for it: on $left.<column> == $right.<column>'

const OPERATORS = (
  'as consume count distinct evaluate extend facet find fork getschema invoke join limit lookup make-series mv-apply ' +
  'mv-expand order parse parse-kv parse-where partition project project-away project-keep project-rename project-reorder ' +
  'reduce render sample sample-distinct scan search serialize sort summarize take top top-hitters top-nested union where'
).split(' ')

export function hintFor(code: string, path: readonly BoundNode[], schema: WorkspaceSchema): string | undefined {
  if (code === 'type-mismatch' && path.at(-1)?.kind === 'SimpleNamedExpression')
    return 'compare with ==: a single = gives a name'
  const name = path.findLast(({ kind }) => kind === 'NameReference')?.text
  if (name === undefined) return undefined
  const candidates = candidatesFor(code, path, schema)
  if (candidates.length === 0) return undefined
  // It has the name that it looks for, on one side of a join alone.
  if (candidates.includes(name)) return path.some(({ kind }) => kind === 'JoinOnClause') ? TWO_NAMES : undefined
  const nearest = closest(name, candidates)
  // Among five hundred functions something is always near; a misspelling keeps most of its letters.
  if (code === 'unknown-function' && distance(name, nearest) > (name.length + 1) / 3) return undefined
  if (code === 'unknown-column' && distance(name, nearest) > (name.length + 1) / 2) {
    // `CallerIP` is short for a column whose other letters would cost more than another's.
    const longer = candidates.find((candidate) => candidate.toLowerCase().startsWith(name.toLowerCase()))
    return longer === undefined ? undefined : `did you mean "${longer}"?`
  }
  return `did you mean "${nearest}"?`
}

function candidatesFor(code: string, path: readonly BoundNode[], schema: WorkspaceSchema): readonly string[] {
  if (code === 'unknown-table') return [...schema.tables.keys()]
  if (code === 'unknown-column') return columnsInScope(path)
  if (code !== 'unknown-function') return []
  const { Functions, Aggregates } = kustoLibrary()
  return [...[...Functions.All, ...Aggregates.All].map(({ Name }) => Name), ...schema.functions.keys()]
}

/** Columns of the nearest pipe input around the faulty name. */
export function columnsInScope(path: readonly BoundNode[]): string[] {
  for (const node of [...path].reverse()) {
    const input = node.kind === 'PipeExpression' ? node.nodes['Expression']?.type : undefined
    if (input?.kind === 'table') return input.columns.map(({ name }) => name)
  }
  return []
}
