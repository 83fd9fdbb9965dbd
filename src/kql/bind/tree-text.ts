/**
 * Bound trees as text and back, for keeping them between processes. What the tree of the language service is asked for when it is
 * needed (texts, names of results, bodies of called functions) is asked for at once, so that reading needs no service.
 *
 * Names, types and symbols stand once, in lists, and nodes are rows of their numbers: a tree of a rule over wide tables would
 * else be megabytes.
 */
import { internal } from '../errors.ts'
import type { BoundQuery } from './bind-query.ts'
import type { KustoType } from '../../domain/kusto.ts'
import type {
  BoundColumn,
  BoundNode,
  BoundSymbol,
  BoundType,
  CalledFunction,
  CalledParameter,
  SymbolKind,
} from './bound.ts'
import type { KqlDiagnostic } from './diagnostics.ts'

/** What binding a text gives, but the text. */
export type Binding = Omit<BoundQuery, 'text'>

/** Of names, else none. */
type Index = number

/** Kind, offset, length, text, type, symbol, name of the result, nodes, lists, tokens; and what it calls. */
type NodeRow = readonly [
  kind: Index,
  offset: number,
  length: number,
  /** Where it stands in the source, else the number of a name below zero. */
  textStart: number,
  textLength: number,
  type: Index,
  symbol: Index,
  resultName: Index,
  nodes: readonly (Index | NodeRow)[],
  lists: readonly (Index | readonly NodeRow[])[],
  tokens: readonly Index[],
  called: CallRow | null,
]

type CallRow = readonly [isSaved: 0 | 1, parameters: readonly ParameterRow[], source: Index, body: NodeRow]

type ParameterRow = readonly [name: Index, type: Index, defaultValue?: readonly [source: Index, value: NodeRow]]

/** Name and type of each column, one after another. */
type ColumnsRow = readonly Index[]

type TypeRow =
  | readonly [kind: 'scalar', type: KustoType]
  | readonly [kind: 'table', columns: ColumnsRow, isOpen: 0 | 1, name: string | null]
  | readonly [kind: 'tuple', columns: ColumnsRow]
  | readonly [kind: 'graph']
  | readonly [kind: 'other', name: string]

type SymbolRow = readonly [kind: SymbolKind, name: string, members: readonly string[]]

interface TreeRow {
  readonly names: readonly string[]
  readonly types: readonly TypeRow[]
  readonly symbols: readonly SymbolRow[]
  readonly root: NodeRow
  /** Null: the root. */
  readonly written: NodeRow | null
  readonly resultType: Index
  readonly diagnostics: readonly KqlDiagnostic[]
}

const NONE = -1

/** A function that is called is bound anew for each call, so a small text can have an endless tree. */
const MOST_NODES = 50_000

class TooManyNodes extends Error {}

/** Undefined for trees that are too large to be worth it. `source` is the text that was bound. */
export function textOfBinding(binding: Binding, source: string): string | undefined {
  const { root, written, resultType, diagnostics } = binding
  const writer = new Writer()
  try {
    const row: TreeRow = {
      root: writer.node(root, searched(source)),
      written: written === root ? null : writer.node(written, searched(source)),
      resultType: writer.type(resultType),
      diagnostics,
      names: writer.names.all,
      types: writer.types,
      symbols: writer.symbols.all.map((text) => JSON.parse(text) as SymbolRow),
    }
    return JSON.stringify(row)
  } catch (error) {
    if (error instanceof TooManyNodes) return undefined
    throw error
  }
}

/** `text` must be of textOfBinding, and `source` the same. */
export function bindingOfText(text: string, source: string): Binding {
  const row = JSON.parse(text) as TreeRow
  const reader = new Reader(row)
  const root = reader.node(row.root, source)
  const written = row.written === null ? root : reader.node(row.written, source)
  return { root, written, resultType: reader.type(row.resultType), diagnostics: row.diagnostics }
}

/** Numbers for texts, in the order in which they come. */
class Numbered {
  readonly all: string[] = []
  readonly #numbers = new Map<string, Index>()

  of(text: string): Index {
    let number = this.#numbers.get(text)
    if (number === undefined) this.#numbers.set(text, (number = this.all.push(text) - 1))
    return number
  }
}

/** Where the text of a node may stand. */
interface Searched {
  readonly source: string
  readonly start: number
  readonly end: number
  /** Where the sibling before stands: a list of thousands is so gone through once. */
  near: number
}

const searched = (source: string, start = 0, end = source.length): Searched => ({ source, start, end, near: start })

function find(text: string, within: Searched): number | undefined {
  for (const from of [within.near, within.start]) {
    const at = within.source.indexOf(text, from)
    if (at >= 0 && at + text.length <= within.end) return (within.near = at)
  }
  return undefined
}

class Writer {
  readonly names = new Numbered()
  readonly symbols = new Numbered()
  readonly types: TypeRow[] = []
  readonly #types = new Map<BoundType, Index>()
  #nodes = 0

