import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JobName } from '../jobs.ts'
import { roundsOf, type BenchOptions } from '../options.ts'
import { hotFunctions } from '../profile/hot-spots.ts'
import { race, type Race } from '../race.ts'
import { jobContestant, profileJob } from '../run-job.ts'
import { worstOf, type Section } from '../section.ts'
import { COLUMN_COUNT, writeAnswerBody } from './answer-body.ts'
import { serveAnswer } from './loopback.ts'

const SEED = 20260302

interface Plan {
  readonly title: string
  readonly contestants: readonly (readonly [name: string, job: JobName])[]
}

/** The first is the baseline. */
const PLANS: readonly Plan[] = [
  {
    title: 'answer → rows',
    contestants: [
      ['JSON.parse', 'plain-read'],
      ['hunt', 'hunt-read'],
      ['@azure/monitor-query', 'stock-read'],
    ],
  },
  {
    title: 'answer → CSV file',
    contestants: [
      ['JSON.parse, csv-stringify', 'plain-csv'],
      ['hunt', 'hunt-csv'],
    ],
  },
  {
    title: 'service over loopback → CSV file',
    contestants: [
      ['fetch, JSON.parse, csv-stringify', 'plain-query-csv'],
      ['hunt', 'hunt-query-csv'],
      ['@azure/monitor-query, csv-stringify', 'stock-query-csv'],
      ['hunt, with findings, JSON and ledger', 'hunt-run'],
    ],
  },
  {
    title: 'answer → JSON file',
    contestants: [
      ['JSON.parse, JSON.stringify', 'plain-json'],
      ['hunt', 'hunt-json'],
    ],
  },
]

/** From the body of an answer of the Logs Query API to rows and files, each contestant in a fresh process. */
export async function measureExport(root: string, options: BenchOptions): Promise<Section> {
  const output = await mkdtemp(join(tmpdir(), 'hunt-bench-export-'))
  let server: Awaited<ReturnType<typeof serveAnswer>> | undefined
  try {
    const answer = join(output, 'answer.json')
    await writeAnswerBody(answer, options.rows, SEED)
    server = await serveAnswer(answer)
    const input = { answer, output, endpoint: server.endpoint }
    const races: Race[] = []
    for (const { title, contestants } of PLANS) {
      const [baseline, ...others] = contestants.map(([name, job]) => jobContestant(name, job, input, options.rows))
      if (baseline === undefined) throw new Error(`${title} has no baseline`)
      const items = { count: options.rows, name: 'rows' }
      races.push(await race({ title, items, rounds: roundsOf(options, 5, 2) }, baseline, ...others))
    }
    const worst = worstOf(races, ({ name }) => name === 'hunt')
    const plan = PLANS.find(({ title }) => title === worst.race.title)
    const job = plan?.contestants.find(([name]) => name === 'hunt')?.[1] ?? 'hunt-read'
    const size = (await stat(answer)).size
    return {
      name: 'export',
      title: 'Export of an answer of the Logs Query API',
      races,
      notes: [`${options.rows} rows × ${COLUMN_COUNT} columns, ${(size / 1e6).toFixed(1)} MB, seed ${SEED}`],
      hint: {
        of: `${worst.measurement.name}, ${worst.race.title}`,
        ratio: worst.ratio,
        hotSpots: hotFunctions(await profileJob(job, input), root),
        remarks: [],
      },
    }
  } finally {
    server?.close()
    await rm(output, { recursive: true, force: true })
  }
}
