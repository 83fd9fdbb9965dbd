import { dirname } from 'node:path'
import type { YAMLMap } from 'yaml'
import type { Diagnostic } from '../domain/diagnostic.ts'
import type { Instant } from '../domain/time.ts'
import type { WorkspaceSchema } from '../domain/schema.ts'
import { YamlFile, isYamlList, isYamlMap, isYamlScalar, scalarText } from '../text/yaml-file.ts'
import { parseInstant } from '../time/instant.ts'
import type { ReadContext } from './read-context.ts'
import { readExpectation, readTexts } from './read-expectation.ts'
import { readTables } from './read-tables.ts'
import type { FixtureTable, RuleTest, RuleTestFile, TestTime } from './test-file.ts'

const FILE_KEYS = ['rule', 'tables', 'tests'] as const
const TEST_KEYS = ['name', 'at', 'from', 'to', 'tables', 'exclusions', 'expect'] as const

export interface TestFileText {
  readonly text: string
  /** As messages show it. */
  readonly file: string
  /** Absolute; fixture files are relative to its folder. */
  readonly path: string
  /** Fixture tables are checked against it: a misspelt column would be null and the test would lie. */
  readonly schema: WorkspaceSchema
}

/** Reads a rule test. Everything that is wrong comes out at once; tests without a mistake of their own are returned. */
export function readTestFile(source: TestFileText): {
  readonly testFile: RuleTestFile
  readonly diagnostics: readonly Diagnostic[]
} {
  const yaml = new YamlFile(source.text, { file: source.file, area: 'test' })
  const context = { yaml, folder: dirname(source.path), schema: source.schema }
  const root = yaml.root
  let rule: string | undefined
  let ruleNode: unknown = root
  let tests: readonly RuleTest[] = []
  if (isYamlMap(root) && !yaml.isBroken) {
    const fields = new Map(yaml.entries(root, FILE_KEYS).map((entry) => [entry.key, entry]))
    const written = fields.get('rule')
    if (isYamlScalar(written?.value)) rule = scalarText(written.value)
    ruleNode = written?.value ?? root
    const shared = fields.has('tables') ? readTables(fields.get('tables')?.value, context) : undefined
    tests = readTests(fields.get('tests')?.value, shared, root, context)
  } else if (!yaml.isBroken) {
    yaml.report(root, 'type', 'a rule test is a mapping', 'with the keys rule and tests; see docs/rule-tests.md')
  }
  const testFile = { file: source.file, rule, ruleSpan: yaml.span(ruleNode), tests }
  return { testFile, diagnostics: yaml.diagnostics }
}

type Tables = ReadonlyMap<string, FixtureTable>

function readTests(
  node: unknown,
  shared: Tables | undefined,
  root: YAMLMap,
  context: ReadContext,
): readonly RuleTest[] {
  const { yaml } = context
  if (!isYamlList(node) || node.items.length === 0) {
    yaml.report(
      node ?? root,
      'missing',
      'there are no tests',
      'write `tests:` with `- name: …` and `expect: …` for each',
    )
    return []
  }
  const names = new Set<string>()
  return node.items.flatMap((item) => {
    if (!isYamlMap(item)) {
      yaml.report(item, 'type', 'a test is a mapping with name, at, tables and expect')
      return []
    }
    const test = readTest(item, shared, context)
    if (test === undefined) return []
    if (names.has(test.name)) yaml.report(item, 'duplicate', `two tests are named "${test.name}"`)
    names.add(test.name)
    return [test]
  })
}

function readTest(item: YAMLMap, shared: Tables | undefined, context: ReadContext): RuleTest | undefined {
  const { yaml } = context
  const fields = new Map(yaml.entries(item, TEST_KEYS).map((entry) => [entry.key, entry.value]))
  const nameNode = fields.get('name')
  if (!isYamlScalar(nameNode) || scalarText(nameNode).trim() === '') {
    yaml.report(item, 'missing', 'a test has no name', 'for example `name: a script seen once raises one alert`')
  }
  const time = readTime(item, fields, yaml)
  const tables = new Map([...(shared ?? []), ...readTables(fields.get('tables'), context)])
  if (shared === undefined && !fields.has('tables'))
    yaml.report(item, 'missing', 'a test has no tables', 'for example `tables: { AzureActivity: [] }`')
  const expect = readExpectation(fields.get('expect'), item, yaml)
  if (!isYamlScalar(nameNode) || time === undefined || expect === undefined) return undefined
  const exclusions = readTexts('exclusions', fields.get('exclusions'), yaml)
  return { name: scalarText(nameNode).trim(), time, tables, exclusions, expect, span: yaml.span(item) }
}

function readTime(item: YAMLMap, fields: ReadonlyMap<string, unknown>, yaml: YamlFile): TestTime | undefined {
  const [at, from, to] = ['at', 'from', 'to'].map((key) => readInstant(key, fields.get(key), yaml))
  if (fields.has('at') && (fields.has('from') || fields.has('to'))) {
    yaml.report(fields.get('at'), 'time', 'a test has either at, or from and to')
    return undefined
  }
  if (at !== undefined) return { kind: 'slot', at }
  if (from !== undefined && to !== undefined) {
    if (from < to) return { kind: 'window', window: { start: from, end: to } }
    yaml.report(fields.get('from'), 'time', 'from is not before to')
    return undefined
  }
  if (!fields.has('at') && !(fields.has('from') && fields.has('to'))) {
    const hint = '`at: 2026-03-02T00:00:00Z` is the slot of a scheduled rule; a hunting query takes `from:` and `to:`'
    yaml.report(item, 'missing', 'a test does not say when it plays', hint)
  }
  return undefined
}

function readInstant(key: string, node: unknown, yaml: YamlFile): Instant | undefined {
  if (node === undefined) return undefined
  const text = isYamlScalar(node) ? scalarText(node) : ''
  const instant = parseInstant(text)
  if (instant === undefined) {
    yaml.report(
      node,
      'time',
      `${key} "${text}" is not an ISO 8601 time`,
      `for example \`${key}: 2026-03-02T00:00:00Z\``,
    )
  }
  return instant
}
