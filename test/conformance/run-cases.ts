/**
 * Runs the recorded cases of shared/kql-cases through the engine in this process.
 *
 *   node --import tsx test/conformance/run-cases.ts [text in id, family or query] [--show refused|wrong|…] [--record]
 *
 * Classes: `match`; `refused` (KqlError: an honest no); `wrong` (rows that differ: the worst); `accepted` (rows where
 * the real engine answers with an error); `broken` (any other error: a bug of ours).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { KqlError } from '../../src/domain/errors.ts'
import { openEngine, type Engine } from '../../src/kql/index.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { difference, type RecordedCase } from './compare.ts'

export type Outcome = 'match' | 'refused' | 'wrong' | 'accepted' | 'broken'

export interface CaseResult {
  readonly recorded: RecordedCase
  readonly outcome: Outcome
  readonly detail: string
}

const CASES = fileURLToPath(new URL('../../../shared/kql-cases/', import.meta.url))
export const BASELINE = fileURLToPath(new URL('./kql-cases.baseline.json', import.meta.url))

/** Undefined when ../shared is absent. */
export function loadCases(): RecordedCase[] | undefined {
  if (!existsSync(CASES)) return undefined
  return ['oracle.jsonl', 'docs.jsonl'].flatMap((file) =>
    readFileSync(CASES + file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as RecordedCase),
  )
}

export async function runCases(cases: readonly RecordedCase[]): Promise<CaseResult[]> {
  const results: CaseResult[] = []
  const engine = await openEngine({
    readableFolders: [],
    schema: { tables: new Map(), functions: new Map() },
    now: () => systemClock.now(),
    memoryLimit: '2GB',
  })
  try {
    for (const recorded of cases) results.push(await runCase(engine, recorded))
  } finally {
    engine.close()
  }
  return results
}

async function runCase(engine: Engine, recorded: RecordedCase): Promise<CaseResult> {
  try {
    const answer = await engine.query(recorded.query)
    if (recorded.class === 'error') return { recorded, outcome: 'accepted', detail: 'the real engine gives an error' }
    const detail = difference(recorded, answer)
    return { recorded, outcome: detail === undefined ? 'match' : 'wrong', detail: detail ?? '' }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const isRefusal = error instanceof KqlError
    const detail = `${error.message} ${isRefusal ? '' : JSON.stringify('context' in error ? error.context : '')}`
    if (!isRefusal) return { recorded, outcome: 'broken', detail }
    return { recorded, outcome: recorded.class === 'error' ? 'match' : 'refused', detail }
  }
}

export function summarize(results: readonly CaseResult[]): Map<string, Record<Outcome, number>> {
  const summary = new Map<string, Record<Outcome, number>>()
  for (const { recorded, outcome } of results) {
    const source = recorded.id.split('/', 1)[0] ?? ''
    for (const family of [`${source} ${recorded.family} ${recorded.class}`, `${source} TOTAL ${recorded.class}`]) {
      const counts = summary.get(family) ?? { match: 0, refused: 0, wrong: 0, accepted: 0, broken: 0 }
      counts[outcome]++
      summary.set(family, counts)
    }
  }
  return new Map([...summary].sort(([left], [right]) => (left < right ? -1 : 1)))
}

/** What kql-cases.slow.test.ts holds and docs/kql-support.md prints: `matched` may only grow. */
export interface Baseline {
  readonly matched: readonly string[]
  /** What the engine does not support, by case. */
  readonly refused: Readonly<Record<string, string>>
  /** Answers that differ; each has its reason in scripts/lib/docs/kql-differences.mjs. */
  readonly wrong: readonly string[]
}

function baselineOf(results: readonly CaseResult[]): Baseline {
  const sorted = [...results].sort((left, right) => (left.recorded.id < right.recorded.id ? -1 : 1))
  const idsOf = (outcomes: readonly Outcome[]): string[] =>
    sorted.filter(({ outcome }) => outcomes.includes(outcome)).map(({ recorded }) => recorded.id)
  const refused = sorted
    .filter(({ outcome }) => outcome === 'refused')
    .map(({ recorded, detail }) => [recorded.id, detail.trim().replace('the local engine does not support ', '')])
  return {
    matched: idsOf(['match']),
    refused: Object.fromEntries(refused) as Record<string, string>,
    wrong: idsOf(['wrong', 'accepted', 'broken']),
  }
}

async function main(args: readonly string[]): Promise<void> {
  const cases = loadCases()
  if (cases === undefined) throw new Error(`there is no ${CASES}`)
  const show = args.includes('--show') ? args[args.indexOf('--show') + 1] : undefined
  const filter = args.find((argument, index) => !argument.startsWith('--') && args[index - 1] !== '--show') ?? ''
  const results = await runCases(
    cases.filter(({ id, query, family }) => [id, query, family].some((text) => text.includes(filter))),
  )
  const lines = results
    .filter(({ outcome }) => outcome === show)
    .map(({ recorded, detail }) => `${recorded.id}\n  ${recorded.query.replaceAll('\n', '\n  ')}\n  => ${detail}\n`)
  for (const [family, counts] of summarize(results)) {
    const cells = Object.entries(counts).map(([outcome, count]) => `${outcome} ${String(count).padStart(4)}`)
    lines.push(`${family.padEnd(44)} ${cells.join('  ')}`)
  }
  process.stdout.write(`${lines.join('\n')}\n`)
  if (args.includes('--record')) writeFileSync(BASELINE, `${JSON.stringify(baselineOf(results), undefined, 2)}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
