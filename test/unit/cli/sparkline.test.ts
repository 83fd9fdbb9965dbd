import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sparkline } from '../../../src/cli/print/sparkline.ts'
import { terminalOf } from '../../../src/cli/terminal.ts'

const CASES = [
  { name: 'from nothing to the most', values: [0, 1, 2, 3, 4, 5, 6, 7], expected: '▁▂▃▄▅▆▇█' },
  { name: 'nothing found anywhere', values: [0, 0, 0], expected: '▁▁▁' },
  { name: 'what was not searched is not nothing', values: [undefined, 0, undefined, 4], expected: '·▁·█' },
  { name: 'one beside ten thousand is seen', values: [1, 10_000], expected: '▂█' },
  { name: 'no day', values: [], expected: '' },
] as const

for (const { name, values, expected } of CASES) {
  test(`sparkline: ${name}`, () => assert.equal(sparkline(values), expected))
}

const stream = { write: () => true, isTTY: true } as unknown as Parameters<typeof terminalOf>[0]
for (const [env, expected] of [
  [{ LANG: 'en_US.UTF-8' }, true],
  [{ LANG: 'en_US.utf8', NO_COLOR: '1' }, true],
  [{ LANG: 'C' }, false],
  [{ LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, false],
  [{ LC_ALL: '', LC_CTYPE: 'C.UTF-8', LANG: 'C' }, true],
  [{ TERM: 'linux', LANG: 'en_US.UTF-8' }, false],
  [{}, true],
] as const) {
  test(`block characters with ${JSON.stringify(env)}: ${expected}`, () => {
    assert.equal(terminalOf(stream, env).drawsBlocks, expected)
  })
}
