import { days, minutes, seconds } from '../../time/duration.ts'
import { cronProblem } from '../../time/cron-timetable.ts'
import { atPath } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { RuleDraft } from '../read/rule-draft.ts'
import { quoted } from '../wording.ts'
import { boundsProblems } from './schedule-bounds.ts'
import type { RuleCheck } from './check.ts'

export const huntSchedule: RuleCheck = {
  id: 'hunt-schedule',
  stage: 'rule',
  summary: 'Times in the hunt: block are durations within their bounds, a cron expression and a time zone.',
  why: 'A rule whose schedule cannot be read would run at other times than its author thinks, or search other windows.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { keys: 'hunt:\n  schedule:\n    cron: 0 25 * * *' },
  passes: { keys: 'hunt:\n  schedule:\n    cron: 0 6 * * 1-5\n    timezone: Europe/Berlin\n  overlap: 30m' },
  run(draft) {
    const { hunt } = draft
    const problems = [...huntingProblems(draft), ...boundsProblems(hunt.timeout, hunt.timeout.path, QUERY_TIMEOUT)]
    const durations = [hunt.frequency, hunt.period, hunt.delay, hunt.overlap, hunt.maxCatchUp, hunt.timeout]
    for (const read of durations) {
      const { path, text, value } = read
      if (text === undefined || value !== undefined) continue
      problems.push({
        at: atPath(path),
        message: `${path} is ${quoted(text)}, which is no duration`,
        hint: read === hunt.overlap ? 'for example 30m or 1h30m, or measured' : 'for example 30m, 1h30m or 7d',
      })
    }
    const { cron, timezone } = hunt
    if (cron.value === undefined) return problems
    const fault = cronProblem({ expression: cron.value, timezone: timezone.value ?? 'UTC' })
    if (fault === undefined) return problems
    const hint = 'for example cron: 0 6 * * 1-5 and timezone: Europe/Berlin'
    return [...problems, { at: atPath(cron.path), message: `${cron.path} is no schedule: ${fault}`, hint }]
  },
}

const FREQUENCY = { least: minutes(1), most: days(31) }
const PERIOD = { least: minutes(1), most: days(366) }
/** The Logs Query API takes whole seconds, and no more than ten minutes (contract A2, A7). */
const QUERY_TIMEOUT = { least: seconds(1), most: minutes(10) }

/** `frequency` and `period` are for hunting queries, which have no keys of Sentinel's for them. */
function huntingProblems({ hunt, effectiveKind }: RuleDraft): readonly Problem[] {
  const { frequency, period, cron } = hunt
  if (effectiveKind !== 'Hunting') {
    return [frequency, period].flatMap(({ path, text }): Problem[] => {
      if (text === undefined) return []
      const key = path.endsWith('period') ? 'queryPeriod' : 'queryFrequency'
      const hint =
        effectiveKind === 'NRT' ? 'remove it: the rule runs every minute' : `remove it, and say it with ${key}`
      return [{ at: atPath(path), message: `${path} has no effect in a rule that alerts`, hint }]
    })
  }
  const problems = [
    ...boundsProblems(frequency, frequency.path, FREQUENCY),
    ...boundsProblems(period, period.path, PERIOD),
  ]
  if (frequency.text !== undefined && cron.text !== undefined) {
    const message = `${frequency.path} and ${cron.path} both say when the query runs`
    return [...problems, { at: atPath(frequency.path), message, hint: 'keep one of them' }]
  }
  if (period.text !== undefined && frequency.text === undefined && cron.text === undefined) {
    const message = `${period.path} says how far back to look, but nothing says when`
    return [...problems, { at: atPath(period.path), message, hint: 'add frequency or cron' }]
  }
  return problems
}
