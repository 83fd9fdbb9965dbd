/**
 * Makes `schemas/tables.tsv` and `schemas/functions.tsv` from the facts in `../shared/schemas/sentinel-tables.json`:
 * `node --import tsx scripts/schemas/build.ts`. Without that file it says so and leaves the committed catalogue alone.
 */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Column, KustoType } from '../../src/domain/kusto.ts'
import { parseColumns, printColumns } from '../../src/schemas/catalogue-format.ts'
import { SYSTEM_COLUMNS } from '../../src/schemas/system-columns.ts'
import { APP_INSIGHTS_TABLES } from './app-insights-tables.ts'
import { helperFunctions } from './asim-helpers.ts'
import { asimParameters } from './asim-parameters.ts'
import { sourceParsers } from './asim-sources.ts'
import { CORELIGHT_PARSERS } from './corelight-parsers.ts'
import { CYBLE_PARSERS } from './cyble-parsers.ts'
import { CYFIRMA_TABLES } from './cyfirma-tables.ts'
import { DEFENDER_COLUMNS, DEFENDER_TABLES } from './defender-tables.ts'
import { ASIM_COLUMNS, LATER_COLUMNS } from './later-columns.ts'
import { SAP_PARAMETERS, SAP_PARSERS } from './sap-parsers.ts'
import { PASSING_PARSERS, SOLUTION_PARAMETERS, SOLUTION_PARSERS } from './solution-parsers.ts'
import { SOLUTION_TABLES } from './solution-tables.ts'

type Shape = Readonly<Record<string, KustoType>>

interface SourceFunction {
  readonly params: string | readonly { readonly name: string; readonly type: string; readonly default?: unknown }[]
  readonly returns?: string | Shape
  readonly invoke?: boolean
  readonly asim_schema?: string
  readonly filtering?: boolean
}

export interface SourceFacts {
  readonly source: string
  readonly tables: Readonly<Record<string, Shape>>
  readonly environments: Readonly<Record<string, readonly string[]>>
  readonly functions: Readonly<Record<string, SourceFunction>>
  readonly asim_schemas: Readonly<Record<string, Shape>>
}

export interface Catalogue {
  readonly tables: string
  readonly functions: string
}

const HEADER = (what: string) =>
  `# Made by scripts/schemas/build.ts; do not edit. Format: schemas/README.md. Sources of the facts: NOTICE.\n# ${what}\n`

export function buildCatalogue(facts: SourceFacts): Catalogue {
  const tables = [
    ...Object.entries(DEFENDER_TABLES).map(([name, columns]) => `${name}\txdr\t${columns}`),
    ...Object.entries(APP_INSIGHTS_TABLES).map(([name, columns]) => `${name}\tai\t${columns}`),
    ...Object.entries({ ...SOLUTION_TABLES, ...CYFIRMA_TABLES }).map(
      ([name, columns]) => `${name}\tcustom\t${columns}`,
    ),
  ]
  const functions = new Map([
    ...sourceParsers(),
    ...Object.entries(facts.functions).map(([name, saved]) => [name, printFunction(name, saved)] as const),
    ...helperFunctions(),
  ])
  const parameters = { ...SAP_PARAMETERS, ...SOLUTION_PARAMETERS }
  const parsers = { ...SOLUTION_PARSERS, ...CORELIGHT_PARSERS, ...CYBLE_PARSERS, ...SAP_PARSERS }
  for (const name of Object.keys(PASSING_PARSERS)) {
    if (name in facts.tables) continue
    functions.set(name, `${name}\t\t${printColumns(cleanColumns(passedColumns(name, facts)))}`)
  }
  for (const [name, columns] of Object.entries(parsers)) {
    functions.set(name, [name, parameters[name] ?? '', columns, ...bodyOf(name)].join('\t'))
  }
  for (const [rawName, shape] of Object.entries(facts.tables)) {
    const name = rawName.trim()
    // The facts hold a fixture's title and a misspelt parser beside its right name.
    if (!/^\w+$/.test(name) || name === 'imProcessTermiante' || name in DEFENDER_TABLES) continue
    const origin = originOf(name, facts.environments[rawName] ?? [])
    if (origin === 'parser') {
      const returned = { ...passedColumns(name, facts), ...shape, ...newerColumns(name, shape) }
      if (!functions.has(name)) functions.set(name, `${name}\t${parserParameters(name)}\t${parserColumns(name, returned)}`)
    } else tables.push(`${name}\t${origin}\t${printColumns(tableColumns({ ...shape, ...newerColumns(name, shape) }, origin))}`) // prettier-ignore
  }
  const shapes = Object.keys(facts.asim_schemas)
    .filter((schema) => schema !== 'Common')
    .map((schema) => `@${schema}\t${asimParameters(schema) ?? ''}\t${printColumns(asimColumns(schema, facts))}`)
  return {
    tables: HEADER('table, origin (la, custom, xdr, ai), columns') + lines(tables),
    functions:
      HEADER('function, parameters, columns (@ = the ASIM shape of that name, ? = not known), body') +
      lines(shapes) +
      lines([...functions.values()]),
  }
}

