import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openLedger } from '../../src/ledger/index.ts'
import { inNamespace } from '../support/hunt.ts'
import { assertFits } from '../support/schemas.ts'
import { bundleChild } from './bundle-child.ts'
import type { ChildTask } from './task.ts'

const CHILD = bundleChild('child')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

export interface SpawnOptions {
  /** Kill so many milliseconds after the child said that it is ready. */
  readonly killAfter?: number
  /** Shell commands that run before the child, in a mount namespace of their own. */
  readonly prepare?: string
}

/** Runs the child to its end, whichever that is. */
export function runChild(task: ChildTask, options: SpawnOptions = {}): Promise<Ended> {
  const command = [process.execPath, CHILD, JSON.stringify(task)]
  const [file = '', ...rest] = options.prepare === undefined ? command : inNamespace(options.prepare, command)
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdout.once('data', () => {
      if (options.killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), options.killAfter)
    })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stderr }))
  })
}

interface IncidentFile {
  readonly incident: { readonly id: string; readonly alerts: readonly { readonly findingIds: readonly string[] }[] }
  readonly deliveries: readonly unknown[]
}

/**
 * What must hold once a process has run to its end, whatever happened before: every row of every slot has exactly one
 * incident at the sink, every slot a complete run and whole files, and nothing waits.
 */
export function assertAllOnce(task: ChildTask): void {
  const incidents = filesUnder(join(task.output, 'incidents')).map((path) => {
    const document: unknown = JSON.parse(readFileSync(path, 'utf8'))
    assertFits('incident.schema.json', document)
    return document as IncidentFile
  })
  const findings = incidents.flatMap(({ incident }) => incident.alerts.flatMap((alert) => alert.findingIds))
  assert.equal(incidents.length, task.slots * task.rows, 'one incident a row')
  assert.equal(new Set(findings).size, task.slots * task.rows, 'one row an incident')
  assert.ok(
    incidents.every(({ deliveries }) => deliveries.length === 1),
    'each delivered once',
  )

  const results = filesUnder(task.output).filter((path) => !path.includes('incidents'))
  assert.equal(results.length, 2 * task.slots, results.join('\n'))
  for (const path of results) {
    const text = readFileSync(path, 'utf8')
    if (path.endsWith('.json')) assertFits('run-result.schema.json', JSON.parse(text))
    else assert.equal(text.split('\r\n').length, task.rows + 2, path)
  }

  const ledger = openLedger(task.ledger)
  try {
    assert.deepEqual(ledger.pending(), [])
    const done = ledger.runs({ limit: 1_000_000 }).filter((run) => run.status === 'complete')
    assert.equal(new Set(done.map((run) => run.key.slot)).size, task.slots)
  } finally {
    ledger.close()
  }
}

/** Every file, temporaries too: none may be left where a test counts. */
function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.hunt-tmp'))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The keys that the receiver saw, in order, repetitions included. */
export function deliveriesIn(task: ChildTask): readonly string[] {
  return existsSync(task.log) ? readFileSync(task.log, 'utf8').trimEnd().split('\n') : []
}
