import type { Diagnostic } from '../domain/diagnostic.ts'
import { isTimed } from '../domain/rule.ts'
import type { Rule } from '../domain/rule.ts'
import { nearestName } from '../text/near-name.ts'
import type { RuleTestFile } from './test-file.ts'

/** The rule that a test file is about, or why there is none. */
export function resolveRule(
  testFile: RuleTestFile,
  rules: readonly Rule[],
): { readonly rule: Rule } | { readonly diagnostic: Diagnostic } {
  const { rule: wanted, file } = testFile
  const found = wanted === undefined ? neighbour(file, rules) : named(wanted, file, rules)
  if (found === undefined) return { diagnostic: unknownRule(testFile, rules) }
  const slots = testFile.tests.find(({ time }) => time.kind === 'slot')
  if (!isTimed(found) && slots !== undefined) {
    const message = `"${found.name}" is a hunting query without a schedule, which has no slots`
    const hint = 'give the test a window: `from:` and `to:` instead of `at:`'
    return { diagnostic: { code: 'test-time', severity: 'error', message, hint, span: slots.span } }
  }
  return { rule: found }
}

/** `rare.test.yaml` is about `rare.yaml` or `rare.yml` of the same folder. */
function neighbour(file: string, rules: readonly Rule[]): Rule | undefined {
  const stem = file.replace(/\.test\.ya?ml$/i, '')
  return rules.find((rule) => withoutEnding(rule) === stem)
}

function withoutEnding({ source }: Rule): string {
  return source.file.replace(/\.ya?ml$/i, '')
}

function named(wanted: string, file: string, rules: readonly Rule[]): Rule | undefined {
  const lower = wanted.toLowerCase()
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : ''
  return (
    rules.find(
      (rule) => rule.id === lower || rule.name.toLowerCase() === lower || rule.source.file === folder + wanted,
    ) ?? rules.find((rule) => withoutEnding(rule) === folder + wanted)
  )
}

function unknownRule({ rule, ruleSpan, file }: RuleTestFile, rules: readonly Rule[]): Diagnostic {
  const names = rules.flatMap((each) => [each.id, each.name])
  const near = rule === undefined ? undefined : nearestName(rule, names)
  const hint =
    near === undefined
      ? 'name it by id, name, path or file name; a rule with errors cannot be tested'
      : `did you mean "${near}"?`
  const message =
    rule === undefined ? `there is no rule beside ${file} to test` : `no rule is called "${rule}", or it has errors`
  return { code: 'test-unknown-rule', severity: 'error', message, hint, span: ruleSpan }
}
