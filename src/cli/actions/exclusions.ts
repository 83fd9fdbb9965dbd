import { existsSync } from 'node:fs'
import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { ExclusionHits } from '../../domain/exclusion.ts'
import type { Instant } from '../../domain/time.ts'
import { days } from '../../time/duration.ts'
import { minus } from '../../time/instant.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { withLedger } from '../compose.ts'
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
    const listed = listExclusions(folder.rules, await hitsSince(since, context), now)
    const shown = selectors.length === 0 ? listed : listed.filter(({ state }) => state !== 'gone')
    if (request.json) await context.out.line(JSON.stringify(exclusionsJson(shown, since), undefined, 2))
    else await context.out.write(`${exclusionLines(shown, request.days, context.outTerminal).join('\n')}\n`)
    await sayBrokenFiles(folder, context)
    return shown.some(isUseless) ? EXIT.checkFailed : EXIT.ok
  },
})

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
