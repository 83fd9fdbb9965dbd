import { isYamlList, isYamlMap, isYamlScalar, scalarText } from '../text/yaml-file.ts'
import type { ReadContext } from './read-context.ts'
import type { FixtureValue } from './test-file.ts'

/** A YAML node as plain data. Aliases are not followed: a test should be readable where it stands. */
export function fixtureValue(node: unknown): FixtureValue {
  if (isYamlList(node)) return node.items.map(fixtureValue)
  if (isYamlMap(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [isYamlScalar(key) ? scalarText(key) : '', fixtureValue(value)]),
    )
  }
  if (!isYamlScalar(node)) return null
  const { value } = node
  if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'boolean'
  ) {
    return value
  }
  return null
}

/** Reports what fixtureValue would take for null, though it says something else: the test would try another value than it shows. */
export function reportUnreadable(node: unknown, yaml: ReadContext['yaml']): void {
  if (isYamlList(node)) node.items.forEach((item) => reportUnreadable(item, yaml))
  else if (isYamlMap(node)) node.items.forEach(({ value }) => reportUnreadable(value, yaml))
  else if (!isYamlScalar(node)) {
    if (node !== null && node !== undefined) yaml.report(node, 'type', 'an alias is not followed in a test', 'write the value itself') // prettier-ignore
  } else if (node.value !== null && fixtureValue(node) === null) {
    yaml.report(node, 'type', `a value of type ${node.tag ?? 'unknown'} is none of a cell`, 'write text, a number, true, false or null') // prettier-ignore
  }
}

/** A fixture value as JSON text: integers with all their digits, and NaN and the infinities, for which JSON has no number, as texts. */
export function fixtureJson(value: FixtureValue): string {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' && !Number.isFinite(value)) return JSON.stringify(String(value))
  if (Array.isArray(value)) return `[${(value as readonly FixtureValue[]).map(fixtureJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${fixtureJson(inner)}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value)
}
