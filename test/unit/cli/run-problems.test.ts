import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import pc from 'picocolors'
import { problemLines } from '../../../src/cli/print/run-problems.ts'
import { showProgress } from '../../../src/cli/print/progress.ts'
import { EXIT } from '../../../src/domain/errors.ts'
import type { ErrorRecord } from '../../../src/domain/errors.ts'
import type { RunResult } from '../../../src/run/index.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { outcomeOf, runKey } from '../../support/outcomes.ts'
import { scheduledRule } from '../../support/rules.ts'
import { runRequest } from '../../support/run-ports.ts'

const terminal = { styles: pc.createColors(false), width: undefined, isInteractive: false, drawsBlocks: true }

/** As the login service words it: with the ids and the time of this answer. */
const refused = (id: string, changes: Partial<ErrorRecord> = {}): ErrorRecord => ({
  code: 'auth/login-failed',
  message: `AADSTS7000215: Invalid client secret provided. Trace ID: ${id.repeat(8)}-0000-4000-8000-000000000000 Timestamp: 2026-03-02T00:00:0${id}Z`,
  hint: 'use its value, not its id',
  retryable: false,
  context: {},
  exitCode: EXIT.auth,
  ...changes,
})

function failed(name: string, error: ErrorRecord, workspace = 'local'): RunResult {
  const rule = scheduledRule({ id: name, name })
  const request = runRequest(rule, { workspace })
  const outcome = outcomeOf({ rule, key: runKey({ ruleId: name, workspace }) }, { status: 'failed', error })
  return { kind: 'finished', request, outcome, files: undefined, silenced: [] }
}

const linesOf = (results: readonly RunResult[]): readonly string[] =>
  problemLines({ results, undelivered: [], exitCode: EXIT.auth }, [], { terminal, version: '1' })

test('one cause is said once, with the rules that it hits; what is a rule’s own is said of it', () => {
  const own = refused('4', { code: 'backend/timeout', message: 'the query took too long', hint: '' })
  assert.deepEqual(linesOf([failed('Rule A', refused('1')), failed('Rule B', own), failed('Rule C', refused('3'))]), [
    `error: ${refused('1').message} [auth/login-failed]`,
    '  hint: use its value, not its id',
    '  hits 2 rules: Rule A; Rule C',
    'error: Rule B: the query took too long [backend/timeout]',
    '  hint: ',
  ])
})

test('each workspace has its own, so has a message that names its rule, and a long list is cut', () => {
  const lines = linesOf([
    failed('Rule A', refused('1')),
    failed('Rule B', refused('2')),
    failed('Rule A', refused('3'), 'eu'),
    failed('Rule D', refused('4', { message: 'Rule D is run elsewhere' })),
    failed('Rule E', refused('4', { message: 'Rule E is run elsewhere' })),
  ])
  assert.deepEqual(
    lines.filter((line) => !/hint/.test(line)).map((line) => line.replace(/AADSTS.*Z/, 'refused')),
    [
      'error: refused [auth/login-failed]',
      '  hits 2 rules in local: Rule A; Rule B',
      'error: Rule A: refused [auth/login-failed]',
      'error: Rule D is run elsewhere [auth/login-failed]',
      'error: Rule E is run elsewhere [auth/login-failed]',
    ],
  )
  const many = linesOf(Array.from({ length: 30 }, (_, index) => failed(`Rule ${index}.`, refused('1'))))
  assert.match(many.at(-1) ?? '', /^ {2}hits 30 rules: Rule 0\.; .*; Rule 19\.; and 10 more$/)
})

for (const [total, expected] of [
  [2, /^failed {4}Rule B: for the same reason as Rule A \(auth\/login-failed\)$/m],
  [undefined, /^failed {4}Rule B: AADSTS7000215/m],
] as const) {
  test(`while rules run, a cause is not repeated; by a daemon it is (${total ?? 'no'} total)`, async () => {
    let written = ''
    const stream = new Writable({
      write(text: Buffer, _encoding, done) {
        written += text.toString()
        done()
      },
    })
    const options = { stream, terminal, clock: fakeClock(at('2026-03-02T00:00Z')), total, namesWorkspaces: false }
    const progress = await showProgress({ ...options, signal: new AbortController().signal })
    for (const result of [failed('Rule A', refused('1')), failed('Rule B', refused('2'))])
      if (result.kind === 'finished') progress.observe({ kind: 'finished', outcome: result.outcome, files: undefined })
    await progress.stop()
    assert.match(written, /^failed {4}Rule A: AADSTS7000215/m)
    assert.match(written, expected)
  })
}