function lines(records: readonly string[]): string {
  // Code unit order: the same on every machine, unlike localeCompare.
  return [...records].sort((a, b) => (a < b ? -1 : 1)).join('\n') + '\n'
}

/**
 * A name that only the validation tests of Azure-Sentinel know is a custom table if it ends in `_CL`, as Log Analytics
 * demands of customers' tables; any other is a parser that a solution saves as a function.
 */
function originOf(name: string, environments: readonly string[]): 'la' | 'custom' | 'xdr' | 'parser' {
  if (environments.includes('sentinel')) return 'la'
  if (environments.includes('m365')) return 'xdr'
  return name.endsWith('_CL') ? 'custom' : 'parser'
}

/** Own columns; the system columns at the end are left to the reader, which adds them to every workspace table. */
function tableColumns(shape: Shape, origin: string): Column[] {
  const found = cleanColumns(shape)
  if (origin === 'xdr') return found
  const implied = new Map(SYSTEM_COLUMNS.map(({ name, type }) => [name, type]))
  // The facts take some of them from test fixtures, where all is text.
  const columns = found.map(({ name, type }) => ({ name, type: implied.get(name) ?? type }))
  for (let last = columns.at(-1); last !== undefined; last = columns.at(-1)) {
    if (implied.get(last.name) !== last.type) break
    columns.pop()
  }
  return columns
}

function newerColumns(table: string, shape: Shape): Shape {
  const added = parseColumns(DEFENDER_COLUMNS[table] ?? '').filter(({ name }) => !(name in shape))
  return shapeOf([...added, ...parseColumns(LATER_COLUMNS[table] ?? '')])
}

/** What a parser that ends without `project` returns; nothing for the others. */
function passedColumns(parser: string, facts: SourceFacts): Shape {
  const passing = PASSING_PARSERS[parser]
  if (passing === undefined) return {}
  const without = new Set(passing.without?.split(' '))
  const read = Object.entries(facts.tables[passing.reads] ?? {}).filter(([name]) => !without.has(name))
  return { ...Object.fromEntries(read), ...shapeOf(parseColumns(passing.adds)) }
}

function shapeOf(columns: readonly Column[]): Shape {
  return Object.fromEntries(columns.map(({ name, type }) => [name, type]))
}

/** Some names come from portal exports: ` [UTC]` is the portal's, and spaces at an end are slips. */
function cleanColumns(shape: Shape): Column[] {
  const columns = new Map<string, KustoType>()
  for (const [rawName, type] of Object.entries(shape)) {
    const utc = rawName.endsWith(' [UTC]')
    columns.set(rawName.replace(/ \[UTC\]$/, '').trim(), utc ? 'datetime' : type)
  }
  return [...columns].map(([name, type]) => ({ name, type }))
}

/** Parsers of the validation tests and the ASIM schema that they normalise to. */
const ASIM_PARSERS: Readonly<Record<string, string>> = {
  ASimDns: 'Dns',
  imAuthentication: 'Authentication',
  imDns: 'Dns',
  imFileEvent: 'FileEvent',
  imNetworkSession: 'NetworkSession',
  imProcess: 'ProcessEvent',
  imProcessCreate: 'ProcessEvent',
  imWebSession: 'WebSession',
}

function parserParameters(name: string): string {
  const schema = ASIM_PARSERS[name] ?? ''
  return asimParameters(schema) === undefined ? '' : `@${schema}`
}

function parserColumns(name: string, shape: Shape): string {
  const schema = ASIM_PARSERS[name]
  return schema === undefined ? printColumns(cleanColumns(shape)) : `@${schema}`
}

