import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complete } from '../../../src/cli/completion/complete.ts'
import { buildCommandTree } from '../../../src/cli/run-cli.ts'

const rules = [
  { value: 'rare-script', description: 'A rare script' },
  { value: '5239248b-abfb-4c6a-8177-b104ade5db56', description: 'A rare script' },
]

for (const [what, words, expected] of [
  ['a command', ['sh'], ['show']],
  ['an option of the command', ['list', '--js'], ['--json']],
  ['a common option', ['list', '--log-l'], ['--log-level']],
  ['the value of an option', ['list', '--log-level', 'd'], ['debug']],
  ['a value after a sign, as zsh passes it', ['list', '--log-format=j'], ['json']],
  ['a value after a sign, as bash splits it', ['list', '--log-format', '=', 'j'], ['json']],
  ['a rule by its file name', ['show', 'ra'], ['rare-script']],
  ['a second rule by its id', ['show', 'rare-script', '52'], ['5239248b-abfb-4c6a-8177-b104ade5db56']],
  ['a choice for an argument', ['completion', ''], ['bash', 'zsh', 'fish', 'powershell']],
  ['the first argument behind options', ['ledger', '--output', 'here', '--json', ''], ['check', 'backup', 'prune']],
  ['nothing for a second argument that is a path', ['ledger', 'backup', ''], []],
  ['the blank of PowerShell', ['completion', ' '], ['bash', 'zsh', 'fish', 'powershell']],
  ['nothing for a folder: the shell offers files', ['list', '--queries', ''], []],
] as const) {
  test(`complete: ${what}`, async () => {
    const candidates = await complete(words, buildCommandTree(), async () => rules)
    assert.deepEqual(
      candidates.map(({ value }) => value),
      expected,
    )
  })
}

test('complete offers every command when nothing has been typed', async () => {
  const values = (await complete([''], buildCommandTree(), async () => rules)).map(({ value }) => value)
  assert.ok(values.includes('list') && values.includes('help'))
})

test('rules are not loaded unless one may be meant', async () => {
  await complete(['list', '--'], buildCommandTree(), () => assert.fail('loaded'))
})
