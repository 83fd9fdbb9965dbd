import { cronProblem } from '../../time/cron-timetable.ts'
import { atPath } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const huntSchedule: RuleCheck = {
  id: 'hunt-schedule',
  stage: 'rule',
  summary: 'Times in the hunt: block are durations, a cron expression and a time zone.',
  why: 'A rule whose schedule cannot be read would run at other times than its author thinks, or search other windows.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { keys: 'hunt:\n  schedule:\n    cron: 0 25 * * *' },
  passes: { keys: 'hunt:\n  schedule:\n    cron: 0 6 * * 1-5\n    timezone: Europe/Berlin\n  overlap: 30m' },
  run({ hunt }) {
    const problems: Problem[] = []
    for (const { path, text, value } of [hunt.delay, hunt.overlap, hunt.maxCatchUp]) {
      if (text === undefined || value !== undefined) continue
      problems.push({
        at: atPath(path),
        message: `${path} is ${quoted(text)}, which is no duration`,
        hint: 'for example 30m, 1h30m or 7d',
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
