import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createRowConditions } from '../../../src/backends/local/index.ts'
import { loadRules, loadRuleText, validateRules, withExclusions } from '../../../src/rules/index.ts'
import type { Mode } from '../../../src/rules/index.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { exampleSchema, ruleWith } from './example-rule.ts'

const NOW = at('2026-03-02T12:00:00Z')
const SOUND = {
  name: 'patching',
  when: 'Caller =~ "svc@contoso.com"',
  owner: 'ops@contoso.com',
  reason: 'patch day',
  expires: '2026-06-30',
}

/** A folder with the sound rule as `rule.yaml` and the given files. */
function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = tempFolder(t)
  for (const [path, text] of Object.entries({ 'rule.yaml': ruleWith(''), ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const one = (changes: Readonly<Record<string, string | boolean | undefined>> = {}): string => {
  const fields = Object.entries({ ...SOUND, ...changes }).filter(([, value]) => value !== undefined)
  const lines = fields.map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`,
  )
  return `exclusions:\n  - ${lines.join('\n    ')}\n`
}

async function validate(t: TestContext, text: string, mode: Mode = 'lenient') {
  const cwd = folderWith(t, { 'rule.exclusions.yaml': text })
  const exclusions = { conditions: createRowConditions({ clock: fakeClock(NOW) }), now: NOW }
  return validateRules(['.'], { cwd, mode, schema: exampleSchema, exclusions })
}

const load = (cwd: string, ...paths: string[]) => loadRules(paths, { cwd })

test('an exclusions file belongs to the rule file of its name, and is no rule itself', async (t) => {
  const cwd = folderWith(t, {
    'rule.exclusions.yaml': one(),
    'other.yml': ruleWith('id: 7b1d2c9e-5a0f-4c3d-9e8b-60a1f2d3c4b5'),
  })
  const { rules, diagnostics } = await load(cwd, '.')
  assert.deepEqual(
    rules.map(({ source, exclusions = [] }) => [source.file, exclusions.map(({ name }) => name)]),
    [
      ['other.yml', []],
      ['rule.yaml', ['patching']],
    ],
  )
  assert.deepEqual(diagnostics, [])
  const [exclusion] = rules[1]?.exclusions ?? []
  const { source, ...rest } = exclusion ?? {}
  assert.deepEqual(rest, { ...SOUND, expires: at('2026-06-30T00:00:00Z'), enabled: true, fault: undefined })
  assert.deepEqual(source?.span, { file: 'rule.exclusions.yaml', line: 2, column: 11, length: 10 })
})

test('a named rule file comes with its exclusions, a named exclusions file with its rule', async (t) => {
  const cwd = folderWith(t, { 'deep/rare.yaml': ruleWith(''), 'deep/rare.exclusions.yml': one() })
  for (const path of ['deep/rare.yaml', 'deep/rare.exclusions.yml', 'deep']) {
    const { rules, diagnostics } = await load(cwd, path)
    assert.deepEqual([rules.length, rules[0]?.exclusions?.length, diagnostics], [1, 1, []], path)
  }
})

test('a named rule file says nothing of exclusions of the other rules of its folder', async (t) => {
  const cwd = folderWith(t, {
    'rare.yaml': ruleWith(''),
    'other.exclusions.yaml': one(),
    'broken.exclusions.yaml': 'exclusions: 7',
    'mine.exclusions.yaml': `rule: Run Command by an unusual account\n${one()}`,
  })
  const { rules, diagnostics, exclusionFiles } = await load(cwd, 'rare.yaml')
  assert.deepEqual(diagnostics, [])
  assert.deepEqual(exclusionFiles.map(({ file }) => file), ['mine.exclusions.yaml']) // prettier-ignore
  assert.equal(rules[0]?.exclusions?.length, 1)
  // Named itself it says what is wrong with it.
  const { diagnostics: named } = await load(cwd, 'other.exclusions.yaml')
  assert.deepEqual(named.map(({ span }) => span.file).filter((file) => file === 'other.exclusions.yaml'), ['other.exclusions.yaml']) // prettier-ignore
})

test('it may name its rule by id or name, in the same folder', async (t) => {
  for (const rule of ['3B1C7E0A-52b4-4c29-8f0a-7d6d5a1c9e42', 'Run Command by an unusual account']) {
    const cwd = folderWith(t, { 'ours.exclusions.yaml': `rule: ${rule}\n${one()}` })
    const { rules, diagnostics } = await load(cwd, 'rule.yaml')
    assert.deepEqual([rules[0]?.exclusions?.length, diagnostics], [1, []], rule)
  }
})

test('one that is about no rule is said, and stops none', async (t) => {
  const cwd = folderWith(t, {
    'gone.exclusions.yaml': one(),
    'elsewhere/x.exclusions.yaml': `rule: Run Command by an unusual account\n${one()}`,
  })
  const { rules, diagnostics } = await load(cwd, '.')
  assert.equal(rules.length, 1)
  assert.deepEqual(
    diagnostics.map(({ code, severity, span }) => [code, severity, span.file, span.line]),
    [
      ['exclusion-rule', 'warning', 'elsewhere/x.exclusions.yaml', 1],
      ['exclusion-rule', 'warning', 'gone.exclusions.yaml', 1],
    ],
  )
})

test('an earlier version of a rule keeps its exclusions', async (t) => {
  const cwd = folderWith(t, { 'rule.exclusions.yaml': one() })
  const { exclusionFiles } = await load(cwd, '.')
  const [old] = loadRuleText('rule.yaml', ruleWith('name: Run Command by an unusual account')).rules
  assert.ok(old)
  assert.equal(withExclusions(old, exclusionFiles).exclusions?.length, 1)
})

for (const text of ['exclusions: {', '- name: x', 'exclusions: patching', '', 'rule: x']) {
  test(`a file that cannot be read refuses no rule, and each run says that it hides nothing: ${JSON.stringify(text)}`, async (t) => {
    const cwd = folderWith(t, { 'rule.exclusions.yaml': text })
    const { rules, diagnostics } = await load(cwd, 'rule.yaml')
    assert.match(rules[0]?.exclusions?.[0]?.fault ?? '', /^the file cannot be read: /)
    assert.equal(rules[0]?.exclusions?.[0]?.enabled, true)
    assert.ok(diagnostics.every(({ severity, code }) => severity === 'warning' && code.startsWith('exclusion-')))
    assert.ok(diagnostics.length > 0)
    assert.ok((await validate(t, text)).diagnostics.some(({ severity }) => severity === 'error'))
  })
}

type Expected = readonly [code: string, severity: string, line: number, column: number]

const CASES: readonly (readonly [what: string, text: string, expected: readonly Expected[]])[] = [
  ['sound', one(), []],
  ['without owner', one({ owner: undefined }), [['exclusion-missing', 'error', 2, 5]]],
  ['with an empty reason', one({ reason: '  ' }), [['exclusion-missing', 'error', 5, 13]]],
  ['without condition', one({ when: undefined }), [['exclusion-missing', 'error', 2, 5]]],
  ['without name', one({ name: undefined }), [['exclusion-missing', 'error', 2, 5]]],
  ['of a name on two lines', one({ name: 'a\nb' }), [['exclusion-name', 'error', 2, 11]]],
  ['with an unknown key', one({ enabeld: true }), [['exclusion-unknown-key', 'error', 7, 5]]],
  ['neither on nor off', one({ enabled: 'perhaps' }), [['exclusion-type', 'error', 7, 14]]],
  ['with an unreadable end', one({ expires: 'soon' }), [['exclusion-expires', 'error', 6, 14]]],
  ['without an end', one({ expires: undefined }), [['exclusion-never-expires', 'warning', 2, 11]]],
  ['expired', one({ expires: '2026-03-02T12:00:00Z' }), [['exclusion-expired', 'warning', 2, 11]]],
  ['of more than a year', one({ expires: '2027-03-04' }), [['exclusion-long', 'warning', 2, 11]]],
  ['off, and without an end', one({ expires: undefined, enabled: false }), []],
  ['with a column that is none', one({ when: 'Callr == 1' }), [['exclusion-condition', 'error', 3, 12]]],
  [
    'with a fault on the second line of a block',
    one().replace(/when: .*/, 'when: |\n      Caller == "x"\n      and Resorce == "y"'),
    [['exclusion-condition', 'error', 5, 11]],
  ],
  ['that is no bool', one({ when: 'Caller' }), [['exclusion-condition', 'error', 3, 12]]],
  ['off, with a fault', one({ when: 'Caller', enabled: false }), [['exclusion-condition', 'error', 3, 12]]],
  ['that is always true', one({ when: 'true' }), [['exclusion-condition', 'error', 3, 12]]],
  ['of times only', one({ when: 'hourofday(TimeGenerated) < 5' }), [['exclusion-broad', 'warning', 3, 12]]],
  ['of everybody but one', one({ when: 'Caller != "eve"' }), [['exclusion-broad', 'warning', 3, 12]]],
  ['of everybody with a name', one({ when: 'isnotempty(Caller)' }), [['exclusion-broad', 'warning', 3, 12]]],
  ['of every mail address', one({ when: 'Caller has "@"' }), [['exclusion-broad', 'warning', 3, 12]]],
  [
    'of every address',
    one({ when: String.raw`Caller matches regex "[0-9]+\\.[0-9]+"` }),
    [['exclusion-broad', 'warning', 3, 12]],
  ],
  ['of a prefix', one({ when: 'Caller startswith "svc-"' }), []],
  ['twice', `${one()}${one().replace('exclusions:\n', '')}`, [['exclusion-duplicate', 'error', 7, 5]]],
]

for (const [what, text, expected] of CASES) {
  test(`an exclusion ${what}`, async (t) => {
    const { rules, diagnostics } = await validate(t, text)
    assert.deepEqual(
      diagnostics.map(({ code, severity, span }) => [code, severity, span.line, span.column]),
      expected,
      diagnostics.map(({ message }) => message).join('; '),
    )
    assert.equal(rules.length, 1, 'it never stops the rule')
  })
}

test('what we ship must end', async (t) => {
  const { diagnostics } = await validate(t, one({ expires: undefined }), 'strict')
  assert.deepEqual(
    diagnostics.map(({ code, severity }) => [code, severity]),
    [['exclusion-never-expires', 'error']],
  )
})

test('of two files with one name for an exclusion, the second hides nothing', async (t) => {
  const cwd = folderWith(t, {
    'rule.exclusions.yaml': one(),
    'team.exclusions.yaml': `rule: Run Command by an unusual account\n${one({ name: 'Patching', when: 'Caller == "y"' })}`,
  })
  const { rules } = await load(cwd, '.')
  assert.deepEqual(
    rules[0]?.exclusions?.map(({ fault }) => fault),
    [undefined, 'another one of the rule has its name'],
  )
})
