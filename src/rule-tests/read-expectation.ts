import type { YAMLMap } from 'yaml'
import { ENTITY_TYPES } from '../domain/entity.ts'
import { nearestName } from '../text/near-name.ts'
import { isYamlList, isYamlMap, isYamlScalar, scalarText } from '../text/yaml-file.ts'
import type { YamlFile } from '../text/yaml-file.ts'
import { fixtureValue, reportUnreadable } from './fixture-value.ts'
import type { Expectation, ExpectedEntity, ExpectedItems, FixtureRow } from './test-file.ts'

const EXPECT_KEYS = ['status', 'findings', 'excluded', 'entities', 'alerts', 'incidents', 'warnings', 'error'] as const
const STATUSES = ['complete', 'partial', 'failed'] as const

/** Reads `expect`; undefined when it is missing or not readable at all. */
export function readExpectation(node: unknown, test: YAMLMap, yaml: YamlFile): Expectation | undefined {
  if (!isYamlMap(node) || node.items.length === 0) {
    yaml.report(
      node ?? test,
      'missing',
      'a test expects nothing',
      'for example `expect: { findings: 1, incidents: 1 }`',
    )
    return undefined
  }
  const fields = new Map(yaml.entries(node, EXPECT_KEYS).map(({ key, value }) => [key, value]))
  return {
    status: readStatus(fields.get('status'), yaml),
    findings: readItems('findings', fields.get('findings'), yaml),
    excluded: readItems('excluded', fields.get('excluded'), yaml),
    entities: readEntities(fields.get('entities'), yaml),
    alerts: readItems('alerts', fields.get('alerts'), yaml),
    incidents: readItems('incidents', fields.get('incidents'), yaml),
    warnings: readTexts('warnings', fields.get('warnings'), yaml),
    error: readText('error', fields.get('error'), yaml),
  }
}

function readStatus(node: unknown, yaml: YamlFile): Expectation['status'] {
  const text = readText('status', node, yaml)
  if (text === undefined) return undefined
  const status = STATUSES.find((each) => each === text)
  if (status === undefined) yaml.report(node, 'value', `status "${text}" is not one of ${STATUSES.join(', ')}`)
  return status
}

function readItems(key: string, node: unknown, yaml: YamlFile): ExpectedItems | undefined {
  if (node === undefined) return undefined
  if (isYamlScalar(node) && typeof node.value === 'bigint' && node.value >= 0n) {
    return { count: Number(node.value), items: undefined }
  }
  if (isYamlList(node) && node.items.every((item) => isYamlMap(item))) {
    reportUnreadable(node, yaml)
    return { count: node.items.length, items: node.items.map((item) => fixtureValue(item) as FixtureRow) }
  }
  yaml.report(node, 'type', `${key} is neither a number nor a list of mappings`, `for example \`${key}: 1\``)
  return undefined
}

function readEntities(node: unknown, yaml: YamlFile): readonly ExpectedEntity[] | undefined {
  if (node === undefined) return undefined
  const hint = 'for example `entities: [ { Host: { HostName: vm-7 } } ]`'
  if (!isYamlList(node)) {
    yaml.report(node, 'type', 'entities is not a list', hint)
    return undefined
  }
  return node.items.flatMap((item) => {
    const [entry, ...more] = isYamlMap(item) ? yaml.entries(item, Object.keys(ENTITY_TYPES)) : []
    if (entry === undefined || more.length > 0 || !isYamlMap(entry.value)) {
      if (!isYamlMap(item) || entry !== undefined)
        yaml.report(item, 'type', 'an entity is one type with its identifiers', hint)
      return []
    }
    return [{ type: entry.key, identifiers: readIdentifiers(entry.key, entry.value, yaml) }]
  })
}

function readIdentifiers(type: string, map: YAMLMap, yaml: YamlFile): Readonly<Record<string, string>> {
  const known: readonly string[] = Object.entries(ENTITY_TYPES).find(([name]) => name === type)?.[1].identifiers ?? []
  return Object.fromEntries(
    yaml.allEntries(map).flatMap(({ key, value, keyNode }) => {
      if (known.includes(key) && isYamlScalar(value)) return [[key, scalarText(value)]]
      const near = nearestName(key, known)
      const hint = near === undefined ? `known identifiers: ${known.join(', ')}` : `did you mean "${near}"?`
      yaml.report(keyNode, 'unknown-identifier', `${type} has no identifier "${key}"`, hint)
      return []
    }),
  )
}

export function readTexts(key: string, node: unknown, yaml: YamlFile): readonly string[] | undefined {
  if (node === undefined) return undefined
  if (isYamlList(node) && node.items.every(isYamlScalar)) return node.items.map(scalarText)
  yaml.report(node, 'type', `${key} is not a list of texts`, `for example \`${key}: []\` for none`)
  return undefined
}

function readText(key: string, node: unknown, yaml: YamlFile): string | undefined {
  if (node === undefined) return undefined
  if (isYamlScalar(node)) return scalarText(node)
  yaml.report(node, 'type', `${key} is not a text`)
  return undefined
}
