import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { LedgerError } from '../../src/domain/errors.ts'
import type { ErrorRecord } from '../../src/domain/errors.ts'
import type { Claim, Ledger, Storm } from '../../src/domain/ports.ts'
import type { RunKey, RunOutcome } from '../../src/domain/run.ts'
import type { Duration, Instant } from '../../src/domain/time.ts'
import { openLedger } from '../../src/ledger/index.ts'
import type { LedgerWithHistory, Owner } from '../../src/ledger/index.ts'
import { hours, milliseconds, minutes } from '../../src/time/duration.ts'
import { minus, plus } from '../../src/time/instant.ts'
import { incidentOf, outcomeOf, runKey, SLOT } from '../support/outcomes.ts'
import { groupingRule, huntingQuery, scheduledRule } from '../support/rules.ts'
import { namesTable } from '../support/tables.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** What every ledger promises to the run; the same cases over each way of keeping it. */
const stores: Readonly<Record<string, (t: TestContext) => LedgerWithHistory>> = {
  'in memory': () => openLedger(':memory:'),
  'in a file': (t) => {
    const ledger = openLedger(join(tempFolder(t), 'state', 'hunt.db'))
    t.after(() => ledger.close())
    return ledger
  },
}

const NOW = plus(SLOT, minutes(5))
const LEASE = minutes(30)
/** How long an expired lease is only doubted (src/ledger/claims.ts). */
const GRACE = minutes(3)
const error: ErrorRecord = { code: 'sink/down', message: 'no answer', retryable: true, context: {} }

function claimed(ledger: Ledger, key: RunKey = runKey(), now: Instant = NOW): Extract<Claim, { kind: 'claimed' }> {
  const claim = ledger.claim(key, now, LEASE)
  assert.ok(claim.kind === 'claimed', `busy until ${claim.kind === 'busy' ? claim.until : ''}`)
  return claim
}

/** Finds the lease expired, which takes nothing yet. */
function doubt(ledger: Ledger, now: Instant): void {
  assert.deepEqual(ledger.claim(runKey(), now, LEASE).kind, 'busy')
}

function record(ledger: Ledger, outcome: RunOutcome, sinks: readonly string[] = ['file']): void {
  const { token, attempt } = claimed(ledger, outcome.key)
  ledger.commit(
    { ...outcome, attempt },
    token,
    sinks.map((name) => ({ name })),
  )
}

const owner = (name: string, gone: readonly string[] = []): Owner => ({
  name,
  isGone: (holder) => gone.includes(holder),
})

