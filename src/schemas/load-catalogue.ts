import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InternalError } from '../domain/errors.ts'
import type { Column } from '../domain/kusto.ts'
import type { FunctionSchema, TableSchema, WorkspaceSchema } from '../domain/schema.ts'
import { parseColumns } from './catalogue-format.ts'
import { LazyMap } from './lazy-map.ts'
import { withSystemColumns } from './system-columns.ts'

/**
 * The built-in catalogue: tables of Log Analytics, Sentinel solutions and advanced hunting, and the functions that a
 * Sentinel workspace has. Reads `schemas/*.tsv` under `packageRoot`; a table's columns are parsed when first asked for.
 * Rejects with InternalError `schemas/missing-catalogue` when the files are not there (a broken installation).
 */
export async function loadSchemaCatalogue(packageRoot: string): Promise<WorkspaceSchema> {
  const [tables, functions] = await Promise.all([
    readCatalogue(packageRoot, 'tables.tsv'),
    readCatalogue(packageRoot, 'functions.tsv'),
  ])
  return { tables: tablesOf(tables), functions: functionsOf(functions) }
}

async function readCatalogue(packageRoot: string, name: string): Promise<string> {
  const path = join(packageRoot, 'schemas', name)
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new InternalError({
      code: 'schemas/missing-catalogue',
      message: `cannot read the schema catalogue ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'install hunt again; in a clone, `git checkout schemas` brings the file back',
      cause,
    })
  }
}

function tablesOf(text: string): ReadonlyMap<string, TableSchema> {
  const lines = new Map<string, readonly [origin: string, columns: string]>()
  for (const [name = '', origin = '', columns = ''] of records(text)) lines.set(name, [origin, columns])
  return new LazyMap(lines, (name, [origin, columns]) => {
    const own = parseColumns(columns)
    // Tables of advanced hunting alone (`Timestamp`) and of Application Insights (`timestamp`) have none of the workspace's columns.
    return { name, columns: origin === 'xdr' || origin === 'ai' ? own : withSystemColumns(own) }
  })
}

function functionsOf(text: string): ReadonlyMap<string, FunctionSchema> {
  const shapes = new Map<string, readonly [parameters: string, columns: string]>()
  const lines = new Map<string, readonly [parameters: string, columns: string, body: string | undefined]>()
  for (const [name = '', parameters = '', columns = '', body] of records(text)) {
    if (name.startsWith('@')) shapes.set(name, [parameters, columns])
    else lines.set(name, [parameters, columns, body])
  }
  const columnsOf = new LazyMap(shapes, (_, [, columns]): readonly Column[] => parseColumns(columns))
  const sources = {
    size: lines.size,
    has: (name: string) => lines.has(listedName(name, lines)),
    get: (name: string) => lines.get(listedName(name, lines)),
    keys: () => lines.keys(),
  }
  return new LazyMap(sources, (name, [parameters, columns, body]) => ({
    name,
    parameters: shapes.get(parameters)?.[0] ?? parameters,
    body,
    columns: columns === '?' ? undefined : (columnsOf.get(columns) ?? parseColumns(columns)),
  }))
}

/**
 * Each version of a built-in parser of one source has a function of its own, `_Im_Dns_InfobloxNIOSV03`; only the name before
 * the version is listed. Names with an underscore in front are the service's.
 * https://learn.microsoft.com/azure/sentinel/normalization-manage-parsers
 */
function listedName(name: string, lines: ReadonlyMap<string, unknown>): string {
  return lines.has(name) ? name : name.replace(/^(_(?:Im|ASim)_\w+)V\d\d$/, '$1')
}

/** Fields of each line that is neither empty nor a comment. */
function* records(text: string): Generator<readonly string[]> {
  for (const line of text.split('\n')) {
    if (line !== '' && !line.startsWith('#')) yield line.split('\t')
  }
}
