import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'
import type { Window } from '../../src/domain/time.ts'
import { runQuery } from '../../src/kql/duckdb/run-query.ts'
import { loadRules } from '../../src/rules/index.ts'
import { loadSchemaCatalogue } from '../../src/schemas/index.ts'
import { instantFromMillis } from '../../src/time/instant.ts'
import { isWanted, roundsOf, type BenchOptions } from '../options.ts'
import { hotModules } from '../profile/hot-spots.ts'
import { profileHere } from '../profile/profile-here.ts'
import { hotOperators } from '../profile/hot-operators.ts'
import { inProcess, race, type Race } from '../race.ts'
import { compareRows, handWrittenSql, prepareHandWritten } from '../rules/hand-written.ts'
import { readWeek } from '../rules/rules.ts'
import { openWorkspace } from '../rules/tables.ts'
import { worstOf, type Section } from '../section.ts'
import { spreadOf } from '../statistics.ts'
import { FIRST, TABLES, writeTable } from './generate.ts'
import { writeNoisy } from './noise.ts'
import { compileFor, corpusRules, holdEqual, MEMORY_LIMIT, openPlain, openScaled } from './subjects.ts'

const DAY = 86_400_000
const START = Date.parse(`${FIRST.replace(' ', 'T')}Z`)
/** The second of the two weeks. A millisecond late, so that no row lies on its edge. */
const WINDOW: Window = { start: instantFromMillis(START + 7 * DAY + 1), end: instantFromMillis(START + 14 * DAY + 1) }

interface Measured {
  readonly race: Race
  readonly rule: string
  readonly rows: number
  /** Runs the generated SQL once more. */
  run(): Promise<unknown>
  /** Why: what DuckDB spends its time on, ours and theirs. */
  remarks(): Promise<readonly string[]>
}