for (const [store, open] of Object.entries(stores)) {
  describe(`ledger ${store}: claims`, () => {
    test('one run of a rule on a workspace at a time, whatever the slot', (t) => {
      const ledger = open(t)
      claimed(ledger)
      assert.deepEqual(ledger.claim(runKey({ slot: plus(SLOT, hours(24)) }), plus(NOW, minutes(1)), LEASE), {
        kind: 'busy',
        until: plus(NOW, LEASE),
        owner: 'this process',
      })
      claimed(ledger, runKey({ workspace: 'prod' }))
      claimed(ledger, runKey({ ruleId: 'other' }))
    })

    test('a released claim leaves nothing behind', (t) => {
      const ledger = open(t)
      const { token } = claimed(ledger)
      ledger.release(runKey(), token)
      assert.deepEqual(ledger.runs({}), [])
      assert.equal(claimed(ledger).attempt, 1)
    })

    test('a lease that expired can be taken; its former owner can neither commit nor release', (t) => {
      const ledger = open(t)
      const former = claimed(ledger)
      doubt(ledger, plus(NOW, LEASE))
      const later = claimed(ledger, runKey(), plus(plus(NOW, LEASE), GRACE))
      assert.equal(later.attempt, 2)
      assert.throws(
        () => ledger.commit(outcomeOf(), former.token, [{ name: 'file' }]),
        (thrown) => {
          assert.ok(thrown instanceof LedgerError)
          assert.equal(thrown.code, 'ledger/claim-lost')
          return true
        },
      )
      ledger.release(runKey(), former.token)
      ledger.commit(outcomeOf(), later.token, [{ name: 'file' }])
      assert.deepEqual(ledger.pending().length, 1)
    })

    test('an abandoned attempt stays in the history as a failure', (t) => {
      const ledger = open(t)
      claimed(ledger)
      assert.deepEqual(
        ledger.runs({}).map((run) => run.status),
        ['claimed'],
      )
      doubt(ledger, plus(NOW, LEASE))
      claimed(ledger, runKey(), plus(plus(NOW, LEASE), GRACE))
      assert.deepEqual(
        ledger.runs({}).map((run) => [run.attempt, run.status, run.error?.code]),
        [
          [2, 'claimed', undefined],
          [1, 'failed', 'run/abandoned'],
        ],
      )
    })

    test('who only slept renews an expired lease, and keeps it', (t) => {
      const ledger = open(t)
      const { token } = claimed(ledger)
      const wakesAt = plus(NOW, hours(8))
      doubt(ledger, wakesAt)
      assert.equal(ledger.renew(token, plus(wakesAt, LEASE)), true)
      doubt(ledger, plus(wakesAt, GRACE))
      ledger.commit(outcomeOf(), token, [])
      assert.equal(ledger.renew(token, plus(wakesAt, LEASE)), false, 'the run is over')
    })

    test('a lease that a clock running ahead has given is doubted once the clock is right', (t) => {
      const ledger = open(t)
      claimed(ledger, runKey(), plus(NOW, hours(24)))
      doubt(ledger, NOW)
      assert.equal(claimed(ledger, runKey(), plus(NOW, GRACE)).attempt, 2)
    })

    test('a slot that is complete is never run again by the schedule, by others it is', (t) => {
      const ledger = open(t)
      const first = ledger.claim(runKey(), NOW, LEASE, 'slot')
      assert.ok(first.kind === 'claimed')
      ledger.commit(outcomeOf(), first.token, [])
      assert.deepEqual(ledger.claim(runKey(), NOW, LEASE, 'slot'), { kind: 'complete' })
      assert.equal(ledger.claim(runKey(), NOW, LEASE, 'backfill').kind, 'claimed')
    })

    test('an ad-hoc run of a slot does not count for the schedule', (t) => {
      const ledger = open(t)
      record(ledger, outcomeOf())
      assert.equal(ledger.claim(runKey(), NOW, LEASE, 'slot').kind, 'claimed')
      assert.deepEqual(ledger.coverage(), [])
    })

    test('attempts count per key', (t) => {
      const ledger = open(t)
      record(ledger, outcomeOf())
      assert.equal(claimed(ledger).attempt, 2)
      assert.equal(claimed(ledger, runKey({ windowOverride: 'a/b', workspace: 'prod' })).attempt, 1)
    })
  })

  describe(`ledger ${store}: commit`, () => {
    test('findings are known afterwards, with slot and incident, to this rule and workspace only', (t) => {
      const ledger = open(t)
      const outcome = outcomeOf({ table: namesTable('a', 'b') })
      const ids = [...outcome.findings].map((finding) => finding.id)
      assert.equal(ledger.known(outcome.key.ruleId, 'local', ids).size, 0)
      record(ledger, outcome)
      const first = { slot: SLOT, incidentId: outcome.opened[0]?.id }
      assert.deepEqual(
        [...ledger.known(outcome.key.ruleId, 'local', [...ids, 'x'])],
        ids.map((id) => [id, first]),
      )
      assert.equal(ledger.known(outcome.key.ruleId, 'prod', ids).size, 0)
      assert.equal(ledger.known('other', 'local', ids).size, 0)
    })

    test('a finding keeps its first record', (t) => {
      const ledger = open(t)
      const first = outcomeOf()
      record(ledger, first)
      record(ledger, outcomeOf({ key: runKey({ slot: plus(SLOT, hours(24)) }) }))
      assert.equal(
        ledger
          .known(first.key.ruleId, 'local', [[...first.findings][0]?.id ?? ''])
          .get([...first.findings][0]?.id ?? '')?.slot,
        SLOT,
      )
    })

    test('many findings fit into one commit and one question', (t) => {
      const ledger = open(t)
      const outcome = outcomeOf({ table: namesTable(...Array.from({ length: 12_345 }, (_, n) => `vm-${n}`)) })
      record(ledger, outcome)
      assert.equal(
        ledger.known(
          outcome.key.ruleId,
          'local',
          [...outcome.findings].map((f) => f.id),
        ).size,
        12_345,
      )
    })

    test('a run that opens no incidents leaves its row and nothing else', (t) => {
      const ledger = open(t)
      const outcome = outcomeOf({}, { opensIncidents: false })
      record(ledger, outcome)
      assert.equal(
        ledger.known(
          outcome.key.ruleId,
          'local',
          [...outcome.findings].map((f) => f.id),
        ).size,
        0,
      )
      assert.deepEqual([ledger.pending(), ledger.incidents(outcome.key.ruleId, 'local', SLOT)], [[], []])
      assert.deepEqual(
        ledger.runs({}).map((run) => [run.status, run.result?.opensIncidents]),
        [['complete', false]],
      )
    })

    test('findings without an alert stay unknown, so that a later run alerts on them', (t) => {
      const ledger = open(t)
      const outcome = outcomeOf({}, { status: 'partial', alerts: [], opened: [] })
      record(ledger, outcome)
      assert.equal(
        ledger.known(
          outcome.key.ruleId,
          'local',
          [...outcome.findings].map((f) => f.id),
        ).size,
        0,
      )
    })

    test('findings of a hunting query are known without an alert', (t) => {
      const ledger = open(t)
      const outcome = outcomeOf({ rule: huntingQuery() })
      record(ledger, outcome)
      const [id = ''] = [...outcome.findings].map((f) => f.id)
      assert.deepEqual(ledger.known(outcome.key.ruleId, 'local', [id]).get(id), { slot: SLOT, incidentId: undefined })
    })

    test('alerts are known by id, also those on an empty result', (t) => {
      const ledger = open(t)
      const rule = scheduledRule({ trigger: { operator: 'lt', threshold: 1 } })
      const outcome = outcomeOf({ rule, table: namesTable() })
      const [id = ''] = outcome.alerts.map((alert) => alert.id)
      assert.deepEqual([...ledger.knownAlerts([id, 'x'])], [])
      record(ledger, outcome)
      assert.deepEqual([...ledger.knownAlerts([id, 'x'])], [id])
    })

    test('is all or nothing', (t) => {
      const ledger = open(t)
      record(ledger, outcomeOf())
      // The same incident again is refused by the store; nothing of the attempt may stay.
      const { token } = claimed(ledger, runKey({ slot: plus(SLOT, hours(24)) }))
      const again = {
        ...outcomeOf({ table: namesTable('new') }),
        key: runKey({ slot: plus(SLOT, hours(24)) }),
        opened: [incidentOf()],
      }
      assert.throws(() => ledger.commit(again, token, [{ name: 'file' }]))
      assert.equal(
        ledger.known(
          again.key.ruleId,
          'local',
          [...again.findings].map((f) => f.id),
        ).size,
        0,
      )
      assert.equal(ledger.pending().length, 1)
      assert.equal(ledger.runs({ limit: 1 })[0]?.status, 'claimed')
    })

    test('the history tells what was recorded, latest first', (t) => {
      const ledger = open(t)
      record(ledger, outcomeOf())
      const failure: ErrorRecord = { ...error, exitCode: 5, span: { file: 'r.yaml', line: 1, column: 2, length: 3 } }
      record(
        ledger,
        outcomeOf(
          { key: runKey({ workspace: 'prod' }), table: namesTable() },
          { status: 'failed', error: failure, alerts: [], opened: [] },
        ),
      )
      const [failed, complete] = ledger.runs({})
      assert.deepEqual([failed?.status, failed?.error, failed?.key.workspace], ['failed', failure, 'prod'])
      assert.deepEqual(
        [complete?.status, complete?.error, complete?.result?.newFindingCount],
        ['complete', undefined, 1],
      )
      assert.deepEqual(complete?.result?.window, outcomeOf().window)
      assert.deepEqual(ledger.runs({ workspace: 'prod' }).length, 1)
      assert.deepEqual(ledger.runs({ ruleId: 'other' }), [])
    })
  })

  describe(`ledger ${store}: incidents`, () => {
    test('come back as they were, by the slot of their first alert', (t) => {
      const ledger = open(t)
      const outcome = outcomeOf({ table: namesTable('ü"\n\u0000') })
      record(ledger, outcome)
      const { ruleId } = outcome.key
      assert.deepEqual(ledger.incidents(ruleId, 'local', SLOT), [{ incident: outcome.opened[0], closed: false }])
      assert.deepEqual(ledger.incidents(ruleId, 'local', plus(SLOT, milliseconds(1))), [])
      assert.deepEqual(ledger.incidents(ruleId, 'prod', SLOT), [])
    })

    test('grow by later runs, alerts in order', (t) => {
      const ledger = open(t)
      const rule = groupingRule({ matchingMethod: 'AnyAlert' })
      const first = outcomeOf({ rule })
      record(ledger, first)
      const known = ledger.incidents(rule.id, 'local', minus(SLOT, hours(5)))
      const second = outcomeOf({ rule, known, table: namesTable('vm-2'), key: runKey({ slot: plus(SLOT, hours(1)) }) })
      assert.deepEqual([second.opened.length, second.updated.length], [0, 1])
      record(ledger, second)
      assert.deepEqual(
        ledger.incidents(rule.id, 'local', SLOT).map((entry) => entry.incident),
        second.updated,
      )
      assert.deepEqual(
        ledger.pending().map((entry) => entry.delivery.reason),
        ['opened', 'updated'],
      )
    })
  })

  describe(`ledger ${store}: outbox`, () => {
    const lease: Duration = minutes(5)

    test('one entry an incident and sink, with the whole incident', (t) => {
      const ledger = open(t)
      const rule = scheduledRule({ eventGrouping: 'AlertPerResult' })
      const outcome = outcomeOf({ rule, table: namesTable('a', 'b') })
      record(ledger, outcome, ['file', 'webhook'])
      assert.deepEqual(
        ledger.pending().map((entry) => [entry.sink, entry.delivery.incident, entry.attempts]),
        ['file', 'webhook'].flatMap((sink) => outcome.opened.map((incident) => [sink, incident, 0])),
      )
      assert.equal(new Set(ledger.pending().map((entry) => entry.delivery.key)).size, 2)
      const [first, second] = ledger.pending().filter(({ sink }) => sink === 'webhook')
      assert.ok(first !== undefined && second !== undefined)
      ledger.settle(first.id, { location: 'there', duplicate: false }, SLOT)
      ledger.bury(second.id, { code: 'sink/refused', message: 'no', retryable: false, context: {} }, SLOT)
      assert.deepEqual(
        [...ledger.pendingCounts()],
        [
          ['file', 2],
          ['webhook', 1],
        ],
      )
    })

    test('a taken entry is not taken again until its lease expires, it is given back or postponed', (t) => {
      const ledger = open(t)
      record(ledger, outcomeOf())
      const later = plus(outcomeOf().finishedAt, minutes(1))
      const entry = ledger.take('file', later, lease)
      assert.ok(entry)
      assert.equal(ledger.take('file', later, lease), undefined)
      assert.equal(ledger.take('webhook', later, lease), undefined)
      assert.deepEqual(ledger.take('file', plus(later, lease), lease), {
        ...entry,
        takenUntil: plus(later, hours(1 / 6)),
      })
      ledger.untake(entry.id)
      assert.deepEqual(ledger.take('file', later, lease), entry)
      ledger.postpone(entry.id, error, plus(later, hours(1)), later)
      assert.equal(ledger.take('file', plus(later, minutes(59)), lease), undefined)
      const { takenUntil: _, ...free } = entry
      assert.deepEqual(ledger.pending(), [{ ...free, attempts: 1, failedSince: later, lastError: error }])
      assert.equal(ledger.take('file', plus(later, hours(1)), lease)?.attempts, 1)
    })

    test('a settled entry is gone for good', (t) => {
      const ledger = open(t)
      record(ledger, outcomeOf())
      const later = plus(SLOT, hours(1))
      const entry = ledger.take('file', later, lease)
      ledger.settle(entry?.id ?? 0, { location: 'x.json', duplicate: false }, later)
      ledger.postpone(entry?.id ?? 0, error, later, later)
      ledger.untake(entry?.id ?? 0)
      assert.deepEqual([ledger.pending(), ledger.take('file', plus(later, hours(9)), lease)], [[], undefined])
    })

    test('deliveries of one incident keep their order, others overtake them', (t) => {
      const ledger = open(t)
      const rule = groupingRule({ matchingMethod: 'AnyAlert' })
      record(ledger, outcomeOf({ rule }))
      const known = ledger.incidents(rule.id, 'local', minus(SLOT, hours(5)))
      record(ledger, outcomeOf({ rule, known, table: namesTable('vm-2'), key: runKey({ slot: plus(SLOT, hours(1)) }) }))
      record(ledger, outcomeOf({ key: runKey({ workspace: 'prod' }) }))
      const later = plus(SLOT, hours(9))
      const opened = ledger.take('file', later, lease)
      assert.equal(opened?.delivery.reason, 'opened')
      ledger.postpone(opened?.id ?? 0, error, plus(later, hours(1)), later)
      const other = ledger.take('file', later, lease)
      assert.equal(other?.delivery.incident.workspace, 'prod')
      assert.equal(ledger.take('file', later, lease), undefined)
      const again = ledger.take('file', plus(later, hours(1)), lease)
      assert.equal(again?.id, opened?.id)
      ledger.settle(again?.id ?? 0, { location: 'x', duplicate: false }, later)
      assert.equal(ledger.take('file', plus(later, hours(1)), lease)?.delivery.reason, 'updated')
    })
  })
}

