import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { ConfigError } from '../domain/errors.ts'
import { KUSTO_TYPES, type Column } from '../domain/kusto.ts'
import type { FunctionSchema, TableSchema, WorkspaceSchema } from '../domain/schema.ts'
import { parseColumn, parseType } from './catalogue-format.ts'
import { mergeColumns } from './merge-schemas.ts'
import { parseSavedFunction } from './saved-function.ts'
import { withSystemColumns } from './system-columns.ts'

const HINT = 'schemas/README.md shows both formats: `MyApp_CL<TAB>User Count:long` and JSON with name and columns'

/**
 * What a user describes: tables in every `.tsv` and `.json` file of `folder`, in the formats of schemas/README.md, and
 * functions in its `functions/`. Files of the same table add up. Each table gets the system columns of Log Analytics.
 *
 * @throws ConfigError `schemas/unreadable` for a folder or file that cannot be read, `schemas/malformed` with file and
 * line for one that does not follow the format.
 */
export async function loadUserSchemas(folder: string): Promise<WorkspaceSchema> {
  const tables = new Map<string, TableSchema>()
  for (const file of await schemaFiles(folder)) {
    const path = join(folder, file)
    const text = (await readText(path)).replace(/^\uFEFF/, '')
    for (const { name, columns } of file.endsWith('.json') ? parseJson(text, path) : parseLines(text, path)) {
      const known = tables.get(name)
      tables.set(name, { name, columns: known === undefined ? columns : mergeColumns(known.columns, columns) })
    }
  }
  const complete = [...tables].map(
    ([name, { columns }]) => [name, { name, columns: withSystemColumns(columns) }] as const,
  )
  return { tables: new Map(complete), functions: await savedFunctions(join(folder, 'functions')) }
}

/** `functions/<name>.kql`, as `hunt schema pull` writes them; a folder without any has none. */
async function savedFunctions(folder: string): Promise<ReadonlyMap<string, FunctionSchema>> {
  const functions = new Map<string, FunctionSchema>()
  for (const file of await filesIn(folder)) {
    const name = file.slice(0, -'.kql'.length)
    if (!isIdentifier(name)) throw malformed(join(folder, file), 1, `"${name}" cannot be the name of a function`)
    functions.set(name, parseSavedFunction(name, await readText(join(folder, file))))
  }
  return functions
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => extname(name) === '.kql' && !name.startsWith('.')).sort()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw unreadable(folder, cause)
  }
}

async function schemaFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => ['.tsv', '.json'].includes(extname(name))).sort()
  } catch (cause) {
    throw unreadable(folder, cause)
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): ConfigError {
  return new ConfigError({
    code: 'schemas/unreadable',
    message: `cannot read table schemas from ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'name a folder that holds .tsv or .json files with table schemas',
    cause,
  })
}

function malformed(path: string, line: number, message: string): ConfigError {
  return new ConfigError({
    code: 'schemas/malformed',
    message: `${path}:${line}: ${message}`,
    hint: HINT,
    span: { file: path, line, column: 1, length: 0 },
  })
}

function parseLines(text: string, path: string): TableSchema[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return []
    const fields = line.split('\t')
    const [name = ''] = fields
    // The built-in files carry the table's origin in between; it means nothing here.
    const texts = (fields.length > 2 ? fields.slice(2) : fields.slice(1)).join(' ').split(' ').filter(Boolean)
    if (!isIdentifier(name) || texts.length === 0) {
      throw malformed(path, index + 1, 'a line is a table name, a tab, and columns separated by spaces')
    }
    return [{ name, columns: texts.map((column) => readColumn(column, path, index + 1)) }]
  })
}

function readColumn(text: string, path: string, line: number): Column {
  const column = parseColumn(text)
  if (column === undefined)
    throw malformed(path, line, `"${text}" has an unknown type; types are ${KUSTO_TYPES.join(', ')}`)
  if (!isIdentifier(column.name)) throw malformed(path, line, `"${column.name}" cannot be the name of a column`)
  return column
}

function isIdentifier(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)
}

function parseJson(text: string, path: string): TableSchema[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw malformed(path, 1, `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  const list = isRecord(document) && Array.isArray(document['value']) ? document['value'] : document
  return (Array.isArray(list) ? list : [list]).map((entry: unknown) => readTable(entry, path))
}

/**
 * `{ name, columns }`, or the table resource of Azure Resource Manager, which holds them under `properties.schema` and
 * the service's own columns apart: what `az monitor log-analytics workspace table show` prints.
 */
function readTable(entry: unknown, path: string): TableSchema {
  const properties = isRecord(entry) && isRecord(entry['properties']) ? entry['properties'] : entry
  const table = isRecord(properties) && isRecord(properties['schema']) ? properties['schema'] : properties
  const { name, columns, standardColumns } = isRecord(table) ? table : {}
  // Azure leaves `columns` out of its own tables, which have only standard ones.
  const lists = [columns, standardColumns].filter((list): list is unknown[] => Array.isArray(list))
  if (typeof name !== 'string' || !isIdentifier(name) || lists.length === 0) {
    throw malformed(path, 1, 'an entry needs "name" and "columns", a list of { "name", "type" }')
  }
  return { name, columns: lists.flat().map((column) => readJsonColumn(column, name, path)) }
}

function readJsonColumn(column: unknown, table: string, path: string): Column {
  const { name, type } = isRecord(column) ? column : {}
  const kusto = typeof type === 'string' ? parseType(type) : undefined
  if (typeof name !== 'string' || kusto === undefined) {
    throw malformed(path, 1, `table ${table}: ${JSON.stringify(column)} is no { "name", "type" } with a type of Kusto`)
  }
  return { name, type: kusto }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
