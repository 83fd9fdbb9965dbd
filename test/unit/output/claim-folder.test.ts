import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { ConfigError } from '../../../src/domain/errors.ts'
import { claimFolder } from '../../../src/output/index.ts'
import type { FolderOwner } from '../../../src/output/index.ts'
import { tempFolder } from '../../support/temp-folder.ts'

interface Place {
  readonly root: string
  readonly output: string
  readonly marker: string
  /** A ledger at a path below the root; its file is there. */
  ledger(name: string, id?: string, host?: string): FolderOwner
}

function place(t: TestContext): Place {
  const root = tempFolder(t)
  const output = join(root, 'output')
  return {
    root,
    output,
    marker: join(output, 'hunt-ledger.json'),
    ledger(name, ledgerId = name.replaceAll('/', ' '), host = 'here') {
      const ledger = join(root, name)
      mkdirSync(dirname(ledger), { recursive: true })
      writeFileSync(ledger, ledgerId)
      return { ledgerId, ledger, host }
    },
  }
}

const isRefused = (error: unknown): boolean => error instanceof ConfigError && error.code === 'output/other-ledger'

test('a folder belongs to the first ledger that writes into it, and is refused to another one that is there', async (t) => {
  const { output, ledger, marker } = place(t)
  const mine = ledger('output/hunt.db')
  const other = ledger('other/hunt.db')
  assert.equal(await claimFolder(output, mine), undefined)
  assert.equal(await claimFolder(output, mine), undefined)
  await assert.rejects(claimFolder(output, other), (error: ConfigError) => {
    assert.ok(
      error.message.includes(output) && error.message.includes(mine.ledger) && error.message.includes(other.ledger),
    )
    assert.ok(error.hint?.includes(marker))
    return isRefused(error)
  })
  assert.deepEqual(readdirSync(output).sort(), ['hunt-ledger.json', 'hunt.db'], 'nothing else is left behind')
})

test('of two ledgers that begin at the same time one gets the folder', async (t) => {
  const { output, ledger } = place(t)
  const owners = Array.from({ length: 6 }, (_, n) => ledger(`ledger-${n}/hunt.db`))
  const ended = await Promise.allSettled(owners.map((owner) => claimFolder(output, owner)))
  assert.equal(ended.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.ok(ended.every((each) => each.status === 'fulfilled' || isRefused(each.reason)))
})

test('a restored copy, and ledger and folder that were moved, are the same ledger', async (t) => {
  const { root, output, ledger } = place(t)
  await claimFolder(output, ledger('output/hunt.db', 'a'))
  assert.equal(await claimFolder(output, ledger('elsewhere/hunt.db', 'a')), undefined)
  assert.equal(await claimFolder(output, ledger('output/hunt.db', 'a', 'another host')), undefined)
  const moved = join(root, 'moved')
  renameSync(output, moved)
  const there = { ledgerId: 'a', ledger: join(moved, 'hunt.db'), host: 'here' }
  assert.equal(await claimFolder(moved, there), undefined)
  await assert.rejects(claimFolder(moved, ledger('b/hunt.db')), isRefused)
})

test('where the ledger is gone, or a new one is in its place, the folder is the new one’s, which is told', async (t) => {
  const { output, ledger } = place(t)
  const first = ledger('output/hunt.db', 'first')
  await claimFolder(output, first)
  assert.equal(await claimFolder(output, ledger('output/hunt.db', 'second', 'a container')), first.ledger)
  assert.equal(await claimFolder(output, ledger('output/hunt.db', 'second')), undefined, 'told once')
  rmSync(first.ledger)
  const third = ledger('elsewhere/hunt.db', 'third')
  assert.equal(await claimFolder(output, third), first.ledger)
  assert.equal(await claimFolder(output, ledger('elsewhere/hunt.db', 'fourth')), third.ledger)
  const elsewhere = { ...ledger('elsewhere/hunt.db', 'fifth'), host: 'another host' }
  await assert.rejects(claimFolder(output, elsewhere), isRefused, 'a path of another computer says nothing here')
})

test('what a crash or a person left of the marker holds nobody up, and what cannot be written is left to the runs', async (t) => {
  const { root, output, ledger, marker } = place(t)
  const mine = ledger('output/hunt.db')
  for (const text of ['', '{"ledgerId": "x"', 'null', '[]', '{"ledgerId": 1, "ledger": "hunt.db", "host": "here"}']) {
    writeFileSync(marker, text)
    assert.equal(await claimFolder(output, mine), undefined, text)
    assert.match(readFileSync(marker, 'utf8'), /"ledger": "hunt\.db"/)
  }
  const file = join(root, 'a file')
  writeFileSync(file, '')
  assert.equal(await claimFolder(join(file, 'output'), mine), undefined)
})