  node(node: BoundNode, within: Searched): NodeRow {
    if (++this.#nodes > MOST_NODES) throw new TooManyNodes()
    const { text, symbol } = node
    const start = find(text, within)
    const inside = start === undefined ? searched(text) : searched(within.source, start, start + text.length)
    const called = node.called?.()
    return [
      this.names.of(node.kind),
      node.span.offset,
      node.span.length,
      start ?? NONE - this.names.of(text),
      text.length,
      this.type(node.type),
      symbol === undefined ? NONE : this.symbols.of(JSON.stringify(symbolRow(symbol))),
      this.names.of(node.resultName),
      Object.entries(node.nodes).flatMap(([name, nested]) => [this.names.of(name), this.node(nested, inside)]),
      Object.entries(node.lists).flatMap(([name, list]) => [
        this.names.of(name),
        list.map((nested) => this.node(nested, inside)),
      ]),
      Object.entries(node.tokens).flatMap(([name, token]) => [this.names.of(name), this.names.of(token)]),
      called === undefined ? null : this.#call(called),
    ]
  }

  type(type: BoundType | undefined): Index {
    if (type === undefined) return NONE
    let number = this.#types.get(type)
    if (number === undefined) this.#types.set(type, (number = this.types.push(this.#typeRow(type)) - 1))
    return number
  }

  #typeRow(type: BoundType): TypeRow {
    switch (type.kind) {
      case 'scalar':
        return ['scalar', type.type]
      case 'table':
        return ['table', this.#columns(type.columns), type.isOpen ? 1 : 0, type.name ?? null]
      case 'tuple':
        return ['tuple', this.#columns(type.columns)]
      case 'graph':
        return ['graph']
      case 'other':
        return ['other', type.name]
    }
  }

  #columns(columns: readonly BoundColumn[]): ColumnsRow {
    return columns.flatMap(({ name, type }) => [this.names.of(name), this.#kustoType(type)])
  }

  #kustoType(type: KustoType | undefined): Index {
    return type === undefined ? NONE : this.names.of(type)
  }

  #call({ isSaved, parameters, body }: CalledFunction): CallRow {
    return [isSaved ? 1 : 0, parameters.map((each) => this.#parameter(each)), ...this.#tree(body)]
  }

  #parameter({ name, type, defaultValue }: CalledParameter): ParameterRow {
    const row = [this.names.of(name), this.#kustoType(type)] as const
    return defaultValue === undefined ? row : [...row, this.#tree(defaultValue)]
  }

  /** A tree of its own, with its text. */
  #tree(node: BoundNode): readonly [source: Index, node: NodeRow] {
    return [this.names.of(node.text), this.node(node, searched(node.text))]
  }
}

const symbolRow = ({ kind, name, members }: BoundSymbol): SymbolRow => [kind, name, members]

class Reader {
  readonly #row: TreeRow
  readonly #types: (BoundType | undefined)[] = []
  readonly #symbols: readonly BoundSymbol[]

  constructor(row: TreeRow) {
    this.#row = row
    this.#symbols = row.symbols.map(([kind, name, members]) => ({ kind, name, members }))
  }

  node(row: NodeRow, source: string): BoundNode {
    const [kind, offset, length, start, textLength, type, symbol, resultName, nodes, lists, tokens, call] = row
    const own = start < 0 ? this.#name(NONE - start) : source
    return {
      kind: this.#name(kind),
      span: { offset, length },
      get text() {
        return start < 0 ? own : own.slice(start, start + textLength)
      },
      type: this.type(type),
      resultName: this.#name(resultName),
      symbol: this.#symbols[symbol],
      nodes: this.#byName(nodes, (nested: NodeRow) => this.node(nested, own)),
      lists: this.#byName(lists, (list: readonly NodeRow[]) => list.map((nested) => this.node(nested, own))),
      tokens: this.#byName(tokens, (token: Index) => this.#name(token)),
      called: call === null ? undefined : this.#called(call),
    }
  }

  type(number: Index): BoundType | undefined {
    const row = this.#row.types[number]
    return row === undefined ? undefined : (this.#types[number] ??= this.#typeOf(row))
  }

  #name(number: Index): string {
    const name = this.#row.names[number]
    if (name === undefined) throw internal('kept-tree', `a bound tree that was kept has no name ${number}`)
    return name
  }

  /** Names and values, one after another. */
  #byName<Value, Made>(pairs: readonly (Index | Value)[], make: (value: Value) => Made): Record<string, Made> {
    const made: Record<string, Made> = {}
    for (let at = 0; at < pairs.length; at += 2) made[this.#name(pairs[at] as Index)] = make(pairs[at + 1] as Value)
    return made
  }

  #typeOf(row: TypeRow): BoundType {
    switch (row[0]) {
      case 'scalar':
        return { kind: 'scalar', type: row[1] }
      case 'table': {
        const [kind, columns, isOpen, name] = row
        const columnsOf = (): readonly BoundColumn[] => this.#columns(columns)
        let known: readonly BoundColumn[] | undefined
        return {
          kind,
          isOpen: isOpen === 1,
          ...(name === null ? {} : { name }),
          get columns() {
            return (known ??= columnsOf())
          },
        }
      }
      case 'tuple':
        return { kind: 'tuple', columns: this.#columns(row[1]) }
      case 'graph':
        return { kind: 'graph' }
      case 'other':
        return { kind: 'other', name: row[1] }
    }
  }

  #columns(row: ColumnsRow): readonly BoundColumn[] {
    return Array.from({ length: row.length / 2 }, (_, index) => ({
      name: this.#name(row[2 * index] ?? NONE),
      type: this.#kustoType(row[2 * index + 1] ?? NONE),
    }))
  }

  #kustoType(number: Index): KustoType | undefined {
    return number === NONE ? undefined : (this.#name(number) as KustoType)
  }

  #called([isSaved, parameters, source, body]: CallRow): () => CalledFunction {
    let called: CalledFunction | undefined
    return () =>
      (called ??= {
        isSaved: isSaved === 1,
        parameters: parameters.map(([name, type, defaultValue]) => ({
          name: this.#name(name),
          type: this.#kustoType(type),
          defaultValue: defaultValue && this.node(defaultValue[1], this.#name(defaultValue[0])),
        })),
        body: this.node(body, this.#name(source)),
      })
  }
}
