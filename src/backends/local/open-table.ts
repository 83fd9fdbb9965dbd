import type { Column, KustoType } from '../../domain/kusto.ts'
import type { TableSchema } from '../../domain/schema.ts'
import { physicalNames, titlesOf, type ColumnTitle } from './column-names.ts'
import { malformedFile } from './faults.ts'
import { examineColumns, settleType, type ColumnEvidence } from './inference.ts'
import type { CopiedFile } from './ingest/manifest.ts'
import type { OpenPart } from './part-cells.ts'
import type { RawTable } from './raw-table.ts'
import { openFiles, openPart, type ReaderContext } from './readers/index.ts'
import { joinSmallFiles } from './small-files.ts'
import type { FilesPart, TablePart, TableSource } from './table-part.ts'

/** A columnar copy of a file, made from what the file is now. */
export interface Copy extends CopiedFile {
  readonly path: string
}

/** A part of a table: what its keys mean is known, its rows are read when they are wanted. */
export interface PreparedPart {
  readonly part: TablePart | FilesPart
  readonly titles: ReadonlyMap<string, ColumnTitle>
  readonly copy: Copy | undefined
  /** What the values of the keys look like whose columns have no type by themselves. */
  readonly evidence: Map<string, ColumnEvidence>
  open(): Promise<OpenPart>
  /** Of files that are read in one go: each by itself, for what is wrong with one of them. */
  readonly apart?: () => Promise<readonly PreparedPart[]>
}

export interface OpenTable {
  readonly parts: readonly PreparedPart[]
  /** Columns that any part has: those of the schema in its order, then the others. */
  readonly present: readonly Column[]
  /** Physical names of the columns of the schema and of the parts. */
  readonly physical: ReadonlyMap<string, string>
}

export interface OpenTableRequest {
  readonly source: TableSource
  /** What the workspace's schema says of the table. */
  readonly schema: TableSchema | undefined
  /** Name for the DuckDB relation, not yet taken. */
  readonly relation: string
  /** May small files be one part? */
  readonly joins: boolean
}

/**
 * Finds out which columns a table has and of which type. Files with a copy are not opened for that.
 *
 * @throws BackendError `local/malformed-file`, `local/unreadable`, `local/outside-folder`
 */
export async function openTable(request: OpenTableRequest, context: ReaderContext): Promise<OpenTable> {
  const { source, schema, relation, joins } = request
  if (source.refused !== undefined) throw source.refused
  const copies = new Map<TablePart, Copy>()
  for (const part of source.parts) {
    context.signal.throwIfAborted()
    const copy = part.kind === 'file' ? await context.copyOf?.(part) : undefined
    if (copy !== undefined) copies.set(part, copy)
  }
  const prepare = (part: TablePart, index: number): Promise<PreparedPart> =>
    preparePart(part, `${relation}#part${index}`, copies.get(part), schema, context)
  const parts: PreparedPart[] = []
  for (const part of joins ? await joinSmallFiles(source.parts, (file) => copies.has(file)) : source.parts) {
    if (part.kind !== 'files') {
      parts.push(await prepare(part, parts.length))
      continue
    }
    const apart = (): Promise<readonly PreparedPart[]> => inTurn(part.files, prepare)
    const together = await prepareFiles(part, schema, context)
    parts.push(...(together === undefined ? await apart() : [{ ...together, apart }]))
  }
  return described(source.name, schema, parts, context)
}

async function described(
  table: string,
  schema: TableSchema | undefined,
  parts: readonly PreparedPart[],
  context: ReaderContext,
): Promise<OpenTable> {
  let present: readonly Column[]
  try {
    present = await presentColumns(table, schema, parts, context)
  } catch (error) {
    context.signal.throwIfAborted()
    if (!parts.some(({ apart }) => apart !== undefined)) throw error
    // Values are read to tell their types. What is wrong with one of them its own file says.
    const each = await inTurn(parts, (part) => part.apart?.() ?? Promise.resolve([part]))
    return described(table, schema, each.flat(), context)
  }
  const names = new Set([...(schema?.columns ?? []), ...present].map(({ name }) => name))
  return { parts, present, physical: physicalNames([...names]) }
}

async function inTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const [index, item] of items.entries()) results.push(await work(item, index))
  return results
}

