import { choiceProblems } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const eventGrouping: RuleCheck = {
  id: 'event-grouping',
  stage: 'rule',
  summary: 'The aggregation kind is SingleAlert or AlertPerResult.',
  why: 'It decides whether a result of many rows raises one alert or many.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'eventGroupingSettings:\n  aggregationKind: PerRow' },
  passes: { keys: 'eventGroupingSettings:\n  aggregationKind: AlertPerResult' },
  run({ eventGrouping: read }) {
    const kinds = ['SingleAlert', 'AlertPerResult']
    return choiceProblems(read, 'the aggregation kind', kinds, '; SingleAlert is assumed')
  },
}
