import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { Command } from 'commander'
import { emulate } from '../../../src/cli/commands/emulate.ts'
import { FAULTS, parseFault } from '../../../src/emulator/faults.ts'
import { DEFAULT_IDENTITY } from '../../../src/emulator/index.ts'
import { OPERATIONS } from '../../../src/emulator/serve.ts'

const page = readFileSync(new URL('../../../docs/emulator.md', import.meta.url), 'utf8')

describe('docs/emulator.md', () => {
  it('has a line for every fault, and for no other', () => {
    const section = page.slice(page.indexOf('## Faults'), page.indexOf('## What differs'))
    const documented = [...section.matchAll(/^\| `([a-z-]+)`/gm)].map(([, kind]) => kind)
    assert.deepEqual(documented, Object.keys(FAULTS))
  })
  it('has a line for each open point of the contract, with faults and options that there are', () => {
    const section = page.slice(page.indexOf('## What nobody could confirm'), page.indexOf('## What differs'))
    const rows = [...section.matchAll(/^\| H(\d+) +\|.*\|(.*)\|$/gm)]
    assert.deepEqual(
      rows.map(([, point]) => Number(point)),
      Array.from({ length: 16 }, (_none, index) => index + 1),
    )
    const help = new Command()
    emulate.describe(help)
    const options = help.options.map(({ long }) => long)
    for (const [, , switches = ''] of rows) {
      for (const [, code = ''] of switches.matchAll(/`([^`]+)`/g)) {
        if (code.startsWith('--')) assert.ok(options.includes(code.split(' ')[0]), code)
        else if (!code.endsWith('=') && !code.includes('body=')) assert.ok(parseFault(code), code)
      }
    }
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
