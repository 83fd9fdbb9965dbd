import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { isTimed } from '../../domain/rule.ts'
import type { Rule, TimedRule } from '../../domain/rule.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatDuration } from '../../time/duration.ts'
import { frequencyOf, periodOf } from '../../time/rule-times.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { isOn } from '../options.ts'
import { paintSeverity } from '../print/paint.ts'
import { fitTable } from '../print/table.ts'
import type { TableCell, TableColumn } from '../print/table.ts'
import { ruleJson } from '../print/rule-json.ts'
import { twinEvents } from '../good-versions.ts'
import { sayScheduleEvents } from '../print/schedule-talk.ts'
import { loadRuleFolder } from '../rule-folder.ts'
import type { RuleFolder } from '../rule-folder.ts'

interface ListRequest {
  readonly json: boolean
  readonly paths: readonly string[]
}

export const listAction = defineAction<ListRequest>({
  parse: ({ args, options }) => ({ paths: args, json: isOn(options, 'json') }),
  async run({ paths, json }, context): Promise<ExitCode> {
    const missing = paths.find((path) => !existsSync(resolve(context.program.cwd, path)))
    if (missing !== undefined) throw notThere(missing)
    const folder = await loadRuleFolder(context, paths.length === 0 ? undefined : paths)
    if (json)
      await context.out.line(JSON.stringify({ schemaVersion: 1, rules: folder.rules.map(ruleJson) }, undefined, 2))
    else await printTable(folder.rules, context)
    await sayScheduleEvents(twinEvents(folder.diagnostics), context)
    await sayBrokenFiles(folder, context)
    return EXIT.ok
  },
})

/** What is not there is no list without rules. */
function notThere(path: string): UsageError {
  return new UsageError({
    code: 'usage/no-file',
    message: `${path} does not exist`,
    hint: 'name rule files or folders of them; hunt show takes ids and names',
  })
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'ID' },
  { title: 'Rule', least: 16 },
  { title: 'Kind' },
  { title: 'Severity' },
  { title: 'Every', align: 'right' },
  { title: 'Over', align: 'right' },
]

async function printTable(rules: readonly Rule[], { out, outTerminal }: CommandContext): Promise<void> {
  const { styles } = outTerminal
  const rows = rules.map((rule): readonly TableCell[] => [
    { text: uniquePrefix(rule, rules), paint: styles.cyan },
    { text: terminalSafe(rule.name) },
    { text: rule.kind },
    { text: rule.severity ?? '–', paint: paintSeverity(rule.severity, styles) },
    { text: isTimed(rule) ? everyText(rule) : '–' },
    { text: isTimed(rule) ? formatDuration(periodOf(rule)) : '–' },
  ])
  const lines = fitTable(COLUMNS, rows, outTerminal, [[], ['Kind']])
  await out.write(`${lines.join('\n')}\n`)
}

/** A cron expression would take the room of the name: `hunt show` has it. */
function everyText(rule: TimedRule): string {
  if (rule.kind !== 'Hunting' && !rule.enabled) return 'off'
  const frequency = frequencyOf(rule)
  return frequency === undefined ? 'cron' : formatDuration(frequency)
}

/** Eight characters of the id, or as many as it takes to tell it from the others. */
function uniquePrefix(rule: Rule, rules: readonly Rule[]): string {
  for (const length of [8, 13, 18, 23]) {
    const prefix = rule.id.slice(0, length)
    if (rules.every((other) => other === rule || !other.id.startsWith(prefix))) return prefix
  }
  return rule.id
}

/** Files that gave no rule must not go unnoticed, but the list is not the place to explain them. */
export async function sayBrokenFiles({ diagnostics }: RuleFolder, { err, errTerminal }: CommandContext): Promise<void> {
  const broken = new Set(diagnostics.filter(({ severity }) => severity === 'error').map(({ span }) => span.file))
  if (broken.size === 0) return
  const files = broken.size === 1 ? `${[...broken].join()} has errors` : `${broken.size} files have errors`
  await err.line(`${errTerminal.styles.yellow('warning')}: ${files}; see hunt validate`)
}
