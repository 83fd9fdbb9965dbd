import { createReadStream, createWriteStream, linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { createGunzip } from 'node:zlib'
import { ingestFolder } from '../../src/backends/local/index.ts'
import type { KustoType } from '../../src/domain/kusto.ts'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'
import { loadSchemaCatalogue } from '../../src/schemas/index.ts'
import { roundsOf, type BenchOptions } from '../options.ts'
import { hotModules } from '../profile/hot-spots.ts'
import { race, type Race } from '../race.ts'
import { jobContestant, profileJob } from '../run-job.ts'
import { worstOf, type Section } from '../section.ts'

/** One of many short texts, one of few long ones with JSON inside. */
const SUBJECTS = ['DeviceProcessEvents', 'AzureActivity']
const BYTES = 256e6
const QUICK_BYTES = 1e6

/** What DuckDB would keep for each type of Kusto. */
const TYPES: Readonly<Record<KustoType, string>> = {
  bool: 'BOOLEAN',
  datetime: 'TIMESTAMP',
  decimal: 'DECIMAL(38,18)',
  dynamic: 'JSON',
  guid: 'UUID',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  string: 'VARCHAR',
  timespan: 'VARCHAR',
}

interface Subject {
  readonly table: string
  readonly rows: number
  readonly bytes: number
  readonly types: Readonly<Record<string, string>>
}

/** Tables of NDJSON: the first hunt over them, and the next one over the copies of `hunt ingest`, against `read_json`. */
export async function measureTables(root: string, options: BenchOptions): Promise<Section> {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'bench-tables-'))
  const [data, ingested] = [join(folder, 'data'), join(folder, 'ingested')]
  try {
    const schema = await loadSchemaCatalogue(root)
    for (const each of [data, ingested]) mkdirSync(each)
    const subjects: Subject[] = []
    for (const table of SUBJECTS) {
      subjects.push(await writeTable({ root, data, table, schema, bytes: options.quick ? QUICK_BYTES : BYTES }))
      linkSync(join(data, `${table}.ndjson`), join(ingested, `${table}.ndjson`))
    }
    await ingestFolder({ dataFolder: ingested, target: undefined, schema }, new AbortController().signal)
    const races = new Map<Race, Subject>()
    for (const subject of subjects) races.set(await raceTable(subject, { data, ingested, options }), subject)
    const worst = worstOf([...races.keys()])
    const profile = await profileJob('hunt-table', { data, table: races.get(worst.race)?.table ?? '' })
    return {
      name: 'tables',
      title: 'Loading tables of NDJSON',
      races: [...races.keys()],
      notes: ['every contestant in a process of its own; of hunt the catalogue and the engine are opened, too'],
      hint: {
        of: `${worst.measurement.name}, ${worst.race.title}`,
        ratio: worst.ratio,
        hotSpots: hotModules(profile, root),
        remarks: [],
      },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Places {
  readonly data: string
  readonly ingested: string
  readonly options: BenchOptions
}

function raceTable({ table, rows, bytes, types }: Subject, { data, ingested, options }: Places): Promise<Race> {
  return race(
    {
      title: `${table}, ${(bytes / 1e6).toFixed(0)} MB`,
      items: { count: rows, name: 'rows' },
      rounds: roundsOf(options, 7, 1),
    },
    jobContestant('read_json with types', 'plain-table', { data, table, types }, rows),
    jobContestant('hunt', 'hunt-table', { data, table }, rows),
    jobContestant('hunt, after hunt ingest', 'hunt-table', { data: ingested, table }, rows),
  )
}

interface Order {
  readonly root: string
  readonly data: string
  readonly table: string
  readonly schema: WorkspaceSchema
  readonly bytes: number
}

/** The sample week of the table, over and over until it has that many bytes. */
async function writeTable({ root, data, table, schema, bytes }: Order): Promise<Subject> {
  const path = join(data, `${table}.ndjson`)
  const types = new Map(schema.tables.get(table)?.columns.map(({ name, type }) => [name, TYPES[type]]))
  const keys = new Set<string>()
  const target = createWriteStream(path)
  let [rows, written] = [0, 0]
  for (let isFirst = true; written < bytes; isFirst = false) {
    const sample = createReadStream(join(root, 'samples', 'data', `${table}.ndjson.gz`)).pipe(createGunzip())
    for await (const line of createInterface({ input: sample })) {
      if (isFirst) for (const key of Object.keys(JSON.parse(line) as object)) keys.add(key)
      if (!target.write(`${line}\n`)) await once(target, 'drain')
      rows += 1
      written += Buffer.byteLength(line) + 1
    }
  }
  target.end()
  await once(target, 'close')
  return {
    table,
    rows,
    bytes: written,
    types: Object.fromEntries([...keys].map((key) => [key, types.get(key) ?? 'VARCHAR'])),
  }
}
