import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLocalBackend } from '../../src/backends/local/index.ts'
import type { LocalWorkspace } from '../../src/backends/local/local-workspace.ts'
import type { Backend, QueryRequest } from '../../src/domain/ports.ts'
import type { Rule } from '../../src/domain/rule.ts'
import type { Window } from '../../src/domain/time.ts'
import { compile, type CompiledQuery, type CompileOptions } from '../../src/kql/index.ts'
import { runQuery } from '../../src/kql/duckdb/run-query.ts'
import { instantToTicks } from '../../src/kql/duckdb/storage.ts'
import { loadRules } from '../../src/rules/index.ts'
import { loadSchemaCatalogue } from '../../src/schemas/index.ts'
import { minutes } from '../../src/time/duration.ts'
import { parseInstant } from '../../src/time/instant.ts'
import { isWanted, roundsOf, type BenchOptions } from '../options.ts'
import { hotModules } from '../profile/hot-spots.ts'
import { profileHere } from '../profile/profile-here.ts'
import { hotOperators } from '../profile/hot-operators.ts'
import { inProcess, race, type Race } from '../race.ts'
import { worstOf, type ProfileHint, type Section } from '../section.ts'
import { compareRows, handWrittenSql, prepareHandWritten } from './hand-written.ts'
import { openWorkspace, raceLoading, type Data } from './tables.ts'

/** A rule, ready to be measured. */
interface Subject {
  readonly rule: Rule
  readonly request: QueryRequest
  readonly handWritten: string
  readonly compiled: CompiledQuery
  /** Compiles once more. */
  compile(): CompiledQuery
}

/** The rules of the pack over the sample week: each query warm, against SQL that a person wrote for the same tables. */
export async function measureRules(root: string, options: BenchOptions): Promise<Section> {
  const rules = await chooseRules(root, options)
  const window = readWeek(root)
  const data: Data = { folder: join(root, 'samples', 'data'), schema: await loadSchemaCatalogue(root), now: window.end }
  const workspace = await openWorkspace(data, rules)
  const backend = createLocalBackend({ dataFolder: data.folder, schema: data.schema })
  try {
    const loading = await raceLoading(data, rules, workspace.loaded, roundsOf(options, 5, 1))
    await prepareHandWritten(root, workspace, window)
    const races = new Map<Race, Subject>()
    const remarks: string[] = []
    for (const rule of rules) {
      const subject = subjectOf(root, workspace, rule, window)
      const { connection } = workspace.engine
      const remark = await compareRows(connection, rule, subject.handWritten, subject.compiled)
      if (remark !== undefined) remarks.push(remark)
      races.set(await raceRule(subject, workspace, backend, options), subject)
    }
    return {
      name: 'rules',
      title: 'Time per rule, on the embedded engine',
      races: [loading, ...races.keys()],
      notes: [`window: the sample week, ${[...races.keys()].length} rules`, ...remarks],
      hint: await hintOf(races, root, workspace, backend),
    }
  } finally {
    await backend.close()
    await workspace.close()
  }
}

async function chooseRules(root: string, { rules: wanted }: BenchOptions): Promise<readonly Rule[]> {
  const { rules } = await loadRules(['queries'], { cwd: root })
  const chosen = rules.filter(({ source }) => isWanted(source.file, wanted))
  if (chosen.length === 0) throw new Error(`no rule file below queries/ has ${wanted.join(' or ')} in its name`)
  return chosen
}

export function readWeek(root: string): Window {
  const text = readFileSync(join(root, 'samples', 'ground-truth.json'), 'utf8')
  const { week } = JSON.parse(text) as { readonly week: { readonly from: string; readonly to: string } }
  const [start, end] = [parseInstant(week.from), parseInstant(week.to)]
  if (start === undefined || end === undefined) throw new Error('samples/ground-truth.json has a week without times')
  return { start, end }
}

function subjectOf(root: string, { loaded, functions }: LocalWorkspace, rule: Rule, window: Window): Subject {
  const tables = new Map([...loaded].map(([name, { stored }]) => [name, stored]))
  const [start, end] = [instantToTicks(window.start), instantToTicks(window.end)]
  const options: CompileOptions = { tables, now: end, window: { start, end } }
  const compileAgain = () => compile(rule.query, { tables, functions }, options)
  return {
    rule,
    request: { query: rule.query, window, now: window.end, workspace: 'local', timeout: minutes(10) },
    handWritten: handWrittenSql(root, rule),
    compiled: compileAgain(),
    compile: compileAgain,
  }
}

async function raceRule(
  { rule, request, handWritten, compiled, compile: compileAgain }: Subject,
  { engine: { connection } }: LocalWorkspace,
  backend: Backend,
  options: BenchOptions,
): Promise<Race> {
  const { signal } = new AbortController()
  const limits = { maxRows: undefined, signal }
  return race(
    // The first call of a query loads tables and meets code that is not yet compiled.
    { title: rule.source.file.replace(/^.*\//, ''), rounds: roundsOf(options, 15, 5), warmUps: options.quick ? 1 : 3 },
    inProcess('hand-written SQL', async () => (await connection.runAndReadAll(handWritten)).getRows()),
    inProcess(GENERATED, () => runQuery(connection, compiled, limits)),
    inProcess('KQL to SQL', compileAgain),
    inProcess(WHOLE, () => backend.query(request, signal)),
  )
}

const GENERATED = 'generated SQL'
const WHOLE = 'whole query'

/** Both halves of the worst rule: our own functions, and what DuckDB does with the SQL. */
async function hintOf(
  races: ReadonlyMap<Race, Subject>,
  root: string,
  { engine: { connection } }: LocalWorkspace,
  backend: Backend,
): Promise<ProfileHint> {
  const worst = worstOf([...races.keys()], ({ name }) => name === WHOLE)
  const subject = races.get(worst.race)
  if (subject === undefined) throw new Error('the worst race is one of those that were run')
  const { signal } = new AbortController()
  const profile = await profileHere(async () => {
    await backend.query(subject.request, signal)
  })
  const [generated, byHand] = [
    await hotOperators(connection, subject.compiled.sql),
    await hotOperators(connection, { text: subject.handWritten, parameters: [] }),
  ]
  return {
    of: `${WHOLE}, ${worst.race.title}`,
    ratio: worst.ratio,
    hotSpots: hotModules(profile, root),
    remarks: [`DuckDB on the generated SQL: ${generated}`, `DuckDB on the hand-written SQL: ${byHand}`],
  }
}
