import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Diagnostic } from '../../domain/diagnostic.ts'
import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Rule } from '../../domain/rule.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import {
  TEST_FILE,
  findTestFiles,
  findTestFilesBeside,
  readTestFile,
  resolveRule,
  runRuleTest,
} from '../../rule-tests/index.ts'
import type { RuleTest, RuleTestFile, RuleTestResult } from '../../rule-tests/index.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openRuleTestPorts } from '../compose.ts'
import { loadSchema } from '../load-schema.ts'
import { isOn } from '../options.ts'
import { showCounter } from '../print/counter.ts'
import { diagnosticLines } from '../print/error.ts'
import { testReportJson } from '../print/test-report-json.ts'
import { failureLines, testLines } from '../print/test-report.ts'
import { countOf } from '../print/words.ts'
import { findRules, loadRuleFolder, queriesFolder } from '../rule-folder.ts'
import { isPathSelector } from '../select-rules.ts'
import { shownPath } from '../shown-path.ts'

interface TestRequest {
  readonly selectors: readonly string[]
  readonly json: boolean
}

export const testAction = defineAction<TestRequest>({
  parse: ({ args, options }) => ({ selectors: args, json: isOn(options, 'json') }),
  run: runTests,
})

/** A test with the rule it is about. */
interface PlannedTest {
  readonly test: RuleTest
  readonly rule: Rule
}

async function runTests({ selectors, json }: TestRequest, context: CommandContext): Promise<ExitCode> {
  const { out, err, outTerminal, errTerminal, version } = context
  const { planned, diagnostics } = await plan(selectors, context)
  const ports = await openRuleTestPorts(context)
  const results: RuleTestResult[] = []
  const counter = await showCounter('tests', context, 2)
  for (const { test: each, rule } of planned) {
    context.signal.throwIfAborted()
    counter.show(results.length, planned.length)
    const result = await runRuleTest(each, rule, ports, context.signal).finally(counter.hide)
    results.push(result)
    if (!json) await out.write(`${testLines(result, outTerminal).join('\n')}\n`)
  }
  counter.stop()
  const failed = results.filter(({ differences }) => differences.length > 0)
  if (json) await out.line(testReportJson(results, diagnostics))
  else
    for (const result of failed)
      await out.write(`\n${failureLines(result, { terminal: outTerminal, version }).join('\n')}\n`)
  if (diagnostics.length > 0 && !json) await err.write(`${diagnosticLines(diagnostics, errTerminal).join('\n')}\n`)
  if (failed.length > 0 && !json) await err.line()
  await err.line(summary(results.length, failed.length, diagnostics))
  const isBroken = diagnostics.some(({ severity }) => severity === 'error')
  return failed.length > 0 || isBroken ? EXIT.checkFailed : EXIT.ok
}

function summary(total: number, failed: number, diagnostics: readonly Diagnostic[]): string {
  const mistakes = diagnostics.length === 0 ? '' : `, ${countOf(diagnostics.length, 'mistake')} in test files`
  return `${countOf(total, 'test')}: ${total - failed} passed, ${failed} failed${mistakes}`
}

/** Reads the test files and finds their rules; a file with mistakes is reported and its other tests still run. */
async function plan(
  selectors: readonly string[],
  context: CommandContext,
): Promise<{ planned: readonly PlannedTest[]; diagnostics: readonly Diagnostic[] }> {
  const { cwd } = context.program
  const files = selectors.filter((selector) => TEST_FILE.test(selector)).map((selector) => resolve(cwd, selector))
  const names = selectors.filter((selector) => !TEST_FILE.test(selector))
  const folder = queriesFolder(context)
  const named = names.length === 0 ? undefined : (await findRules(names, context)).rules
  const places = names.filter(isPathSelector).map((name) => resolve(cwd, name))
  const { rules } = await loadRuleFolder(context, [folder, ...places, ...files.map((file) => resolve(file, '..'))])
  const wanted = named === undefined ? undefined : new Set(named.map(keyOf))
  const beside = await Promise.all(places.map(findTestFilesBeside))
  const others = wanted === undefined && files.length > 0 ? [] : [await findTestFiles(folder), ...beside].flat()
  const paths = [...new Set([...files, ...others])]
  const schema = await loadSchema(context)
  const read = await Promise.all(paths.map((path) => readOne(path, shownPath(path, cwd), schema)))
  const diagnostics: Diagnostic[] = []
  const homeless: Diagnostic[] = []
  const planned = read.flatMap(({ testFile, diagnostics: own }, index) => {
    const resolved = resolveRule(testFile, rules)
    const isNamed = files.includes(paths[index] ?? '')
    const isWanted = isNamed || wanted === undefined || ('rule' in resolved && wanted.has(keyOf(resolved.rule)))
    if (!isWanted) {
      if ('diagnostic' in resolved) homeless.push(resolved.diagnostic)
      return []
    }
    diagnostics.push(...own, ...('rule' in resolved ? [] : [resolved.diagnostic]))
    return 'rule' in resolved ? testFile.tests.map((each) => ({ test: each, rule: resolved.rule })) : []
  })
  if (planned.length > 0 || diagnostics.length > 0) return { planned, diagnostics }
  // The one that is looked for may be among those whose rule nobody knows.
  if (homeless.length === 0) throw noTests(selectors, shownPath(folder, cwd))
  return { planned, diagnostics: homeless }
}

/** A rule that was read twice is the same. */
function keyOf({ id, source }: Rule): string {
  return `${source.file}\0${id}`
}

async function readOne(
  path: string,
  file: string,
  schema: WorkspaceSchema,
): Promise<{ testFile: RuleTestFile; diagnostics: readonly Diagnostic[] }> {
  try {
    const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
    return readTestFile({ text, file, path, schema })
  } catch (cause) {
    throw new UsageError({
      code: 'usage/unreadable-test',
      message: `the test file ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'name a rule, or a file that ends in .test.yaml',
      cause,
    })
  }
}

function noTests(selectors: readonly string[], folder: string): UsageError {
  const whose = selectors.length === 0 ? `in ${folder}` : `for ${selectors.join(', ')}`
  const hint = 'tests are files named <rule>.test.yaml beside the rule; docs/rule-tests.md shows one'
  const paths = selectors.filter(isPathSelector)
  return new UsageError({
    code: 'usage/no-tests',
    message: `there is no test ${whose}`,
    hint: paths.length === 0 ? hint : `${hint}. hunt validate ${paths.join(' ')} checks what is there`,
  })
}
