import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import Driver from 'libsql'
import { checkLedger, openLedger } from '../../src/ledger/index.ts'
import type { RunRecord } from '../../src/ledger/index.ts'
import { seconds } from '../../src/time/duration.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { bundleChild } from './bundle-child.ts'
import type { DaemonTask } from './daemon-task.ts'

const CHILD = bundleChild('daemon-child')
const noSignals = process.platform === 'win32' && 'Windows suspends no process by signal'

function taskIn(folder: string, changes: Partial<DaemonTask> = {}): DaemonTask {
  return {
    ledger: join(folder, 'hunt.db'),
    output: join(folder, 'output'),
    journal: join(folder, 'journal'),
    everyMilliseconds: 1000,
    queryMilliseconds: 300,
    writeMilliseconds: 0,
    busyTimeoutMilliseconds: 10_000,
    ...changes,
  }
}

interface Daemon {
  readonly child: ChildProcess
  readonly pid: number
  /** Asks it to stop; resolves with its exit code and what it said. */
  stop(): Promise<readonly [code: number | null, stderr: string]>
}

/** @param before words of a command that runs the daemon and is replaced by it */
function startDaemon(task: DaemonTask, t: TestContext, before: readonly string[] = []): Daemon {
  const [file = '', ...rest] = [...before, process.execPath, CHILD, JSON.stringify(task)]
  const child = spawn(file, rest, { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  t.after(() => child.kill('SIGKILL'))
  return {
    child,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM')
      return [await closed, stderr]
    },
  }
}

/** What a process did, in order: `asked`, `gave-up`, `trouble`. */
function journalOf({ journal }: DaemonTask, pid: number): readonly (readonly [what: string, which: string])[] {
  const lines = existsSync(journal) ? readFileSync(journal, 'utf8').trimEnd().split('\n') : []
  return lines
    .map((line) => line.split(' '))
    .flatMap(([by, what, which]) => (by === String(pid) ? [[what ?? '', which ?? ''] as const] : []))
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (condition()) return
    await sleep(100)
  }
  assert.fail(`within a minute: ${what}`)
}

function runsIn({ ledger }: DaemonTask): readonly RunRecord[] {
  const opened = openLedger(ledger)
  try {
    return opened.runs({ limit: 10_000 })
  } finally {
    opened.close()
  }
}

const completeIn = (task: DaemonTask): readonly RunRecord[] =>
  runsIn(task).filter(({ status }) => status === 'complete')

