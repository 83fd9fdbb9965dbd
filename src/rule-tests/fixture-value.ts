import { isYamlList, isYamlMap, isYamlScalar, scalarText } from '../text/yaml-file.ts'
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

/** A fixture value as JSON text: integers with all their digits. */
export function fixtureJson(value: FixtureValue): string {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return `[${(value as readonly FixtureValue[]).map(fixtureJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${fixtureJson(inner)}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value)
}
