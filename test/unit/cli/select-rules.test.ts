import assert from 'node:assert/strict'
import { test } from 'node:test'
import { selectRules } from '../../../src/cli/select-rules.ts'
import { UsageError } from '../../../src/domain/errors.ts'
import { huntingQuery, ruleSource } from '../../support/rules.ts'

function named({ id, name, file }: { id: string; name: string; file: string }) {
  return huntingQuery({ id, name, source: { ...ruleSource, file } })
}

const rare = named({
  id: '5239248b-abfb-4c6a-8177-b104ade5db56',
  name: 'Unique PowerShell script by Run Command',
  file: 'queries/rare.yaml',
})
const linked = named({
  id: '55fbc363-6cc9-4201-bd68-d980b612082b',
  name: 'Run Command linked with MDE',
  file: 'queries/linked.yaml',
})
const shell = named({
  id: '5239aaaa-0000-4000-8000-000000000000',
  name: 'Shell script on Linux',
  file: 'other/shell-script.yml',
})
const rules = [rare, linked, shell]

for (const [what, selectors, expected] of [
  ['an id', [rare.id], [rare]],
  ['an id in capitals', [rare.id.toUpperCase()], [rare]],
  ['a unique beginning of an id', ['55fb'], [linked]],
  ['a name without regard to case', ['run command linked with mde'], [linked]],
  ['a part of one name', ['powershell'], [rare]],
  ['a path', ['queries/rare.yaml'], [rare]],
  ['a path as Windows writes it', ['.\\queries\\rare.yaml'], [rare]],
  ['a file name without extension', ['shell-script'], [shell]],
  ['several, each once, in the order given', ['linked', '5239248b', linked.id], [linked, rare]],
] as const) {
  test(`selectRules by ${what}`, () => assert.deepEqual(selectRules(selectors, rules), expected))
}

for (const [what, selector, message, hint] of [
  ['nothing near', 'kerberoasting', 'no rule is called "kerberoasting"', 'hunt list shows all rules'],
  ['a typing error', 'shel-script', 'no rule is called "shel-script"', 'did you mean "shell-script"?'],
  [
    'a beginning that is too short',
    '55f',
    'no rule is called "55f"',
    'did you mean "55fbc363-6cc9-4201-bd68-d980b612082b"?',
  ],
  [
    'a beginning of two ids',
    '5239',
    '"5239" names 2 rules: 5239248b Unique PowerShell script by Run Command (queries/rare.yaml), 5239aaaa Shell script on Linux (other/shell-script.yml)',
    'give more of the id, or the path of the file',
  ],
] as const) {
  test(`selectRules refuses ${what}`, () => {
    assert.throws(
      () => selectRules([selector], rules),
      (error: unknown) => error instanceof UsageError && error.message === message && error.hint === hint,
    )
  })
}

test('two rules under one id are told apart by their files', () => {
  const copy = named({ id: rare.id, name: 'A copy', file: 'queries/copy.yaml' })
  assert.throws(() => selectRules([rare.id], [...rules, copy]), /names 2 rules/)
  assert.deepEqual(selectRules(['queries/copy.yaml'], [...rules, copy]), [copy])
})
