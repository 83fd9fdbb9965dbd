import type { KustoType } from '../../domain/kusto.ts'
import { KUSTO_TYPES } from '../../domain/kusto.ts'
import { InternalError } from '../../domain/errors.ts'
import {
  kustoLibrary,
  perLibrary,
  listItems,
  type ForeignColumn,
  type ForeignList,
  type ForeignNode,
  type ForeignSymbol,
} from './library.ts'
import { findUnaskedColumns, isUnasked } from './unasked-columns.ts'
import { nameFromBinder } from './unnamed-column.ts'

/** Place in the query text, UTF-16 units. */
export interface TextSpan {
  readonly offset: number
  readonly length: number
}

export interface BoundColumn {
  readonly name: string
  /** Undefined where the binder cannot tell (behind a plug-in whose columns depend on the data). */
  readonly type: KustoType | undefined
}

export type BoundType =
  | { readonly kind: 'scalar'; readonly type: KustoType }
  | {
      readonly kind: 'table'
      readonly columns: readonly BoundColumn[]
      readonly isOpen: boolean
      /** Of a stored table as it is. */
      readonly name?: string
    }
  /** Several values of one call: `array_sort_asc(a, b)`, `series_fit_line(y)`. */
  | { readonly kind: 'tuple'; readonly columns: readonly BoundColumn[] }
  /** What `make-graph` gives: no table, only graph operators may follow. */
  | { readonly kind: 'graph' }
  | { readonly kind: 'other'; readonly name: string }

export type SymbolKind =
  'column' | 'variable' | 'parameter' | 'table' | 'function' | 'group' | 'type' | 'operator' | 'other'

export interface BoundSymbol {
  readonly kind: SymbolKind
  readonly name: string
  /** Names of the tables that a wildcard stands for. */
  readonly members: readonly string[]
}

/**
 * One node of the bound tree: our frozen copy of the language service's syntax node with its semantics. `kind` is the
 * service's SyntaxKind, child names are its property names, so its documentation applies.
 */
export interface BoundNode {
  readonly kind: string
  readonly span: TextSpan
  /** Source text from the first token of the node to its last, comments between them included. */
  readonly text: string
  readonly type: BoundType | undefined
  readonly symbol: BoundSymbol | undefined
  /** Column name that Kusto generates for this expression; empty where it numbers instead (`Column1`, `print_0`). */
  readonly resultName: string
  readonly nodes: Readonly<Record<string, BoundNode>>
  readonly lists: Readonly<Record<string, readonly BoundNode[]>>
  /** Text of the token children; `*Value` holds the unescaped text of string literals. */
  readonly tokens: Readonly<Record<string, string>>
  /** The user's function that this call calls; undefined for other nodes and for built-in functions. */
  readonly called: (() => CalledFunction | undefined) | undefined
}

export interface CalledFunction {
  /** Of the workspace; false for one that the query defines. */
  readonly isSaved: boolean
  readonly parameters: readonly CalledParameter[]
  /** Bound anew for the arguments of this call. */
  readonly body: BoundNode
}

export interface CalledParameter {
  readonly name: string
  /** Undefined for tables. */
  readonly type: KustoType | undefined
  readonly defaultValue: BoundNode | undefined
}

const kindNames = perLibrary(() => {
  const named = Object.entries(kustoLibrary().Syntax.SyntaxKind)
  return new Map(named.flatMap(([name, value]) => (typeof value === 'number' ? [[value, name] as const] : [])))
})

const kindName = (kind: number): string => kindNames().get(kind) ?? `Kind${kind}`

const KUSTO_TYPE_NAMES: ReadonlySet<string> = new Set(KUSTO_TYPES)

/** The binder also speaks of typed arrays and bags (`dynamic` with known members): dynamic to us. */
export function kustoTypeOf(symbol: ForeignSymbol | null | undefined): KustoType | undefined {
  if (symbol === null || symbol === undefined) return undefined
  if (KUSTO_TYPE_NAMES.has(symbol.Name)) return symbol.Name as KustoType
  return /\.Dynamic\w*Symbol$/.test(symbol.$$name) ? 'dynamic' : undefined
}

const types = new WeakMap<ForeignSymbol, BoundType>()

/** Every pipe of a query has the type of a table, often the same one: each is converted once. */
export function convertType(symbol: ForeignSymbol | null | undefined): BoundType | undefined {
  if (symbol === null || symbol === undefined) return undefined
  let type = types.get(symbol)
  if (type === undefined) types.set(symbol, (type = typeOf(symbol)))
  return type
}

