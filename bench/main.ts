import { measureExport } from './export/export.ts'
import { measureLoading } from './loading/loading.ts'
import { busyWarning, readMachine } from './machine.ts'
import { HELP, parseOptions, type BenchOptions } from './options.ts'
import { machineText, sectionText } from './print.ts'
import { measureRules } from './rules/rules.ts'
import { measureScale } from './scale/scale.ts'
import type { Section, SectionName } from './section.ts'
import { simulatedDay } from './schedule/report.ts'
import { measureStartUp } from './start-up.ts'
import { measureTables } from './tables/tables.ts'

/** Rises when a member of the JSON document changes its meaning or goes. */
const BENCH_VERSION = 1

const SECTIONS: Readonly<Record<SectionName, (root: string, options: BenchOptions) => Promise<Section>>> = {
  'start-up': measureStartUp,
  rules: measureRules,
  scale: measureScale,
  export: measureExport,
  loading: measureLoading,
  tables: measureTables,
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (options === undefined) return 2
  if (options === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  // run.mjs starts us in the package root.
  const root = process.cwd()
  const machine = readMachine()
  const warning = busyWarning(machine)
  const say = (text: string) => (options.json ? process.stderr : process.stdout).write(text)
  say(machineText(machine))
  if (warning !== undefined) say(`Warning: ${warning}.\n`)
  const sections: Section[] = []
  for (const name of options.sections) {
    process.stderr.write(`Measuring ${name} …\n`)
    const section = await SECTIONS[name](root, options)
    sections.push(section)
    if (!options.json) process.stdout.write(sectionText(section))
  }
  if (options.simulates) {
    process.stderr.write('Simulating a day of the schedule …\n')
    say(`\n${await simulatedDay({ rules: options.quick ? 1000 : 10_000, workspaces: 20, identities: 20, query: 1 })}`)
  }
  if (options.json) {
    const document = {
      benchVersion: BENCH_VERSION,
      machine,
      warnings: warning === undefined ? [] : [warning],
      sections,
    }
    process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`)
  }
  return 0
}

function readOptions(args: readonly string[]): BenchOptions | 'help' | undefined {
  try {
    return parseOptions(args) ?? 'help'
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    return undefined
  }
}

process.exitCode = await main(process.argv.slice(2))
