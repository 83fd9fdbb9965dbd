import { LIMITS } from '../facts/limits.ts'
import { atKey } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { RuleCheck } from './check.ts'

export const textLength: RuleCheck = {
  id: 'text-length',
  stage: 'rule',
  summary: 'The name has at most 256 characters, the description at most 5,000.',
  why: 'Sentinel refuses longer ones.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: `name: ${'Rare script '.repeat(25).trim()}` },
  passes: { keys: 'name: Rare script' },
  run({ name, description }) {
    const problems: Problem[] = []
    for (const [read, most] of [
      [name, LIMITS.nameLength],
      [description, LIMITS.descriptionLength],
    ] as const) {
      const length = read.value?.length ?? 0
      if (length <= most) continue
      problems.push({ at: atKey(read.path), message: `the ${read.path} has ${length} characters, ${most} are allowed` })
    }
    return problems
  },
}
