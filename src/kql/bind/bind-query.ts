import type { TableSchema, WorkspaceSchema } from '../../domain/schema.ts'
import { convertTree, convertType, nestedNodes, type BoundNode, type BoundType, type TextSpan } from './bound.ts'
import { convertDiagnostics, type KqlDiagnostic } from './diagnostics.ts'
import { listItems, type ForeignCode, type ForeignGlobals } from './library.ts'
import { parseAndAnalyze, parsingGlobals } from './parse.ts'
import { lonePropertiesIn } from './lone-properties.ts'
import { globalsFor, maySay } from './symbols.ts'
import { excess, findExcess } from './text-limits.ts'
import { viewsBehindWildcards } from './views.ts'

export interface BoundQuery {
  readonly text: string
  readonly root: BoundNode
  readonly resultType: BoundType | undefined
  readonly diagnostics: readonly KqlDiagnostic[]
}

/** Parses and binds `text` against the names of `schema`. Never throws for faults of the text: they are diagnostics. */
export function bindQuery(text: string, schema: WorkspaceSchema): BoundQuery {
  const refusal = findExcess(text)
  if (refusal !== undefined) return refused(text, refusal)
  const globals = globalsFor(text, schema)
  const known = remembered.get(globals)
  const found = known?.get(text)
  if (found !== undefined) return found
  const bound = bind(text, globals, schema)
  // What the service says of a text names tables of the whole schema, so only texts without a word are kept.
  if (bound.diagnostics.length === 0 && text.length <= LONGEST_REMEMBERED) remember(globals, bound)
  return bound
}

/**
 * Binding takes 10 to 60 ms and happens for checks, for the SQL and for the warnings of each run, so the last texts of
 * each world are kept.
 */
const remembered = new WeakMap<ForeignGlobals, Map<string, BoundQuery>>()
const LONGEST_REMEMBERED = 50_000
const MOST_REMEMBERED = 8

function remember(globals: ForeignGlobals, bound: BoundQuery): void {
  const known = remembered.get(globals) ?? new Map<string, BoundQuery>()
  const oldest = known.keys().next()
  if (known.size >= MOST_REMEMBERED && oldest.done !== true) known.delete(oldest.value)
  remembered.set(globals, known.set(bound.text, bound))
}

function bind(text: string, globals: ForeignGlobals, schema: WorkspaceSchema): BoundQuery {
  const code = parsed(text, globals)
  if ('refusal' in code) return refused(text, code.refusal)
  // Such a tree is not analysed, and walking it would overflow the stack.
  if (listItems(code.GetDiagnostics()).some(({ Code }) => Code === TOO_DEEP)) return refused(text, TOO_DEEP_TREE)
  const root = convertTree(code.Syntax, maySay('scan', text, globals) || maySay('series_', text, globals))
  const views = viewsBehindWildcards(root, schema)
  if (views.length > 0) return bindQuery(text, withTables(schema, views))
  const lone = lonePropertiesIn(root)
  const diagnostics = convertDiagnostics(code, root, schema).filter(
    ({ serviceCode, offset }) => serviceCode !== UNKNOWN_NAME || !lone.has(offset),
  )
  const isUnknown = ({ serviceCode }: KqlDiagnostic): boolean => serviceCode === UNKNOWN_NAME
  const wildcards = diagnostics.some(isUnknown) ? fuzzyWildcards(root) : new Set<number>()
  const missing = diagnostics.flatMap((diagnostic) => missingLeg(wildcards, diagnostic) ?? [])
  const legs = missing.flatMap((diagnostic) => legAround(root, diagnostic) ?? [])
  if (legs.length === 0) return { text, root, resultType: convertType(code.ResultType), diagnostics }
  const rest = bindQuery(masked(text, legs), withMissingLegs(schema, legs))
  return { ...rest, text, diagnostics: [...missing, ...rest.diagnostics] }
}