describe('ledger: incidents in a person’s hand', () => {
  test('closings and comments go to the sinks that know the incident, after what they know it by, and once', () => {
    const ledger = openLedger(':memory:')
    const outcome = outcomeOf()
    // Nobody has told the pager, and one sink is not configured any more.
    record(ledger, outcome, ['sentinel', 'gone'])
    const id = outcome.opened[0]?.id ?? ''
    const end = { at: NOW, author: 'ann', classification: 'BenignPositive', text: 'patch day' } as const
    const names = ['sentinel', 'pager', 'new']
    assert.deepEqual(ledger.commentIncident(id, { at: NOW, author: 'bob', text: 'mine' }, names), ['sentinel'])
    assert.deepEqual(ledger.closeIncident(id, end, names), ['sentinel'])
    assert.equal(ledger.closeIncident(id, end, names), undefined)
    const owed = ledger.pending().filter(({ sink }) => sink === 'sentinel')
    assert.deepEqual(
      owed.map(({ delivery: { reason, event, addedAlertIds } }) => [reason, event?.author, addedAlertIds?.length]),
      [
        ['opened', undefined, 1],
        ['commented', 'bob', 0],
        ['closed', 'ann', 0],
      ],
    )
    assert.deepEqual(owed[2]?.delivery.event, { ...end, kind: 'closed' })
    assert.equal(new Set(owed.map(({ delivery: { key } }) => key)).size, 3)
    assert.equal(ledger.pending().filter(({ sink }) => sink === 'gone').length, 1)
    // The order is that of what happened.
    const taken = ledger.take('sentinel', plus(NOW, minutes(1)), minutes(5))
    assert.equal(taken?.delivery.reason, 'opened')
    assert.equal(ledger.take('sentinel', plus(NOW, minutes(1)), minutes(5)), undefined)
  })

  test('alerts of an update that a storm summary stands for come with the next delivery of their incident, once', () => {
    const ledger = openLedger(':memory:')
    const any = groupingRule({ matchingMethod: 'AnyAlert' })
    const grow = (hour: number): string => {
      const known = ledger.incidents(any.id, 'local', minus(SLOT, hours(5)))
      const key = runKey({ slot: plus(SLOT, hours(hour)) })
      const outcome = outcomeOf({ rule: any, known, table: namesTable(`vm-${hour}`), key })
      record(ledger, outcome, ['pager'])
      return outcome.alerts[0]?.id ?? ''
    }
    const take = (): readonly string[] | undefined => {
      const entry = ledger.take('pager', plus(NOW, hours(9)), minutes(5))
      if (entry === undefined) return undefined
      ledger.settle(entry.id, { location: 'x', duplicate: false }, plus(NOW, hours(9)))
      return entry.delivery.reason === 'storm' ? [] : entry.delivery.addedAlertIds
    }
    const first = grow(0)
    assert.deepEqual(take(), [first])
    const missed = [grow(1), grow(2)]
    const limits = { count: 0, period: hours(1), pause: minutes(15) }
    const summary = (): Storm => ({ key: 'storm/1', incident: incidentOf(), addedAlertIds: [] })
    assert.equal(ledger.summarise('pager', limits, plus(NOW, hours(9)), summary), 2)
    assert.deepEqual(take(), [])
    const next = grow(3)
    assert.deepEqual(take(), [...missed, next])
    assert.deepEqual(take(), undefined)
    const last = grow(4)
    assert.deepEqual(take(), [last])
  })

  test('no storm summary takes the place of what people say, and it takes nobody’s room', () => {
    const ledger = openLedger(':memory:')
    const sinks = ['pager']
    const outcomes = ['a', 'b', 'c'].map((name, hour) =>
      outcomeOf({ table: namesTable(name), key: runKey({ slot: plus(SLOT, hours(hour)) }) }),
    )
    for (const outcome of outcomes) record(ledger, outcome, sinks)
    for (const { opened } of outcomes) {
      ledger.closeIncident(opened[0]?.id ?? '', { at: NOW, author: 'ann', text: 'all of them' }, ['pager'])
    }
    const later = plus(NOW, hours(9))
    const limits = { count: 0, period: hours(1), pause: minutes(15) }
    const describeStorm = (): Storm => ({ key: 'storm/1', incident: incidentOf(), addedAlertIds: [] })
    assert.equal(ledger.summarise('pager', limits, later, describeStorm), 3)
    assert.deepEqual(
      ledger.pending().map(({ delivery: { reason } }) => reason),
      ['closed', 'closed', 'closed', 'storm'],
    )
    for (let entry; (entry = ledger.take('pager', later, minutes(5))) !== undefined;) {
      if (entry.delivery.reason === 'storm') break
      ledger.settle(entry.id, { location: 'x', duplicate: false }, later)
    }
    record(ledger, outcomeOf({ table: namesTable('d'), key: runKey({ slot: plus(SLOT, hours(8)) }) }), sinks)
    assert.equal(ledger.summarise('pager', { ...limits, count: 2 }, plus(later, hours(2)), describeStorm), 0)
  })

  const rule = groupingRule({ matchingMethod: 'AnyAlert', reopenClosedIncident: true })
  const by = (at: Instant, text = '') => ({ at, author: 'ann', text })

  test('closing is recorded once, and an alert of a rule that reopens opens it again, which is recorded too', () => {
    const ledger = openLedger(':memory:')
    const outcome = outcomeOf({ rule })
    record(ledger, outcome)
    const id = outcome.opened[0]?.id ?? ''
    assert.deepEqual(ledger.closeIncident(id, { ...by(NOW, 'nothing'), classification: 'FalsePositive' }, []), [])
    assert.equal(ledger.closeIncident(id, by(NOW), []), undefined)
    assert.deepEqual(ledger.incidentRecords({ open: true }), [])
    const known = ledger.incidents(rule.id, 'local', minus(SLOT, hours(5)))
    assert.deepEqual(
      known.map(({ closed }) => closed),
      [true],
    )
    record(ledger, outcomeOf({ rule, known, table: namesTable('vm-2'), key: runKey({ slot: plus(SLOT, hours(1)) }) }))
    ledger.commentIncident(id, by(plus(SLOT, hours(2)), 'again'), [])
    const [found, ...more] = ledger.incidentRecords({ id: id.slice(0, 8), open: true })
    assert.deepEqual(more, [])
    assert.equal(found?.incident.alerts.length, 2)
    assert.deepEqual(
      found?.events.map(({ kind, author, classification, text }) => [kind, author, classification, text]),
      [
        ['closed', 'ann', 'FalsePositive', 'nothing'],
        ['reopened', 'hunt', undefined, 'another alert came'],
        ['comment', 'ann', undefined, 'again'],
      ],
    )
  })

  test('records are found by the beginning of an id, state and time, latest change first', () => {
    const ledger = openLedger(':memory:')
    for (const hour of [0, 1, 2]) {
      record(ledger, outcomeOf({ key: runKey({ slot: plus(SLOT, hours(hour)) }), table: namesTable(`vm-${hour}`) }))
    }
    const all = ledger.incidentRecords({})
    assert.deepEqual(
      all.map(({ updatedAt }) => updatedAt),
      [...all.map(({ updatedAt }) => updatedAt)].sort((a, b) => b - a),
    )
    assert.equal(all.length, 3)
    assert.equal(ledger.incidentRecords({ limit: 1 })[0]?.incident.id, all[0]?.incident.id)
    assert.equal(ledger.incidentRecords({ since: plus(SLOT, hours(2)) }).length, 1)
    assert.deepEqual(ledger.incidentRecords({ id: 'zz' }), [])
  })
})

