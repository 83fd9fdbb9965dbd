import { ALERT_PROPERTIES, LIMITS } from '../facts/limits.ts'
import { atPath } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { placeholdersOf } from '../read/details.ts'
import type { Read } from '../read/value.ts'
import { quoted, suggestion } from '../wording.ts'
import type { RuleCheck } from './check.ts'

export const alertDetailsOverride: RuleCheck = {
  id: 'alert-details-override',
  stage: 'rule',
  summary:
    'Formats have at most three {{Column}} placeholders and stay within their length; dynamic properties are known.',
  why: 'Sentinel refuses the rest, and a placeholder that is not closed would be shown as it stands.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: "alertDetailsOverride:\n  alertDisplayNameFormat: 'Run Command by {{ Caller }} on {{Resource'" },
  passes: { keys: "alertDetailsOverride:\n  alertDisplayNameFormat: 'Run Command by {{Caller}} on {{Resource}}'" },
  run({ alertDetailsOverride: read }) {
    return [
      ...formatProblems(read.displayName, LIMITS.displayNameFormatLength),
      ...formatProblems(read.description, LIMITS.descriptionFormatLength),
      ...read.dynamicProperties.flatMap(({ property, value }) => propertyProblems(property, value)),
    ]
  },
}

function formatProblems({ text, path }: Read<string>, most: number): readonly Problem[] {
  if (text === undefined) return []
  const at = atPath(path)
  const name = path.split('.').at(-1) ?? path
  const problems: Problem[] = []
  const placeholders = placeholdersOf(text)
  if (text.length > most) problems.push({ at, message: `${name} has ${text.length} characters, ${most} are allowed` })
  if (placeholders.length > LIMITS.placeholders) {
    const message = `${name} has ${placeholders.length} placeholders, ${LIMITS.placeholders} are allowed`
    problems.push({ at, message })
  }
  for (const placeholder of placeholders) {
    if (/^\w+$/.test(placeholder.text)) continue
    const message = `the placeholder {{${placeholder.text}}} is not a plain column name`
    const { offset, length } = placeholder
    const hint = 'write {{Column}}, without blanks between the braces'
    problems.push({ at: { kind: 'value', path, offset, length }, message, hint })
  }
  const unclosed = [...text.matchAll(/\{\{/g)].find(({ index }) => placeholders.every(({ offset }) => offset !== index))
  if (unclosed !== undefined) {
    const message = `${name} opens a placeholder with {{ and does not close it`
    problems.push({ at: { kind: 'value', path, offset: unclosed.index, length: 2 }, message, hint: 'write {{Column}}' })
  }
  return problems
}

function propertyProblems(property: Read<string>, value: Read<string>): readonly Problem[] {
  const known: readonly string[] = ALERT_PROPERTIES
  if (!property.value)
    return [{ at: atPath(property.path), message: 'a dynamic property has no alertProperty; left out' }]
  const problems: Problem[] = []
  if (!known.includes(property.value)) {
    const message = `the alert property ${quoted(property.value)} is not known`
    problems.push({ at: atPath(property.path), message, hint: suggestion(property.value, known) })
  }
  if (!value.value) {
    const message = `the alert property ${quoted(property.value)} has no value; left out`
    problems.push({ at: atPath(property.path), message, hint: 'add value: the name of a result column' })
  }
  return problems
}
