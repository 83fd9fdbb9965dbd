import { parseArgs } from 'node:util'
import { SECTION_NAMES, type SectionName } from './section.ts'

export interface BenchOptions {
  readonly quick: boolean
  readonly json: boolean
  readonly sections: readonly SectionName[]
  /** Also simulates a day of the scheduler; it has no baseline, so it comes only when it is asked for. */
  readonly simulates: boolean
  /** Parts of rule file names; empty means all rules of the pack. */
  readonly rules: readonly string[]
  /** Parts of command lines; empty means all that start-up measures. */
  readonly commands: readonly string[]
  /** Rows of the answer that is exported. */
  readonly rows: number
  /** Millions of rows of each generated table. */
  readonly scale: readonly number[]
  /** Rounds of every race; undefined: as many as a section thinks right. */
  readonly rounds: number | undefined
}

/** Beside the sections: bench/schedule. */
const SIMULATION = 'schedule'

export const HELP = `Measures hunt against baselines in the same run. docs/benchmarks.md says how to read it.

Usage: npm run bench -- [options]

  --quick            fewer rounds and rows, and no corpus: under a minute instead of some
  --json             one JSON document on standard output instead of tables
  --only <section>   only this section, again for more: ${SECTION_NAMES.join(', ')};
                     schedule: a simulated day of 10,000 rules on 20 workspaces (quick: 1,000 rules)
  --rule <part>      only rules whose file name has this part, again for more
  --command <part>   only command lines of start-up that have this part, again for more
  --rows <number>    rows of the answer that is exported (100000, quick 10000)
  --scale <list>     millions of rows of the tables of section scale, such as 1,10,50 (1, quick 0.02); 50 need 40 GB of disk
  --rounds <number>  rounds of every race
  --help             this text
`

/** Throws an Error that tells the user what is wrong with the arguments; undefined when only help was asked for. */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rule: { type: 'string', multiple: true, default: [] },
      command: { type: 'string', multiple: true, default: [] },
      rows: { type: 'string' },
      scale: { type: 'string' },
      rounds: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    quick: values.quick,
    json: values.json,
    sections:
      values.only.length === 0 ? SECTION_NAMES : values.only.filter((name) => name !== SIMULATION).map(sectionName),
    simulates: values.only.includes(SIMULATION),
    rules: values.rule,
    commands: values.command,
    rows: countOf('--rows', values.rows) ?? (values.quick ? 10_000 : 100_000),
    scale: scaleOf(values.scale) ?? [values.quick ? 0.02 : 1],
    rounds: countOf('--rounds', values.rounds),
  }
}

function sectionName(text: string): SectionName {
  const name = SECTION_NAMES.find((one) => one === text)
  if (name === undefined) throw new Error(`--only is "${text}", which is not one of ${SECTION_NAMES.join(', ')}`)
  return name
}

function scaleOf(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined
  const sizes = text.split(',').map(Number)
  if (sizes.every((size) => size >= 0.001 && size <= 100)) return sizes.sort((a, b) => a - b)
  throw new Error(`--scale is "${text}", which is no list of millions such as 1,10,50`)
}

function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`${option} is "${text}", which is no number from 1 to 9999999`)
  return Number(text)
}

/** Whether a name has one of the parts; no parts mean every name. */
export function isWanted(name: string, parts: readonly string[]): boolean {
  return parts.length === 0 || parts.some((part) => name.includes(part))
}

/** Rounds of a race: those asked for, else what the section wants of a full or a quick run. */
export function roundsOf({ quick, rounds }: BenchOptions, full: number, fewer: number): number {
  return rounds ?? (quick ? fewer : full)
}
