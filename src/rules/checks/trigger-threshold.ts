import { LIMITS } from '../facts/limits.ts'
import { atPath } from '../problem.ts'
import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const triggerThreshold: RuleCheck = {
  id: 'trigger-threshold',
  stage: 'rule',
  summary: 'The trigger threshold is a whole number from 0 to 10,000.',
  why: 'The number of result rows is compared with it.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'triggerThreshold: -1' },
  passes: { keys: 'triggerThreshold: 0' },
  run({ triggerThreshold: read, effectiveKind }) {
    if (effectiveKind === 'Hunting' || read.text === undefined || read.text.trim() === '') return []
    const hint = `a whole number from ${LIMITS.threshold.least} to ${LIMITS.threshold.most}`
    if (read.value === undefined) {
      const message = `the trigger threshold ${quoted(read.text)} is not a whole number; 0 is assumed`
      return [{ at: atPath(read.path), message, hint }]
    }
    if (read.value >= LIMITS.threshold.least && read.value <= LIMITS.threshold.most) return []
    return [{ at: atPath(read.path), message: `the trigger threshold ${read.value} is out of bounds`, hint }]
  },
}