/** Every slot from the first to the last one is complete exactly once, and its event has exactly one incident, or waits. */
function assertEverySlotOnce(task: DaemonTask): void {
  const slots = completeIn(task)
    .map(({ key }) => Number(key.slot))
    .sort((a, b) => a - b)
  const [first = 0] = slots
  assert.deepEqual(
    slots,
    slots.map((_, index) => first + index * task.everyMilliseconds),
    'the grid, no slot twice and none missing',
  )
  const incidents = readdirSync(join(task.output, 'incidents'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .map((text) => JSON.parse(text) as { incident: { alerts: { slot: string }[] } })
  const delivered = incidents.map(({ incident }) => Date.parse(incident.alerts[0]?.slot ?? ''))
  // What was committed a moment before the end waits in the outbox for the next process.
  const ledger = openLedger(task.ledger)
  const waiting = ledger.pending().map(({ delivery }) => Number(delivery.incident.alerts[0]?.slot))
  ledger.close()
  assert.deepEqual(
    [...delivered, ...waiting.filter((slot) => !delivered.includes(slot))].sort((a, b) => a - b),
    slots,
  )
  assert.deepEqual(checkLedger(task.ledger, systemClock.now(), { busyTimeout: seconds(5) }).problems, [])
}

test(
  'a suspended daemon loses its claim to another, sees it when it wakes, and commits nothing twice',
  { skip: noSignals },
  async (t) => {
    const task = taskIn(tempFolder(t))
    openLedger(task.ledger).close()
    const sleeper = startDaemon(task, t)
    const slotInHand = async (): Promise<string> => {
      const before = journalOf(task, sleeper.pid).length
      await until(() => journalOf(task, sleeper.pid).length > before, 'the daemon asks')
      return journalOf(task, sleeper.pid).at(-1)?.[1] ?? ''
    }
    await slotInHand()
    const slot = await slotInHand()
    sleeper.child.kill('SIGSTOP')
    const other = startDaemon(task, t)
    const isTakenOver = (): boolean => completeIn(task).some(({ key }) => String(Number(key.slot)) === slot)
    await until(isTakenOver, 'the other takes the slot over')
    assert.ok(
      journalOf(task, other.pid).some(([what, which]) => what === 'asked' && which === slot),
      'the other has searched it itself',
    )
    await until(() => journalOf(task, other.pid).length >= 4, 'the other goes on')
    sleeper.child.kill('SIGCONT')
    const isAwake = (): boolean =>
      journalOf(task, sleeper.pid).some(([what, which]) => what === 'gave-up' && which === slot)
    await until(isAwake, 'the suspended one gives the slot up')
    const done = completeIn(task).length
    await until(() => completeIn(task).length >= done + 4, 'both go on')
    assert.deepEqual(await Promise.all([sleeper.stop(), other.stop()]), [
      [0, ''],
      [0, ''],
    ])
    assertEverySlotOnce(task)
    const ofSlot = runsIn(task).filter(({ key }) => String(Number(key.slot)) === slot)
    assert.deepEqual(ofSlot.map(({ status, error }) => [status, error?.code]).sort(), [
      ['complete', undefined],
      ['failed', 'run/abandoned'],
    ])
  },
)

test(
  'everybody sleeps and wakes together: nobody takes from a holder that only slept',
  { skip: noSignals },
  async (t) => {
    const task = taskIn(tempFolder(t), { queryMilliseconds: 600 })
    openLedger(task.ledger).close()
    const daemons = [startDaemon(task, t), startDaemon(task, t)]
    await until(() => completeIn(task).length >= 3, 'they work')
    for (const { child } of daemons) child.kill('SIGSTOP')
    await sleep(4000)
    for (const { child } of daemons) child.kill('SIGCONT')
    const done = completeIn(task).length
    await until(() => completeIn(task).length >= done + 6, 'they go on')
    for (const ended of await Promise.all(daemons.map((daemon) => daemon.stop()))) assert.deepEqual(ended, [0, ''])
    assertEverySlotOnce(task)
    assert.deepEqual(
      runsIn(task).filter(({ error }) => error?.code === 'run/abandoned'),
      [],
    )
  },
)

test('a disk that takes longer than the claim lasts loses neither claim nor slot', async (t) => {
  const task = taskIn(tempFolder(t), { writeMilliseconds: 3500, everyMilliseconds: 5000 })
  openLedger(task.ledger).close()
  const daemons = [startDaemon(task, t), startDaemon(task, t)]
  await until(() => completeIn(task).length >= 3, 'they work')
  for (const ended of await Promise.all(daemons.map((daemon) => daemon.stop()))) assert.deepEqual(ended, [0, ''])
  assertEverySlotOnce(task)
  assert.equal(runsIn(task).filter(({ status }) => status === 'failed').length, 0)
})

/** So long takes whatever a process wants to be safe on the disk; the tracer is a grandchild, so that signals reach the daemon. */
const slowDisk = (milliseconds: number): readonly string[] => {
  const syncs = 'fsync,fdatasync'
  return [
    'strace',
    '-D',
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${syncs}`,
    '-e',
    `inject=${syncs}:delay_enter=${milliseconds * 1000}`,
  ]
}
const noTracer =
  spawnSync('strace', [...slowDisk(0).slice(1), 'true']).status !== 0 && 'strace, which slows a disk down, is not here'

test('a disk that takes 0.7 s for each sync, beside a quick one: every slot once', { skip: noTracer }, async (t) => {
  const task = taskIn(tempFolder(t), { everyMilliseconds: 2000 })
  openLedger(task.ledger).close()
  const asked = ({ pid }: Daemon): number => journalOf(task, pid).filter(([what]) => what === 'asked').length
  // First, for beside the quick one it may come too late for every slot.
  const slow = startDaemon(task, t, slowDisk(700))
  await until(() => asked(slow) >= 1, 'the slow one works')
  const quick = startDaemon(task, t)
  await until(() => asked(quick) >= 2 && completeIn(task).length >= 4, 'both work')
  assert.deepEqual(await Promise.all([slow.stop(), quick.stop()]), [
    [0, ''],
    [0, ''],
  ])
  assertEverySlotOnce(task)
})

test('a ledger that another process holds for longer than anybody waits: trouble is said, and every slot is made good', async (t) => {
  // Longer than a claim goes unrenewed, so that the lock meets claims, renewals and commits.
  const task = taskIn(tempFolder(t), { busyTimeoutMilliseconds: 300, queryMilliseconds: 900, everyMilliseconds: 2000 })
  openLedger(task.ledger).close()
  const daemon = startDaemon(task, t)
  await until(() => completeIn(task).length >= 2, 'it works')
  const holder = new Driver(task.ledger, { timeout: 5000 })
  for (let round = 0; round < 3; round += 1) {
    holder.exec('BEGIN IMMEDIATE')
    await sleep(2500)
    holder.exec('COMMIT')
    await sleep(1200)
  }
  holder.close()
  const done = completeIn(task).length
  await until(() => completeIn(task).length >= done + 4, 'it goes on')
  assert.deepEqual(await daemon.stop(), [0, ''])
  assertEverySlotOnce(task)
  assert.ok(
    journalOf(task, daemon.pid).some(([what, which]) => what === 'trouble' && which === 'ledger/locked'),
    'it was in trouble',
  )
})