/** Undefined where the files must be read one by one: something is wrong with one, or keys mean other columns in some than in others. */
async function prepareFiles(
  part: FilesPart,
  schema: TableSchema | undefined,
  context: ReaderContext,
): Promise<PreparedPart | undefined> {
  const { label } = part
  try {
    const raw = await openFiles(part, context)
    if (raw === undefined) return undefined
    const titles = titlesOf(raw.keys, schema, label)
    for (const keys of raw.shapes ?? []) {
      const own = titlesOf(keys, schema, label)
      if (keys.some((key) => own.get(key)?.name !== titles.get(key)?.name)) return undefined
      checkFamiliar(own, schema, label)
    }
    const open = (): Promise<OpenPart> => Promise.resolve({ raw, label, titles })
    return { part, titles, copy: undefined, evidence: new Map(), open }
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof Error) return undefined
    throw error
  }
}

async function preparePart(
  part: TablePart,
  scratch: string,
  copy: Copy | undefined,
  schema: TableSchema | undefined,
  context: ReaderContext,
): Promise<PreparedPart> {
  context.signal.throwIfAborted()
  let opened: Promise<RawTable> | undefined
  const raw = () => (opened ??= openPart(part, scratch, context))
  const { keys, types } = copy === undefined ? await raw() : { keys: copy.keys, types: new Map(copy.types) }
  const titles = titlesOf(keys, schema, part.label, types)
  checkFamiliar(titles, schema, part.label)
  const open = async (): Promise<OpenPart> => ({ raw: await raw(), label: part.label, titles })
  return { part, titles, copy, evidence: new Map(), open }
}

/**
 * Records without a single column of their table are those of something else: a saved error, a list within another object, a
 * table of other columns. Read as they are, each would be a row of nulls, and every rule over it would find nothing.
 */
function checkFamiliar(titles: PreparedPart['titles'], schema: TableSchema | undefined, label: string): void {
  // Of a custom table without a schema of its own only the columns are known that all such tables have.
  if (schema === undefined || /_CL$/i.test(schema.name)) return
  const known = new Set(schema.columns.map(({ name }) => name))
  const names = [...new Set([...titles.values()].map(({ name }) => name))]
  if (known.size === 0 || names.length === 0 || names.some((name) => known.has(name))) return
  const shown = names.slice(0, 5).map((name) => JSON.stringify(name))
  const rest = names.length > shown.length ? ` and ${names.length - shown.length} more` : ''
  throw malformedFile(
    { label },
    `no column of the table ${schema.name} is in it, but ${shown.join(', ')}${rest}`,
    'name the file after the table that its records belong to; of an answer that holds them as a list, keep the list alone',
  )
}

/** Columns that any part has, with their types: from the schema, from the title, else from the values. */
async function presentColumns(
  table: string,
  schema: TableSchema | undefined,
  parts: readonly PreparedPart[],
  context: ReaderContext,
): Promise<readonly Column[]> {
  const types = new Map<string, KustoType | undefined>()
  const known = new Map(schema?.columns.map(({ name, type }) => [name, type]))
  for (const { name, type } of parts.flatMap(({ titles }) => [...titles.values()])) {
    types.set(name, known.get(name) ?? types.get(name) ?? type)
  }
  const unknown = new Set([...types].flatMap(([name, type]) => (type === undefined ? [name] : [])))
  const found = new Map<string, ColumnEvidence[]>([...unknown].map((name) => [name, []]))
  for (const part of unknown.size === 0 ? [] : parts) {
    for (const [key, evidence] of await examine(part, unknown, context)) {
      part.evidence.set(key, evidence)
      found.get(part.titles.get(key)?.name ?? '')?.push(evidence)
    }
  }
  const order = new Set([...known.keys(), ...types.keys()])
  return [...order].flatMap((name) => {
    if (!types.has(name)) return []
    return [{ name, type: types.get(name) ?? settleType(table, name, found.get(name) ?? []) }]
  })
}

async function examine(
  { titles, copy, open }: PreparedPart,
  unknown: ReadonlySet<string>,
  context: ReaderContext,
): Promise<Iterable<readonly [string, ColumnEvidence]>> {
  const wanted = [...titles].flatMap(([key, { name }]) => (unknown.has(name) ? [key] : []))
  const noted = wanted.flatMap((key) => {
    const evidence = copy?.evidence[key]
    return evidence === undefined ? [] : [[key, evidence] as const]
  })
  if (noted.length === wanted.length) return noted
  const { raw } = await open()
  const scan = raw.scan(new Map(wanted.map((key) => [key, undefined])))
  return reading(raw, context, () => examineColumns(context.connection, scan))
}

/** Runs SQL that reads a part; what DuckDB says of a damaged one becomes a fault with its place. */
export async function reading<Result>(
  raw: RawTable,
  { signal }: ReaderContext,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    throw signal.aborted ? signal.reason : await raw.explain(error)
  }
}
