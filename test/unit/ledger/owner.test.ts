import assert from 'node:assert/strict'
import { test } from 'node:test'
import { processOwner } from '../../../src/ledger/index.ts'
import type { Instant } from '../../../src/domain/time.ts'

const facts = {
  host: 'jump box',
  pid: 7,
  startedAt: 1000 as Instant,
  isRunning: (pid: number) => pid === 7 || pid === 8,
}
const owner = processOwner(facts)
const nameOf = (host: string, pid: number, startedAt: number): string =>
  processOwner({ ...facts, host, pid, startedAt: startedAt as Instant }).name

const inside = { ...facts, pid: 1, pidNamespace: 'pid:[1]' }
const insideName = (changes: Partial<typeof inside>): string => processOwner({ ...inside, ...changes }).name

for (const [what, holder, gone] of [
  ['itself', owner.name, false],
  ['a running process of this host', nameOf('jump box', 8, 500), false],
  ['an ended process of this host', nameOf('jump box', 9, 500), true],
  ['a predecessor with the same process id, as in a container', nameOf('jump box', 7, 500), true],
  ['a process of another host', nameOf('other', 9, 500), false],
  ['a name that cannot be read', 'this process', false],
] as const) {
  test(`${what} is ${gone ? 'gone' : 'not gone'}`, () => assert.equal(owner.isGone(holder), gone))
}

test('containers of one host name: only the own one’s processes are known, its predecessor with number 1 among them', () => {
  const container = processOwner(inside)
  for (const [holder, isGone] of [
    [container.name, false],
    [insideName({ startedAt: 500 as Instant }), true],
    [insideName({ pid: 9 }), true],
    [insideName({ pidNamespace: 'pid:[2]' }), false],
    [insideName({ pidNamespace: 'pid:[2]', pid: 9 }), false],
    [nameOf('jump box', 9, 500), false],
  ] as const) {
    assert.equal(container.isGone(holder), isGone, holder)
  }
  assert.equal(owner.isGone(insideName({ pid: 9 })), false, 'seen from the host')
})