/**
 * Fields of the ASIM schema and what recorded parsers return beyond it (`_ResourceId`, names of older versions). Where
 * both have a column the schema's type is right, but for the alias `Duration`, which it lists without its real type.
 */
function asimColumns(schema: string, facts: SourceFacts): Column[] {
  const columns = new Map<string, KustoType>(Object.entries(facts.asim_schemas[schema] ?? {}))
  const recorded = [
    ...Object.entries(ASIM_PARSERS).map(([name, of]) => (of === schema ? facts.tables[name] : undefined)),
    ...Object.entries(facts.functions).map(([name, { returns }]) =>
      BUILT_IN_PARSERS[name] === schema && typeof returns === 'object' ? returns : undefined,
    ),
  ]
  for (const shape of [...recorded, shapeOf(parseColumns(ASIM_COLUMNS[schema] ?? ''))]) {
    for (const [name, type] of Object.entries(shape ?? {})) if (!columns.has(name)) columns.set(name, type)
  }
  if (columns.has('Duration')) columns.set('Duration', 'int')
  for (const { name, type } of SYSTEM_COLUMNS) {
    if (name === 'TenantId' || name === '_ResourceId') columns.set(name, columns.get(name) ?? type)
  }
  return [...columns].map(([name, type]) => ({ name, type }))
}

/** The facts list these by their columns, without the schema's name. */
const BUILT_IN_PARSERS: Readonly<Record<string, string>> = {
  _Im_Dns: 'Dns',
  _Im_NetworkSession: 'NetworkSession',
  _Im_ProcessEvent: 'ProcessEvent',
  _Im_WebSession: 'WebSession',
}

/**
 * Functions that can run here. A watchlist is a table of its own, found by its alias. Where it is not at hand, the binder knows
 * nothing of its columns and lets a query name any.
 */
const BODIES: Readonly<Record<string, string>> = {
  GetPPAdminValue: `extract(strcat('"Name":"', FieldName, '","Value":"([^"]+)"'), 1, PropertyCollection)`,
  _GetWatchlist: 'table(watchlistAlias)',
}

function printFunction(name: string, saved: SourceFunction): string {
  const schema = saved.asim_schema ?? BUILT_IN_PARSERS[name]
  if (schema !== undefined) {
    const filters = saved.filtering === false || asimParameters(schema) === undefined ? undefined : `@${schema}`
    return `${name}\t${filters ?? printParameters(saved).replaceAll('=False', '=false')}\t@${schema}`
  }
  const columns = typeof saved.returns === 'object' ? printColumns(cleanColumns(saved.returns)) : '?'
  return [name, printParameters(saved), columns, ...bodyOf(name)].join('\t')
}

function bodyOf(name: string): readonly string[] {
  const body = BODIES[name]
  return body === undefined ? [] : [body]
}

function printParameters({ params, invoke }: SourceFunction): string {
  if (typeof params === 'string') return params
  // The pages invoke these functions without any argument: they find their column themselves.
  let optional = invoke === true
  const own = params.map(({ name, type, default: initial }) => {
    // KQL demands that nothing required follows an optional parameter.
    optional ||= name.endsWith('?') || initial !== undefined
    return `${name.replace('?', '')}:${type}${optional ? `=${printDefault(type, initial)}` : ''}`
  })
  // `T | invoke f(x)` hands the table over as the first parameter; (*) takes any.
  return [...(invoke === true ? ['T:(*)'] : []), ...own].join(', ')
}

/** Defaults are literals in KQL; the facts' `now()` becomes the null that the function takes for it. */
function printDefault(type: string, initial: unknown): string {
  if (type === 'string') return `'${String(initial ?? '')}'`
  return typeof initial === 'number' ? String(initial) : `${type}(null)`
}

async function main(): Promise<void> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const source = join(root, '../shared/schemas/sentinel-tables.json')
  if (!existsSync(source)) {
    process.stdout.write(`schemas: ${source} is not here; the committed catalogue stays as it is\n`)
    return
  }
  const catalogue = buildCatalogue(JSON.parse(await readFile(source, 'utf8')) as SourceFacts)
  await writeFile(join(root, 'schemas/tables.tsv'), catalogue.tables)
  await writeFile(join(root, 'schemas/functions.tsv'), catalogue.functions)
  process.stdout.write(`schemas: wrote ${catalogue.tables.length + catalogue.functions.length} bytes\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