describe('ledger shared by processes', () => {
  test('the lease and the deliveries of a process that is gone are taken over at once, of a living one not', (t) => {
    const path = join(tempFolder(t), 'hunt.db')
    const [dead, living, heir] = [
      openLedger(path, { owner: owner('dead') }),
      openLedger(path, { owner: owner('living') }),
      openLedger(path, { owner: owner('heir', ['dead']) }),
    ]
    t.after(() => [dead, living, heir].forEach((ledger) => ledger.close()))
    record(dead, outcomeOf())
    record(dead, outcomeOf({ key: runKey({ workspace: 'prod' }) }))
    const later = plus(SLOT, hours(1))
    assert.ok(dead.take('file', later, minutes(5)))
    assert.ok(living.take('file', later, minutes(5)))
    claimed(dead)
    claimed(living, runKey({ workspace: 'prod' }))

    doubt(living, later)
    const afterDoubt = plus(later, GRACE)
    assert.equal(living.claim(runKey(), afterDoubt, LEASE).kind, 'claimed', 'its lease expired, and nobody renewed it')
    assert.equal(heir.claim(runKey(), NOW, LEASE).kind, 'busy')
    assert.equal(heir.claim(runKey({ workspace: 'prod' }), NOW, LEASE).kind, 'busy')
    assert.equal(heir.take('file', later, minutes(5))?.delivery.incident.workspace, 'local')
    assert.equal(heir.take('file', later, minutes(5)), undefined)
  })

  test('a claim of a process that is gone is taken over before its lease expires', (t) => {
    const path = join(tempFolder(t), 'hunt.db')
    const dead = openLedger(path, { owner: owner('dead') })
    const heir = openLedger(path, { owner: owner('heir', ['dead']) })
    t.after(() => [dead, heir].forEach((ledger) => ledger.close()))
    claimed(dead)
    assert.equal(claimed(heir).attempt, 2)
  })

  test('what one process has recorded the next one knows', (t) => {
    const path = join(tempFolder(t), 'hunt.db')
    const first = openLedger(path)
    const outcome = outcomeOf()
    record(first, outcome)
    first.close()
    const second = openLedger(path)
    t.after(() => second.close())
    assert.equal(
      second.known(
        outcome.key.ruleId,
        'local',
        [...outcome.findings].map((f) => f.id),
      ).size,
      1,
    )
    assert.equal(second.pending().length, 1)
  })
})
