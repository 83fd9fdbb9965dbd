import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { generateWeek } from '../../../samples/generator/generate.ts'
import { groundTruthOf } from '../../../samples/generator/ground-truth.ts'
import type { ExpectedFinding } from '../../../samples/generator/ground-truth.ts'
import type { Trace } from '../../../samples/generator/run-command.ts'
import type { RuleName } from '../../../samples/generator/scenarios/scenario.ts'
import { HOURS } from '../../../samples/generator/week.ts'

// The stories say by hand what is unique and which sign-in belongs to which operation. Here the same is counted from
// what lies in the logs, so that routine cannot make the stories untrue unnoticed.
const week = generateWeek()
const truth = groundTruthOf(week)

function expectedOf(name: RuleName): readonly ExpectedFinding[] {
  return truth.rules.find((rule) => rule.name === name)?.expected ?? []
}

const keys = (found: readonly { readonly key: string }[]): string[] => found.map(({ key }) => key).sort()

describe('the ground truth', () => {
  const windowsRuns = week.traces.filter(
    ({ machine, scriptFile }) => machine.os === 'Windows' && scriptFile !== undefined,
  )
  const fingerprint = ({ script }: Trace): string => JSON.stringify([[...script.commands].sort(), script.size])

  it('calls unique what occurs once in the week', () => {
    assert.deepEqual(keys(expectedOf('unique-powershell-script')), onceOf(windowsRuns).sort())
  })

  it('calls unique what occurs once among the operations of its day', () => {
    const days = new Map<number, Trace[]>()
    for (const trace of windowsRuns) {
      const day = Math.floor((trace.time + HOURS) / (24 * HOURS))
      days.set(day, [...(days.get(day) ?? []), trace])
    }
    assert.deepEqual(keys(expectedOf('unique-powershell-script')), [...days.values()].flatMap(onceOf).sort())
  })

  function onceOf(traces: readonly Trace[]): string[] {
    const counts = new Map<string, number>()
    for (const trace of traces) counts.set(fingerprint(trace), (counts.get(fingerprint(trace)) ?? 0) + 1)
    return traces.filter((trace) => counts.get(fingerprint(trace)) === 1).map(({ correlationId }) => correlationId)
  }

  it('pairs sign-ins and operations as the records have them', () => {
    const behaviour = week.logs.tables().find(({ name }) => name === 'BehaviorAnalytics')?.records ?? []
    const operations = week.traces.filter(({ outcome }) => outcome !== 'rejected')
    const pairs = operations.flatMap((trace) =>
      behaviour
        .filter((row) => row['ActivityType'] === 'LogOn' && JSON.stringify(row['ActivityInsights']).includes('"True"'))
        // Staff may use a new application; only the action and the country make a sign-in suspicious.
        .filter((row) =>
          /UncommonlyPerformedByUser":"True|Country\w+":"True|FromCountry":"True/.test(
            JSON.stringify(row['ActivityInsights']),
          ),
        )
        .filter((row) => String(row['UserPrincipalName']) === (trace.caller ?? trace.principal.caller).toLowerCase())
        .filter((row) => {
          const after = trace.time - Date.parse(row.TimeGenerated)
          return after >= -HOURS && after <= 6 * HOURS
        })
        .map((row) => `${trace.correlationId}|${String(row['SourceRecordId'])}`),
    )
    const told = expectedOf('suspicious-login-window').filter(
      ({ cells }) => cells['VirtualMachineName'] !== 'vmss-front_3',
    )
    assert.deepEqual(keys(told), pairs.sort())
  })

  it('has a key of its own for every row', () => {
    for (const { name, expected } of truth.rules) assert.equal(new Set(keys(expected)).size, expected.length, name)
  })

  it('lets every attack be found by some rule, and every near miss stay unfound by the two that judge', () => {
    for (const { id, kind, fires } of truth.scenarios) {
      const judging = fires.filter((rule) => rule === 'unique-powershell-script' || rule === 'suspicious-login-window')
      if (kind === 'attack') assert.ok(fires.length >= 3, id)
      if (kind === 'near-miss') assert.deepEqual(judging, [], id)
    }
  })

  it('starts no operation in the minutes that a window may cut', () => {
    // hunt's windows end five minutes before their slot, so these five minutes of a day are judged by two runs.
    for (const { label, time } of week.traces) {
      const minute = Math.floor(time / 60_000) % (24 * 60)
      assert.ok(minute < 22 * 60 + 55 || minute >= 23 * 60, `${label} at ${new Date(time).toISOString()}`)
    }
  })
})
