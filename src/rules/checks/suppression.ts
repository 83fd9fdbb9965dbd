import { LIMITS } from '../facts/limits.ts'
import { atPath } from '../problem.ts'
import { quoted } from '../wording.ts'
import type { RuleCheck } from './check.ts'
import { boundsProblems } from './schedule-bounds.ts'

export const suppression: RuleCheck = {
  id: 'suppression',
  stage: 'rule',
  summary: 'Suppression is true or false and lasts from 5 minutes to 24 hours.',
  why: 'Sentinel refuses other values. A switch that cannot be read counts as off.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'suppressionEnabled: true\nsuppressionDuration: 2d' },
  passes: { keys: 'suppressionEnabled: true\nsuppressionDuration: 5h' },
  run({ suppressionEnabled, suppressionDuration }) {
    const bounds = boundsProblems(suppressionDuration, 'suppressionDuration', LIMITS.suppression)
    if (suppressionEnabled.text === undefined || suppressionEnabled.value !== undefined) return bounds
    const message = `suppressionEnabled ${quoted(suppressionEnabled.text)} is neither true nor false; taken as false`
    return [{ at: atPath(suppressionEnabled.path), message, hint: 'write true or false' }, ...bounds]
  },
}