/** Rules over large Parquet files: what the engine makes of them against SQL by hand over the same files. */
export async function measureScale(root: string, options: BenchOptions): Promise<Section> {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'bench-scale-'))
  const schema = await loadSchemaCatalogue(root)
  const closers: (() => Promise<void> | void)[] = []
  const measured: Measured[] = []
  const compileTimes = new Map<string, number[]>()
  try {
    for (const millions of options.scale) {
      const rows = Math.round(millions * 1e6)
      const place = join(folder, String(rows))
      const setting = { root, place, schema, rows, options, compileTimes, closers }
      measured.push(...(await raceCorpus(setting)), ...(await racePack(setting)))
    }
    const worst = worstOf(measured.map((one) => one.race))
    const subject = measured.find((one) => one.race === worst.race)
    const profile = await profileHere(async () => {
      await subject?.run()
    })
    return {
      name: 'scale',
      title: 'Rules over large Parquet files, on the embedded engine',
      races: measured.map((one) => one.race),
      notes: notesOf(measured, compileTimes),
      hint: {
        of: worst.race.title,
        ratio: worst.ratio,
        hotSpots: hotModules(profile, root),
        remarks: (await subject?.remarks()) ?? [],
      },
    }
  } finally {
    for (const close of closers) await close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Setting {
  readonly root: string
  readonly place: string
  readonly schema: WorkspaceSchema
  readonly rows: number
  readonly options: BenchOptions
  /** Of each rule, in milliseconds: at its first sight, and for each further number of rows. */
  readonly compileTimes: Map<string, number[]>
  readonly closers: (() => Promise<void> | void)[]
}

async function raceCorpus({ root, place, schema, rows, options, compileTimes, closers }: Setting): Promise<Measured[]> {
  const rules = (await corpusRules(root)).filter(({ name }) => isWanted(name, options.rules))
  if (rules.length === 0) return []
  const folder = join(place, 'corpus')
  mkdirSync(folder, { recursive: true })
  const paths = new Map<string, string>()
  const maker = await DuckDBInstance.create(':memory:')
  const making = await maker.connect()
  const wanted = new Set(rules.flatMap(({ rule }) => rule.requiredTables))
  for (const table of Object.keys(TABLES).filter((name) => wanted.has(name))) {
    paths.set(table, await writeTable(making, folder, table, rows))
  }
  making.closeSync()
  maker.closeSync()
  const plain = await openPlain(paths, WINDOW)
  const workspace = await openScaled(folder, schema, WINDOW)
  closers.push(plain.close, () => workspace.close())
  const measured: Measured[] = []
  for (const subject of rules) {
    await workspace.prepare(subject.rule.query, new AbortController().signal)
    const compiled = timed(compileTimes, subject.name, () => compileFor(workspace, subject.rule, WINDOW))
    const found = await holdEqual(subject, compiled, workspace, plain.connection)
    const title = `${subject.name}, ${countText(rows)} rows, ${found} found`
    const run = () => runQuery(workspace.engine.connection, compiled, UNLIMITED)
    const raced = await raceSql(title, options, run, async () => {
      return (await plain.connection.runAndReadAll(subject.handWritten)).getRows()
    })
    const remarks = async () => [
      `DuckDB on the generated SQL: ${await hotOperators(workspace.engine.connection, compiled.sql)}`,
      `DuckDB on the hand-written SQL: ${await hotOperators(plain.connection, { text: subject.handWritten, parameters: [] })}`,
    ]
    measured.push({ race: raced, rule: subject.name, rows, run, remarks })
  }
  return measured
}

/** The pack over its sample week, buried in rows that no rule looks at. */
async function racePack({ root, place, schema, rows, options, compileTimes, closers }: Setting): Promise<Measured[]> {
  const { rules: all } = await loadRules(['queries'], { cwd: root })
  const rules = all.filter(({ source }) => isWanted(source.file, options.rules))
  if (rules.length === 0) return []
  const folder = join(place, 'pack')
  mkdirSync(folder, { recursive: true })
  const window = readWeek(root)
  const week = await openWorkspace({ folder: join(root, 'samples', 'data'), schema, now: window.end }, rules, [folder])
  for (const name of week.loaded.keys()) await writeNoisy(week, name, folder, rows)
  await week.close()
  const workspace = await openScaled(folder, schema, window)
  closers.push(() => workspace.close())
  for (const { query } of rules) await workspace.prepare(query, new AbortController().signal)
  await prepareHandWritten(root, workspace, window)
  const { connection } = workspace.engine
  const measured: Measured[] = []
  for (const rule of rules) {
    const handWritten = handWrittenSql(root, rule)
    const compiled = timed(compileTimes, rule.source.file, () => compileFor(workspace, rule, window))
    await compareRows(connection, rule, handWritten, compiled)
    const title = `${rule.source.file.replace(/^.*\/|\.yaml$/g, '')}, ${countText(rows)} rows`
    const run = () => runQuery(connection, compiled, UNLIMITED)
    const raced = await raceSql(title, options, run, async () => {
      return (await connection.runAndReadAll(handWritten)).getRows()
    })
    const remarks = async () => [
      `DuckDB on the generated SQL: ${await hotOperators(connection, compiled.sql)}`,
      `DuckDB on the hand-written SQL: ${await hotOperators(connection, { text: handWritten, parameters: [] })}`,
    ]
    measured.push({ race: raced, rule: rule.source.file, rows, run, remarks })
  }
  return measured
}

/** Milliseconds. */
const SHORTEST_RACE = 2500

const UNLIMITED = { maxRows: undefined, signal: undefined }

function raceSql(
  title: string,
  options: BenchOptions,
  run: () => Promise<unknown>,
  byHand: () => Promise<unknown>,
): Promise<Race> {
  return race(
    {
      title,
      rounds: roundsOf(options, 5, 1),
      warmUps: options.quick ? 0 : 1,
      atLeast: options.rounds === undefined && !options.quick ? SHORTEST_RACE : 0,
    },
    inProcess('hand-written SQL', byHand),
    inProcess('generated SQL', run),
  )
}

function timed<Result>(times: Map<string, number[]>, name: string, work: () => Result): Result {
  const begun = performance.now()
  const result = work()
  times.set(name, [...(times.get(name) ?? []), performance.now() - begun])
  return result
}

function notesOf(measured: readonly Measured[], compileTimes: ReadonlyMap<string, number[]>): readonly string[] {
  const ratios = measured.flatMap(({ race: { measurements } }) =>
    measurements.flatMap(({ ratio }) => ratio?.median ?? []),
  )
  const [first = Number.NaN, ...later] = [...compileTimes.values()].flatMap(([atFirst = Number.NaN]) => atFirst)
  const again = [...compileTimes.values()].flatMap(([, ...times]) => times)
  const peak = process.resourceUsage().maxRSS / 1024
  return [
    `${ratios.length} races: median ratio ${spreadOf(ratios).median.toFixed(2)}×, worst ${Math.max(...ratios).toFixed(2)}×`,
    ...growthNotes(measured),
    [
      `KQL to SQL, each rule for the first time: the first ${first.toFixed(0)} ms`,
      ...(later.length === 0 ? [] : [`the others ${medianAndMost(later)}`]),
      ...(again.length === 0 ? [] : [`once more ${medianAndMost(again)}`]),
    ].join(', '),
    `memory: engines limited to ${MEMORY_LIMIT}; the process took ${peak.toFixed(0)} MiB at most, generating included`,
  ]
}

const medianAndMost = (times: readonly number[]): string =>
  `${spreadOf(times).median.toFixed(1)} ms in the median and ${Math.max(...times).toFixed(0)} ms at most`

/** Time of the larger size over that of the smaller, each per row; 1 is linear. */
function growthNotes(measured: readonly Measured[]): readonly string[] {
  const sizes = [...new Set(measured.map(({ rows }) => rows))].sort((a, b) => a - b)
  return sizes.slice(1).flatMap((rows, index) => {
    const before = sizes[index] ?? rows
    const factors = measured.flatMap((one) => {
      const smaller = measured.find(({ rule, rows: size }) => rule === one.rule && size === before)
      if (one.rows !== rows || smaller === undefined) return []
      const [now, then] = [one, smaller].map(({ race: { measurements } }) => measurements.at(-1)?.milliseconds.median)
      return now === undefined || then === undefined ? [] : [now / then / (rows / before)]
    })
    if (factors.length === 0) return []
    const worst = Math.max(...factors).toFixed(2)
    return [
      `from ${countText(before)} to ${countText(rows)} rows: ${spreadOf(factors).median.toFixed(2)} × linear, worst ${worst} ×`,
    ]
  })
}

function countText(rows: number): string {
  return rows >= 1e6 ? `${rows / 1e6} M` : rows.toLocaleString('en-US')
}
