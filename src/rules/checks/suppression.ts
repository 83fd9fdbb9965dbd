import { LIMITS } from '../facts/limits.ts'
import { atPath } from '../problem.ts'
import { quoted } from '../wording.ts'
import type { Problem } from '../problem.ts'
import type { Read } from '../read/value.ts'
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
    return [
      ...switchProblems(suppressionEnabled),
      ...boundsProblems(suppressionDuration, 'suppressionDuration', LIMITS.suppression),
    ]
  },
}

export function switchProblems({ path, text, value, isExact }: Read<boolean>): readonly Problem[] {
  if (text === undefined || (value !== undefined && isExact)) return []
  const name = path.split('.').at(-1) ?? path
  const effect = value === undefined ? 'is neither true nor false; the default is taken' : `is read as ${value}`
  return [{ at: atPath(path), message: `${name} ${quoted(text)} ${effect}`, hint: 'write true or false' }]
}
