import { join } from 'node:path'
import type { TestContext } from 'node:test'
import Driver from 'libsql'
import { openLedger } from '../../src/ledger/index.ts'
import type { RunOutcome } from '../../src/domain/run.ts'
import { hours, minutes } from '../../src/time/duration.ts'
import { plus } from '../../src/time/instant.ts'
import { outcomeOf, runKey, SLOT } from './outcomes.ts'
import { scheduledRule } from './rules.ts'
import { namesTable } from './tables.ts'
import { tempFolder } from './temp-folder.ts'

/** Records outcomes in a ledger file as runs do, and closes it. */
export function recordIn(path: string, outcomes: readonly RunOutcome[], sinks: readonly string[] = ['file']): void {
  const ledger = openLedger(path)
  try {
    for (const outcome of outcomes) {
      const claim = ledger.claim(outcome.key, outcome.startedAt, minutes(30))
      if (claim.kind !== 'claimed') throw new Error(`not claimed: ${claim.kind}`)
      ledger.commit(
        { ...outcome, attempt: claim.attempt },
        claim.token,
        sinks.map((name) => ({ name })),
      )
    }
  } finally {
    ledger.close()
  }
}

/** A run an hour, each with two findings, alerts and incidents of its own. */
export function hourlyOutcomes(count: number): readonly RunOutcome[] {
  const rule = scheduledRule({ eventGrouping: 'AlertPerResult', queryFrequency: hours(1), queryPeriod: hours(1) })
  return Array.from({ length: count }, (_, n) =>
    outcomeOf({ rule, key: runKey({ slot: plus(SLOT, hours(n)) }), table: namesTable(`a-${n}`, `b-${n}`) }),
  )
}

/** A ledger file with three recorded runs, whose six incidents wait for the sink `file`. */
export function filledLedger(t: TestContext): string {
  const path = join(tempFolder(t), 'hunt.db')
  recordIn(path, hourlyOutcomes(3))
  return path
}

/** Changes a ledger file as only a fault could: no trigger and no reference stops it. */
export function tamper(path: string, sql: string): void {
  const driver = new Driver(path)
  try {
    driver.exec(`PRAGMA foreign_keys = OFF; ${sql}`)
  } finally {
    driver.close()
  }
}
