import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { YAMLMap } from 'yaml'
import { foreignName, readForeignName, RESOURCE_GRAPH_COLUMNS } from '../domain/foreign-tables.ts'
import type { TableSchema } from '../domain/schema.ts'
import { nearestName } from '../text/near-name.ts'
import { isYamlList, isYamlMap, isYamlScalar, scalarText } from '../text/yaml-file.ts'
import { fixtureValue, reportUnreadable } from './fixture-value.ts'
import type { ReadContext } from './read-context.ts'
import type { FixtureRow, FixtureTable } from './test-file.ts'

/** Forms of table files that the local backend reads; `.jsonl` is another name of `.ndjson`. */
export const TABLE_FILE = /\.(ndjson|jsonl|json|csv|parquet)(\.gz)?$/i

export function readTables(node: unknown, context: ReadContext): ReadonlyMap<string, FixtureTable> {
  const tables = new Map<string, FixtureTable>()
  if (node === undefined) return tables
  if (!isYamlMap(node)) {
    const hint =
      'for example `tables: { AzureActivity: [ { Caller: mallory } ], DeviceEvents: fixtures/events.ndjson }`'
    context.yaml.report(node, 'type', 'tables is not a mapping of table names to rows', hint)
    return tables
  }
  for (const { key, value, keyNode } of context.yaml.allEntries(node)) {
    const foreign = readForeignName(key)
    // Resource Graph has no identifier.
    const parts = foreign === undefined ? [key] : [foreign.table, foreign.identifier || foreign.place]
    if (!parts.every((part) => TABLE_NAME.test(part))) {
      const hint = 'names of tables have letters, digits, hyphens and underscores, at most 100'
      context.yaml.report(keyNode, 'unknown-table', `no table can be called ${JSON.stringify(key)}`, hint)
      continue
    }
    const schema = foreign?.place === 'arg' ? resourceGraph(key) : knownTable(foreign?.table ?? key, keyNode, context)
    const table = readTable(key, value, schema, context)
    if (table !== undefined) tables.set(foreign === undefined ? key : foreignName(foreign), table)
  }
  return tables
}

/** The name becomes that of a file in the folder of the test: one with a slash would lie somewhere else. */
const TABLE_NAME = /^[\p{L}\p{N}_-]{1,100}$/u

const resourceGraph = (name: string): TableSchema => ({ name, columns: RESOURCE_GRAPH_COLUMNS })

/** Custom tables (`_CL`) may be anything; any other name must be one of the catalogue, or the query would not find it. */
function knownTable(name: string, node: unknown, { yaml, schema }: ReadContext): TableSchema | undefined {
  const known = schema.tables.get(name)
  if (known !== undefined || name.endsWith('_CL')) return known
  const near = nearestName(name, schema.tables.keys())
  yaml.report(
    node,
    'unknown-table',
    `no table is called "${name}"`,
    near === undefined ? undefined : `did you mean "${near}"?`,
  )
  return undefined
}

function readTable(
  name: string,
  node: unknown,
  schema: TableSchema | undefined,
  { yaml, folder }: ReadContext,
): FixtureTable | undefined {
  if (isYamlScalar(node) && node.value !== null) {
    const path = join(folder, scalarText(node))
    if (!TABLE_FILE.test(path)) {
      yaml.report(
        node,
        'fixture',
        `${scalarText(node)} is no table file`,
        'known forms: .ndjson, .json, .csv, .parquet, each also .gz',
      )
    } else if (path.includes('\0') || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
      yaml.report(node, 'fixture', `there is no file ${scalarText(node)}`, 'fixtures are relative to the test file')
    } else return { kind: 'file', path, shown: join(dirname(yaml.span(node).file), scalarText(node)) }
    return undefined
  }
  if (!isYamlList(node)) {
    yaml.report(
      node,
      'type',
      `${name} is neither a list of rows nor a file`,
      `for example \`${name}: []\` for an empty table`,
    )
    return undefined
  }
  const items = node.items.filter((item): item is YAMLMap => {
    if (isYamlMap(item)) return true
    yaml.report(item, 'type', `a row of ${name} is not a mapping of columns to values`)
    return false
  })
  const rows = items.map((item) => {
    checkColumns(item, schema, yaml)
    reportUnreadable(item, yaml)
    return fixtureValue(item) as FixtureRow
  })
  return { kind: 'rows', rows, places: items.map((item) => yaml.span(item)) }
}

function checkColumns(row: YAMLMap, schema: TableSchema | undefined, yaml: ReadContext['yaml']): void {
  if (schema === undefined) return
  const names = schema.columns.map((column) => column.name)
  for (const { key, keyNode } of yaml.allEntries(row)) {
    if (names.includes(key)) continue
    const near = nearestName(key, names)
    const hint = near === undefined ? undefined : `did you mean "${near}"?`
    yaml.report(keyNode, 'unknown-column', `${schema.name} has no column "${key}"`, hint)
  }
}