/** The service meets some texts with an exception of its own, which is no JavaScript Error: a refusal like any other. */
function parsed(text: string, globals: ForeignGlobals): ForeignCode | { readonly refusal: KqlDiagnostic } {
  try {
    return parseAndAnalyze(text, globals)
  } catch (exception) {
    if (exception instanceof Error) throw exception
    const reason =
      typeof exception === 'object' && exception !== null && 'message' in exception
        ? String(exception.message)
        : String(exception)
    const message = `the Kusto language service cannot analyse this query: ${reason}`
    return {
      refusal: {
        ...excess(0, message, 'leave parts of it away to find the one that it stumbles over'),
        code: 'kql-semantic',
      },
    }
  }
}

/** «The name … does not refer to any known column, table, variable or function». */
const UNKNOWN_NAME = 'KS142'

/** «Query syntax depth exceeds maximum safe limit», also for long chains: `a + b + …`, or several hundred operators. */
const TOO_DEEP = 'KS245'
const TOO_DEEP_TREE = excess(
  0,
  'the query has more levels of expressions and operators than the Kusto language service analyses',
  'shorten chains of operators (in (…) for or, case() for nested iff), or name parts with let',
)

function refused(text: string, diagnostic: KqlDiagnostic): BoundQuery {
  const { root } = bind('', parsingGlobals(), { tables: new Map(), functions: new Map() })
  return { text, root, resultType: undefined, diagnostics: [diagnostic] }
}

/** «The fuzzy name … does not refer to any known …»: a warning of `union isfuzzy=true`. */
const FUZZY_NAME = 'KS205'

/** What the service warns of; the language service calls a wildcard for nothing an error (12.4.1). */
function missingLeg(wildcards: ReadonlySet<number>, diagnostic: KqlDiagnostic): KqlDiagnostic | undefined {
  if (diagnostic.serviceCode === FUZZY_NAME) return diagnostic
  if (diagnostic.serviceCode !== UNKNOWN_NAME || !wildcards.has(diagnostic.offset)) return undefined
  return { ...diagnostic, code: 'kql-semantic', severity: 'warning' }
}

/** Where the wildcards stand that are legs of fuzzy unions. */
function fuzzyWildcards(node: BoundNode, found = new Set<number>()): ReadonlySet<number> {
  const parameters = node.kind === 'UnionOperator' ? (node.lists['Parameters'] ?? []) : []
  if (parameters.some(({ text }) => /^isfuzzy\s*=\s*true$/.test(text))) {
    for (const { nodes, span } of node.lists['Expressions'] ?? []) {
      if (nodes['Name']?.kind === 'WildcardedName') found.add(span.offset)
    }
  }
  for (const nested of nestedNodes(node)) fuzzyWildcards(nested, found)
  return found
}

/** The leg of a union that a place lies in. */
function legAround(root: BoundNode, place: TextSpan): TextSpan | undefined {
  const covers = ({ offset, length }: TextSpan): boolean =>
    offset <= place.offset && place.offset + place.length <= offset + length
  let found: TextSpan | undefined
  for (let node: BoundNode | undefined = root; node !== undefined;) {
    const legs: readonly BoundNode[] = node.kind === 'UnionOperator' ? (node.lists['Expressions'] ?? []) : []
    found = legs.find(({ span }) => covers(span))?.span ?? found
    const nested = nestedNodes(node)
    node = nested.find(({ span }) => covers(span))
  }
  return found
}

/** Name of what stands for a leg that is not there: as long as the leg, so that all places stay right. */
export const isMissingLeg = (name: string): boolean => /^_+$/.test(name)

/**
 * The query without the legs of a fuzzy union whose tables are unknown: the service drops such legs whole, its binder
 * leaves their columns open, and nothing after them would have a type.
 */
function masked(text: string, legs: readonly TextSpan[]): string {
  return legs.reduce(
    (rest, { offset, length }) => rest.slice(0, offset) + '_'.repeat(length) + rest.slice(offset + length),
    text,
  )
}

function withMissingLegs(schema: WorkspaceSchema, legs: readonly TextSpan[]): WorkspaceSchema {
  return withTables(
    schema,
    legs.map(({ length }) => ({ name: '_'.repeat(length), columns: [] })),
  )
}

function withTables(schema: WorkspaceSchema, added: readonly TableSchema[]): WorkspaceSchema {
  const tables = added.map((table) => [table.name, table] as const)
  return { ...schema, tables: new Map([...schema.tables, ...tables]) }
}
