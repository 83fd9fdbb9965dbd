import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { QueryRequest } from '../../../src/domain/ports.ts'
import type { Instant } from '../../../src/domain/time.ts'
import { checkLedger, openLedger, pruneLedger } from '../../../src/ledger/index.ts'
import { executeRun } from '../../../src/run/index.ts'
import { days, milliseconds, minutes } from '../../../src/time/duration.ts'
import { minus, plus } from '../../../src/time/instant.ts'
import { fakeClock } from '../../support/instants.ts'
import { SLOT } from '../../support/outcomes.ts'
import { RULE_ID, scheduledRule } from '../../support/rules.ts'
import { complete, memorySink, runRequest, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const OPTIONS = { busyTimeout: milliseconds(50) }
const KEEP = days(180)
const RULE = scheduledRule({ queryFrequency: days(1), queryPeriod: days(14), eventGrouping: 'AlertPerResult' })
const PAIR = { ruleId: RULE_ID, workspace: 'local' }
const NOW = plus(SLOT, days(400))
const slots = Array.from({ length: 40 }, (_, n) => plus(SLOT, days(10 * (n + 1))))

/** Each run finds what happens always, and what happened in the fortnight before it. */
const answer = async ({ now }: QueryRequest) => {
  const recent = slots.filter((slot) => now !== undefined && slot <= now && slot > minus(now, days(14)))
  return complete(namesTable('always', ...recent.map((slot) => `event-${slot}`)))
}

function portsOver(path: string, now: Instant, sink = memorySink('file')) {
  const ledger = openLedger(path)
  const backend = scriptedBackend({ [RULE.query]: answer })
  return { ...testPorts({ ledger, backend, sinks: [sink], clock: fakeClock(now) }), ledger }
}

const run = (ports: ReturnType<typeof portsOver>, slot: Instant) =>
  executeRun(runRequest(RULE, { slot, purpose: 'slot' }), ports, new AbortController().signal)

/** A year and more of runs, the third of which could not deliver its incident. */
async function oldLedger(t: TestContext): Promise<string> {
  const path = join(tempFolder(t), 'hunt.db')
  const sink = memorySink('file')
  const ports = portsOver(path, plus(SLOT, days(1)), sink)
  ports.ledger.register(
    [{ ...PAIR, ruleName: RULE.name, ruleFile: 'x.yaml', ruleSha256: 'a'.repeat(64), origin: SLOT }],
    SLOT,
  )
  for (const [index, slot] of slots.entries()) {
    ports.clock.set(plus(slot, minutes(6)))
    sink.failure = index === 2 ? new Error('down') : undefined
    await run(ports, slot)
    if (index === 2) break
  }
  ports.ledger.close()
  const later = portsOver(path, NOW, memorySink('other'))
  for (const slot of slots.slice(3)) {
    later.clock.set(plus(slot, minutes(6)))
    await run(later, slot)
  }
  const advance = (from: Instant, to: Instant, reason: 'too-old' | 'paused'): void => {
    const gap = { ...PAIR, after: from, firstSlot: from, lastSlot: to, slotCount: 30, window: { start: from, end: to } }
    later.ledger.advance([{ ...PAIR, from, to, gaps: [{ ...gap, reason, error: undefined }] }], to)
  }
  advance(SLOT, plus(SLOT, days(25)), 'too-old')
  later.ledger.acknowledgeGaps(later.ledger.gaps(), plus(SLOT, days(26)))
  advance(plus(SLOT, days(25)), plus(SLOT, days(45)), 'paused')
  later.ledger.advance([{ ...PAIR, from: plus(SLOT, days(45)), to: NOW, gaps: [] }], NOW)
  later.ledger.close()
  return path
}

const problems = (path: string) =>
  checkLedger(path, NOW, OPTIONS).problems.filter(({ severity }) => severity === 'error')

test('what is old and needed by nothing goes; what a run could see again, a gap or a delivery needs stays', async (t) => {
  const path = await oldLedger(t)
  const before = checkLedger(path, NOW, OPTIONS).contents
  const counted = await pruneLedger(path, { keep: KEEP, now: NOW, deletes: false }, OPTIONS)
  assert.deepEqual(checkLedger(path, NOW, OPTIONS).contents, before, 'counting changes nothing')

  const done = await pruneLedger(path, { keep: KEEP, now: NOW, deletes: true }, OPTIONS)
  assert.deepEqual(done.forgotten, counted.forgotten)
  assert.deepEqual(problems(path), [])
  const cutoff = minus(NOW, KEEP)
  const ledger = openLedger(path)
  t.after(() => ledger.close())
  const left = ledger.runs({ limit: 1000 })
  const isOld = (slot: Instant) => slot < cutoff
  // The first run found what is still seen, the last one what the next one saw too; the third waits for its sink; the third
  // and fourth lie in an open gap.
  assert.deepEqual(
    left
      .map(({ key }) => key.slot)
      .filter(isOld)
      .sort(),
    [slots[0], slots[2], slots[3], slots.findLast(isOld)].sort(),
  )
  assert.equal(left.filter(({ key }) => !isOld(key.slot)).length, slots.filter((slot) => !isOld(slot)).length)
  assert.deepEqual(
    ledger.gaps().map(({ reason, firstSlot }) => [reason, firstSlot]),
    [['paused', plus(SLOT, days(25))]],
  )
  assert.equal(ledger.pending().filter(({ sink }) => sink === 'file').length, 1)
  assert.ok(done.forgotten.findings > 10 && done.forgotten.incidents > 10 && done.forgotten.outbox > 10)

  // A year after it was first seen, what is still there opens nothing again.
  const ports = portsOver(path, plus(NOW, days(1)))
  const outcome = await run(ports, plus(NOW, days(1)))
  ports.ledger.close()
  assert.deepEqual(
    outcome.opened.map(({ alerts }) => alerts.length),
    [],
  )
  assert.equal(outcome.findings.length, 3)
})

test('findings stay while a slot that could see them again is owed, and a retired rule goes as a whole', async (t) => {
  const path = await oldLedger(t)
  const ledger = openLedger(path)
  // As if the rule had been held up: its schedule owes slots of the past.
  const { forgotten } = await pruneLedger(path, { keep: days(30), now: NOW, deletes: false }, OPTIONS)
  ledger.advance([{ ...PAIR, from: NOW, to: plus(SLOT, days(100)), gaps: [] }], NOW)
  const held = await pruneLedger(path, { keep: days(30), now: NOW, deletes: false }, OPTIONS)
  assert.ok(held.forgotten.findings < forgotten.findings / 2, JSON.stringify([held, forgotten]))
  assert.ok(held.forgotten.runs < forgotten.runs)
  ledger.deactivate([PAIR], 'retired', plus(SLOT, days(150)))
  ledger.acknowledgeGaps(ledger.gaps(), plus(SLOT, days(160)))
  ledger.close()
  const retired = await pruneLedger(path, { keep: KEEP, now: NOW, deletes: true }, OPTIONS)
  assert.equal(retired.forgotten.schedules, 1)
  assert.deepEqual(problems(path), [])
})