function typeOf(symbol: ForeignSymbol): BoundType {
  const type = kustoTypeOf(symbol)
  if (type !== undefined) return { kind: 'scalar', type }
  const { Columns: foreign } = symbol
  // All of a call's values, also those that the extend around it does not show.
  if (foreign && symbol.$$name.endsWith('.TupleSymbol')) return { kind: 'tuple', columns: listItems(foreign).map(boundColumn) } // prettier-ignore
  if (foreign && symbol.$$name.endsWith('.TableSymbol')) {
    let columns: readonly BoundColumn[] | undefined
    return {
      kind: 'table',
      isOpen: symbol.IsOpen === true,
      ...(symbol.Name === '' ? {} : { name: symbol.Name }),
      // Lazy: every pipe has some hundred of a wide table, and few are asked for them.
      get columns() {
        return (columns ??= columnsOf(foreign))
      },
    }
  }
  if (symbol.$$name.endsWith('.GraphSymbol')) return { kind: 'graph' }
  return { kind: 'other', name: symbol.Name }
}

function columnsOf(foreign: ForeignList<ForeignColumn>): BoundColumn[] {
  return listItems(foreign)
    .filter((column) => !isUnasked(column))
    .map(boundColumn)
}

const boundColumn = ({ Name, Type }: ForeignColumn): BoundColumn => ({
  name: nameFromBinder(Name),
  type: kustoTypeOf(Type),
})

const SYMBOL_KINDS: Readonly<Record<string, SymbolKind>> = {
  ColumnSymbol: 'column',
  VariableSymbol: 'variable',
  ParameterSymbol: 'parameter',
  TableSymbol: 'table',
  MaterializedViewSymbol: 'table',
  FunctionSymbol: 'function',
  GroupSymbol: 'group',
  PrimitiveSymbol: 'type',
  OperatorSymbol: 'operator',
}

function convertSymbol(symbol: ForeignSymbol | null | undefined): BoundSymbol | undefined {
  if (symbol === null || symbol === undefined) return undefined
  const kind = SYMBOL_KINDS[symbol.$$name.slice(symbol.$$name.lastIndexOf('.') + 1)] ?? 'other'
  const members = kind === 'group' && symbol.Members ? listItems(symbol.Members).map((member) => member.Name) : []
  return { kind, name: nameFromBinder(symbol.Name), members }
}

/** Function bodies are trees of their own. */
interface Placement {
  /** Text of the tree. */
  readonly source: string
  /** Where it begins in the query. */
  readonly base: number
  /** The place of all its nodes, for a tree that is nowhere in the query. */
  readonly fixed: TextSpan | undefined
}

function place(node: ForeignNode, placement: Placement): TextSpan {
  return placement.fixed ?? { offset: placement.base + node.TextStart, length: node.Width }
}

function calledFunction(node: ForeignNode, span: TextSpan): (() => CalledFunction | undefined) | undefined {
  if (node.GetCalledFunctionBody === undefined) return undefined
  return () => {
    const body = node.GetCalledFunctionBody?.()
    if (body === null || body === undefined) return undefined
    // A `let` function's body is text of the query: point into it. A saved function's is not: point to the call.
    const signature = node.ReferencedSignature
    const declaration = signature?.Declaration
    const isSaved = declaration === null || declaration === undefined
    const source = sourceOf(body)
    const placement: Placement = isSaved
      ? { source, base: 0, fixed: span }
      : { source, base: declaration.TextStart - body.TextStart, fixed: undefined }
    const parameters = signature ? listItems(signature.Parameters) : []
    return {
      parameters: parameters.map(({ Name: name, DefaultValue: value, DeclaredTypes: declared }) => ({
        name,
        type: declared?.Count === 1 ? kustoTypeOf(declared.getItem(0)) : undefined,
        defaultValue: value ? convertNode(value, { source: sourceOf(value), base: 0, fixed: span }) : undefined,
      })),
      body: convertNode(body, placement),
      isSaved,
    }
  }
}

/** Text of the tree that a node is of. */
function sourceOf(node: ForeignNode): string {
  let root = node
  while (root.Parent !== null) root = root.Parent
  return root.toString()
}

interface Children {
  nodes: Record<string, BoundNode>
  lists: Record<string, readonly BoundNode[]>
  tokens: Record<string, string>
}

function convertChildren(node: ForeignNode, placement: Placement): Children {
  const children: Children = { nodes: {}, lists: {}, tokens: {} }
  for (let index = 0; index < node.ChildCount; index++) {
    const child = node.GetChild(index)
    if (child === null) continue
    const name = node.GetName(index) ?? String(index)
    if (child.IsToken) {
      children.tokens[name] = child.Text ?? ''
      children.tokens[`${name}Value`] = child.ValueText ?? child.Text ?? ''
    } else if (kindName(child.Kind) === 'List') {
      const texts = listTokens(child)
      if (texts.length > 0) children.tokens[`${name}Value`] = texts.join('')
      children.lists[name] = listElements(child).map((element) => convertNode(element, placement))
    } else if (!child.IsMissing) {
      children.nodes[name] = convertNode(child, placement)
    }
  }
  return children
}

