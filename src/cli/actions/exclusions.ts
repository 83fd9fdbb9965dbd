import { existsSync } from 'node:fs'
import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Exclusion, ExclusionHits } from '../../domain/exclusion.ts'
import type { Rule } from '../../domain/rule.ts'
import type { Instant } from '../../domain/time.ts'
import type { RowConditions } from '../../domain/row-conditions.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import { days } from '../../time/duration.ts'
import { minus } from '../../time/instant.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openConditions, withLedger } from '../compose.ts'
import { loadSchema } from '../load-schema.ts'
import { isOn, textOption } from '../options.ts'
import { exclusionsJson, exclusionLines, isUseless, listExclusions } from '../print/exclusions.ts'
import { findRules, loadRuleFolder } from '../rule-folder.ts'
import { sayBrokenFiles } from './list.ts'

interface ExclusionsRequest {
  readonly selectors: readonly string[]
  readonly days: number
  readonly json: boolean
}

const DEFAULT_DAYS = 30

export const exclusionsAction = defineAction<ExclusionsRequest>({
  parse: ({ args, options }) => ({
    selectors: args,
    days: daysOption(textOption(options, 'days')),
    json: isOn(options, 'json'),
  }),
  async run(request, context): Promise<ExitCode> {
    const { selectors } = request
    const folder = selectors.length === 0 ? await loadRuleFolder(context) : await findRules(selectors, context)
    const now = context.program.clock.now()
    const since = minus(now, days(request.days))
    const hits = await hitsSince(since, context)
    const listed = listExclusions(await examined(folder.rules, hits, context), hits, now)
    const shown = selectors.length === 0 ? listed : listed.filter(({ state }) => state !== 'gone')
    if (request.json) await context.out.line(JSON.stringify(exclusionsJson(shown, since), undefined, 2))
    else await context.out.write(`${exclusionLines(shown, request.days, context.outTerminal).join('\n')}\n`)
    await sayBrokenFiles(folder, context)
    return shown.some(isUseless) ? EXIT.checkFailed : EXIT.ok
  },
})

/** What no run has asked as it reads now is held against its rule: an exclusion with a misspelt column is not active. */
async function examined(
  rules: readonly Rule[],
  hits: readonly ExclusionHits[],
  context: CommandContext,
): Promise<readonly Rule[]> {
  const asked = new Set(hits.map(({ ruleId, name, when }) => JSON.stringify([ruleId, name, when])))
  const isNew = (rule: Rule, { enabled, fault, name, when }: Exclusion): boolean =>
    enabled && fault === undefined && !asked.has(JSON.stringify([rule.id, name, when]))
  if (!rules.some((rule) => rule.exclusions?.some((exclusion) => isNew(rule, exclusion)))) return rules
  const ports = { schema: await loadSchema(context), conditions: openConditions(context) }
  const result: Rule[] = []
  for (const rule of rules) {
    const faults = await faultsOf(rule, (exclusion) => isNew(rule, exclusion), ports, context)
    const exclusions = rule.exclusions?.map((each) => ({ ...each, fault: faults.get(each) ?? each.fault }))
    result.push(exclusions === undefined ? rule : { ...rule, exclusions })
  }
  return result
}

interface ExaminationPorts {
  readonly schema: WorkspaceSchema
  readonly conditions: RowConditions
}

/** Of a query that does not bind nobody knows the columns: `hunt validate` says what is wrong with it. */
async function faultsOf(
  { query, exclusions = [] }: Rule,
  isMeant: (exclusion: Exclusion) => boolean,
  { schema, conditions }: ExaminationPorts,
  context: CommandContext,
): Promise<ReadonlyMap<Exclusion, string>> {
  const faults = new Map<Exclusion, string>()
  const meant = exclusions.filter(isMeant)
  if (meant.length === 0) return faults
  const { analyze } = await import('../../kql/index.ts')
  const { diagnostics, columns } = await analyze(query, schema, context.program.guard)
  if (columns === undefined || diagnostics.some(({ severity }) => severity === 'error')) return faults
  for (const exclusion of meant) {
    const { fault } = await conditions.examine(exclusion.when, columns)
    if (fault === undefined) continue
    faults.set(exclusion, fault.hint === undefined ? fault.message : `${fault.message}; ${fault.hint}`)
  }
  return faults
}

/** Without a ledger nothing has been hidden yet. */
async function hitsSince(since: Instant, context: CommandContext): Promise<readonly ExclusionHits[]> {
  if (!existsSync(context.config.ledger)) return []
  return withLedger(context, async (ledger) => ledger.exclusionHits({ since }))
}

function daysOption(text: string | undefined): number {
  if (text === undefined) return DEFAULT_DAYS
  const number = Number(text)
  if (Number.isInteger(number) && number > 0 && number <= 3660) return number
  throw new UsageError({
    code: 'usage/invalid-option',
    message: `--days ${text} is no number of days`,
    hint: 'a whole number from 1 to 3660, for example --days 90',
  })
}
