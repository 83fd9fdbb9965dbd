import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { FAULTS } from '../../../src/emulator/faults.ts'
import { DEFAULT_IDENTITY } from '../../../src/emulator/index.ts'
import { OPERATIONS } from '../../../src/emulator/serve.ts'

const page = readFileSync(new URL('../../../docs/emulator.md', import.meta.url), 'utf8')

describe('docs/emulator.md', () => {
  it('has a line for every fault, and for no other', () => {
    const section = page.slice(page.indexOf('## Faults'), page.indexOf('## What differs'))
    const documented = [...section.matchAll(/^\| `([a-z-]+)`/gm)].map(([, kind]) => kind)
    assert.deepEqual(documented, Object.keys(FAULTS))
  })
  it('names a path that each operation serves', () => {
    const section = page.slice(page.indexOf('## What is served'), page.indexOf('**Time.**'))
    const scope =
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w/providers/Microsoft.SecurityInsights'
    const paths = [...section.matchAll(/(…?\/[^\s`]+)`/g)].map(([, path = '']) => path.replace('…', scope))
    for (const { path } of OPERATIONS)
      assert.ok(
        paths.some((each) => path.test(each)),
        String(path),
      )
  })
  it('tells the secret that its example needs', () => assert.ok(page.includes(`'${DEFAULT_IDENTITY.clientSecret}'`)))
})