function listElements(list: ForeignNode): ForeignNode[] {
  const elements: ForeignNode[] = []
  for (let index = 0; index < list.ChildCount; index++) {
    const child = list.GetChild(index)
    const element = child !== null && kindName(child.Kind) === 'SeparatedElement' ? child.GetChild(0) : child
    if (element !== null && !element.IsToken) elements.push(element)
  }
  return elements
}

/** Values of the tokens of a token list: the parts of `"a" "b"`. */
function listTokens(list: ForeignNode): string[] {
  const texts: string[] = []
  for (let index = 0; index < list.ChildCount; index++) {
    const child = list.GetChild(index)
    if (child?.IsToken === true) texts.push(child.ValueText ?? '')
  }
  return texts
}

function convertNode(node: ForeignNode, placement: Placement): BoundNode {
  const span = place(node, placement)
  return {
    kind: kindName(node.Kind),
    span,
    // Lazy: few nodes are ever quoted. Not the service's own text, which begins with the comments before the node.
    get text() {
      return placement.source.slice(node.TextStart, node.TextStart + node.Width)
    },
    type: convertType(node.ResultType),
    get resultName() {
      return kustoLibrary().Binding.Binder.GetExpressionResultName(node, '', null) ?? ''
    },
    symbol: convertSymbol(node.ReferencedSymbol),
    ...convertChildren(node, placement),
    called: calledFunction(node, span),
  }
}

/** `mayAddColumns`: whether an operator whose columns nobody asks for can be in the tree, or in a function that it calls. */
export function convertTree(root: ForeignNode, text: string, mayAddColumns: boolean): BoundNode {
  if (mayAddColumns) findUnaskedColumns(root)
  return convertNode(root, { source: text, base: 0, fixed: undefined })
}

/** The child `name`; a missing one means that the tree is not what its kind promises. */
export function child(node: BoundNode, name: string): BoundNode {
  const found = node.nodes[name]
  if (found === undefined) {
    throw new InternalError({
      code: 'internal/bound-tree',
      message: `${node.kind} has no child "${name}" (it has ${Object.keys(node.nodes).join(', ') || 'none'}): ${node.text}`,
      hint: 'please report this query',
    })
  }
  return found
}

export function children(node: BoundNode, name: string): readonly BoundNode[] {
  return node.lists[name] ?? []
}

export const isDynamic = (node: BoundNode | undefined): boolean =>
  node?.type?.kind === 'scalar' && node.type.type === 'dynamic'

/** What is directly below a node, whatever it is called there. */
export function nestedNodes({ nodes, lists }: BoundNode): readonly BoundNode[] {
  return [...Object.values(nodes), ...Object.values(lists).flat()]
}

/** The first node that `is` such, from the root down. */
export function firstOf(node: BoundNode, is: (node: BoundNode) => boolean): BoundNode | undefined {
  if (is(node)) return node
  for (const nested of nestedNodes(node)) {
    const found = firstOf(nested, is)
    if (found !== undefined) return found
  }
  return undefined
}

/** Indented print with types, for `hunt explain --stage bound` and golden tests. */
export function printBound(node: BoundNode, role = 'root', depth = 0): string {
  const type =
    node.type === undefined
      ? ''
      : node.type.kind === 'scalar'
        ? `: ${node.type.type}`
        : node.type.kind === 'table'
          ? `: (${node.type.columns.map(({ name, type }) => `${name}: ${type ?? '?'}`).join(', ')}${node.type.isOpen ? ', …' : ''})`
          : ''
  const isLeaf = Object.keys(node.nodes).length === 0 && Object.values(node.lists).every((list) => list.length === 0)
  const lines = [`${'  '.repeat(depth)}${role}: ${node.kind}${isLeaf ? ` ${JSON.stringify(node.text)}` : ''}${type}`]
  for (const [name, nested] of Object.entries(node.nodes)) lines.push(printBound(nested, name, depth + 1))
  for (const [name, list] of Object.entries(node.lists)) {
    list.forEach((nested, index) => lines.push(printBound(nested, `${name}[${index}]`, depth + 1)))
  }
  return lines.join('\n')
}

/** All below a node, itself included, that are meant, in order of appearance. */
export function allOf(node: BoundNode, is: (node: BoundNode) => boolean): BoundNode[] {
  return [...(is(node) ? [node] : []), ...nestedNodes(node).flatMap((nested) => allOf(nested, is))]
}
