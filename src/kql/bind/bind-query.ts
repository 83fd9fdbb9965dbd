import { LRUCache } from 'lru-cache'
import type { TableSchema, WorkspaceSchema } from '../../domain/schema.ts'
import { tablesNamedAsColumns, withoutTables } from './columns-named-as-tables.ts'
import { convertTree, convertType, type BoundNode, type BoundType } from './bound.ts'
import { convertDiagnostics, type KqlDiagnostic } from './diagnostics.ts'
import { findLeftOut, tablesOfLegs, withoutLegs } from './fuzzy-legs.ts'
import { forgetLibrary, listItems, type ForeignCode } from './library.ts'
import { parseAndAnalyze } from './parse.ts'
import { findBinding, keepBinding } from './kept-trees.ts'
import { lonePropertiesIn } from './lone-properties.ts'
import { faultsOfSavedFunctions } from './saved-function-faults.ts'
import { unknownTablesOfParameters } from './tables-of-parameters.ts'
import { excess, findExcess } from './text-limits.ts'
import { spellPackAll } from './pack-all.ts'
import { UNKNOWN_NAME } from './service-codes.ts'
import { spellTypes } from './type-names.ts'
import { viewsBehindWildcards } from './views.ts'
import { namesKey, reachesUnnamed, worldOf, type World } from './world.ts'

export interface BoundQuery {
  readonly text: string
  readonly root: BoundNode
  /** The tree with the legs that a fuzzy union goes on without. */
  readonly written: BoundNode
  readonly resultType: BoundType | undefined
  readonly diagnostics: readonly KqlDiagnostic[]
}

export interface BindOptions {
  /** The text has something of the data in it, which is nobody's to keep between processes. */
  readonly isOfTheData?: boolean
}

/** Parses and binds `text` against the names of `schema`. Never throws for faults of the text: they are diagnostics. */
export function bindQuery(
  text: string,
  schema: WorkspaceSchema,
  { isOfTheData = false }: BindOptions = {},
): BoundQuery {
  const refusal = findExcess(text)
  if (refusal !== undefined) return refused(text, refusal)
  const world = worldOf(text, schema)
  const isKept = !isOfTheData && text.length <= LONGEST_REMEMBERED
  // What the service says of a text, and what we say of that, may name any table or function of the schema.
  const spoken = (): string => `${world.key} ${namesKey(schema)}`
  const known = recall(text, world.key) ?? recall(text, spoken())
  if (known !== undefined) return known
  for (const names of isKept ? [world.key, spoken()] : []) {
    const binding = findBinding(text, names)
    if (binding !== undefined) return remember({ text, ...binding }, names)
  }
  const bound = bind(text, world, schema)
  if (text.length > LONGEST_REMEMBERED) return bound
  const names = bound.diagnostics.length === 0 ? world.key : spoken()
  if (isKept) keepBinding(bound, text, names)
  return remember(bound, names)
}

/** The tree of a longer text is bound anew. */
const LONGEST_REMEMBERED = 50_000

/**
 * Binding takes 10 to 60 ms and happens for checks, for the SQL and for the warnings of each run, so the last texts are kept.
 * A tree takes some 300 bytes for each character of its text: all of them 120 MB. What has gone is mostly still among the kept
 * trees (kept-trees.ts), 2 ms away.
 */
const remembered = new LRUCache<string, BoundQuery>({
  maxSize: 400_000,
  sizeCalculation: ({ text }) => Math.max(1, text.length),
})

/** For when binding was ended in the middle of its work: what the service has made by then may be half-made, and trees hold on to it. */
export function forgetBindings(): void {
  remembered.clear()
  forgetLibrary()
}

const recall = (text: string, names: string): BoundQuery | undefined => remembered.get(`${names}\n${text}`)

function remember(bound: BoundQuery, names: string): BoundQuery {
  remembered.set(`${names}\n${bound.text}`, bound)
  return bound
}

function bind(given: string, world: World, schema: WorkspaceSchema): BoundQuery {
  const text = spellPackAll(spellTypes(given))
  const code = parsed(text, world)
  if ('refusal' in code) return refused(given, code.refusal)
  // Such a tree is not analysed, and walking it would overflow the stack.
  const found = listItems(code.GetDiagnostics())
  if (found.some(({ Code }) => Code === TOO_DEEP)) return refused(given, TOO_DEEP_TREE)
  const root = convertTree(code.Syntax, text, world.maySay('scan', text) || world.maySay('series_', text))
  const views = viewsBehindWildcards(root, schema)
  if (views.length > 0) return bindQuery(given, withTables(schema, views))
  const lone = lonePropertiesIn(root)
  const own = convertDiagnostics(found, { text, root, schema }).filter(
    ({ serviceCode, offset }) => serviceCode !== UNKNOWN_NAME || !lone.has(offset),
  )
  // Behind a wildcard a table may be meant without its name.
  const misnamed =
    own.some(({ severity }) => severity === 'error') && !reachesUnnamed(text) ? tablesNamedAsColumns(root) : NONE
  if (misnamed.size > 0) return bindQuery(given, withoutTables(schema, misnamed))
  const diagnostics = [...faultsOfSavedFunctions(root, schema), ...own]
  const absent = text.includes('isfuzzy') && world.maySay('table', text) ? unknownTablesOfParameters(root, schema) : []
  const leftOut = findLeftOut(root, [...diagnostics, ...absent])
  if (leftOut === undefined)
    return { text: given, root, written: root, resultType: convertType(code.ResultType), diagnostics }
  const rest = bindQuery(withoutLegs(given, leftOut), withTables(schema, tablesOfLegs(leftOut)))
  return { ...rest, text: given, written: root, diagnostics: [...leftOut.reasons, ...rest.diagnostics] }
}

const NONE: ReadonlySet<string> = new Set()

/** The service meets some texts with an exception of its own, which is no JavaScript Error: a refusal like any other. */
function parsed(text: string, { globals }: World): ForeignCode | { readonly refusal: KqlDiagnostic } {
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

/** «Query syntax depth exceeds maximum safe limit», also for long chains: `a + b + …`, or several hundred operators. */
const TOO_DEEP = 'KS245'
const TOO_DEEP_TREE = excess(
  0,
  'the query has more levels of expressions and operators than the Kusto language service analyses',
  'shorten chains of operators (in (…) for or, case() for nested iff), or name parts with let',
)

function refused(text: string, diagnostic: KqlDiagnostic): BoundQuery {
  const nothing = { tables: new Map(), functions: new Map() }
  const { root } = bind('', worldOf('', nothing), nothing)
  return { text, root, written: root, resultType: undefined, diagnostics: [diagnostic] }
}

function withTables(schema: WorkspaceSchema, added: readonly TableSchema[]): WorkspaceSchema {
  const tables = added.map((table) => [table.name, table] as const)
  return { ...schema, tables: new Map([...schema.tables, ...tables]) }
}
