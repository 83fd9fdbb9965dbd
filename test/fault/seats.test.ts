import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import Driver from 'libsql'
import { SERVICE_LIMITS } from '../../src/schedule/index.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { bundleChild } from './bundle-child.ts'
import type { SeatTask } from './seat-task.ts'

const CHILD = bundleChild('seat-child')

function start(task: SeatTask): { readonly child: ChildProcess; readonly ended: Promise<number | null> } {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'inherit'] })
  return { child, ended: new Promise((resolve) => child.once('close', resolve)) }
}

const linesOf = ({ journal }: SeatTask): readonly string[] =>
  existsSync(journal) ? readFileSync(journal, 'utf8').trimEnd().split('\n') : []

/** The most that were under way at once; what a killed process had under way ended with it. */
function mostAtOnce(task: SeatTask, killed: number | undefined): number {
  const running = new Map<string, number>()
  let most = 0
  const lines = linesOf(task)
  const lastOfKilled = lines.findLastIndex((line) => line.startsWith(`${killed} `))
  for (const [index, line] of lines.entries()) {
    const [pid = '', what] = line.split(' ')
    running.set(pid, (running.get(pid) ?? 0) + (what === 'begins' ? 1 : -1))
    most = Math.max(
      most,
      [...running.values()].reduce((sum, each) => sum + each, 0),
    )
    // It may have lived longer than it has written: what others begin after its last word is theirs.
    if (index === lastOfKilled) running.delete(String(killed))
  }
  return most
}

test('two processes that would like ten queries at once ask five, also when one is killed, whose seats are free', async (t) => {
  const folder = tempFolder(t)
  const task: SeatTask = {
    ledger: join(folder, 'hunt.db'),
    journal: join(folder, 'journal'),
    workers: 5,
    queries: 4,
    queryMilliseconds: 40,
  }
  const [first, second] = [start({ ...task, queries: 1000 }), start(task)]
  t.after(() => [first, second].forEach(({ child }) => child.kill('SIGKILL')))
  const asks = (child: ChildProcess): number => linesOf(task).filter((line) => line === `${child.pid} begins`).length
  while (asks(first.child) < 10 || (asks(second.child) < 5 && second.child.exitCode === null)) await sleep(10)
  first.child.kill('SIGKILL')
  await first.ended
  const third = start(task)
  assert.deepEqual(await Promise.all([second.ended, third.ended]), [0, 0])
  const most = mostAtOnce(task, first.child.pid)
  assert.equal(most, SERVICE_LIMITS.together)
  assert.deepEqual([asks(second.child), asks(third.child)], [20, 20])
  const driver = new Driver(task.ledger)
  t.after(() => driver.close())
  const left = driver.prepare('SELECT owner FROM seats').all({}) as readonly unknown[]
  assert.deepEqual(left, [])
})

test('two processes that race for the rate of an identity take all of it and not one more', async (t) => {
  const folder = tempFolder(t)
  const [ledger, journal] = [join(folder, 'hunt.db'), join(folder, 'journal')]
  const rate = 40
  const task = { ledger, journal, workers: 0, queries: 0, queryMilliseconds: 0, race: { rate, processes: 2 } }
  const both = [start(task), start(task)]
  t.after(() => both.forEach(({ child }) => child.kill('SIGKILL')))
  assert.deepEqual(await Promise.all(both.map(({ ended }) => ended)), [0, 0])
  const taken = both.map(({ child }) => linesOf(task).filter((line) => line === `${child.pid} takes`).length)
  const sum = taken.reduce((so, each) => so + each, 0)
  assert.equal(sum, rate, `they took ${taken.join(' and ')}`)
})
