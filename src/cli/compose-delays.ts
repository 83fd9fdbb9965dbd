import type { DelayLedger } from '../domain/schedule.ts'
import { DelayMeasurements, delaysByWorkspace } from '../schedule/index.ts'
import type { Planned, PlanSettings, SchedulerPorts } from '../schedule/index.ts'
import { mentionedIn } from '../time/rule-times.ts'
import type { CommandContext } from './command.ts'
import type { SearchTarget } from './compose.ts'
import { loadSchema } from './load-schema.ts'
import { monitorProblem } from './schedule-monitor.ts'
import type { ScheduleTalk } from './print/schedule-talk.ts'

type Surroundings = Pick<CommandContext, 'config' | 'program' | 'signal'>

/** What was measured, for the plan. */
export function measuredDelays(ledger: DelayLedger): Pick<Required<PlanSettings>, 'measuredDelays'> {
  return { measuredDelays: delaysByWorkspace(ledger.ingestionDelays()) }
}

/** A data folder has no `ingestion_time()`: nothing is measured there, and an overlap that would follow from it is none. */
export async function openDelayMeasurements(
  { budget }: SearchTarget,
  ports: Pick<SchedulerPorts, 'backend' | 'clock'> & { readonly ledger: DelayLedger },
  onTrouble: ScheduleTalk['trouble'],
  context: Surroundings,
): Promise<DelayMeasurements | undefined> {
  if (ports.backend.name === 'local') return undefined
  const { config, signal } = context
  const names = [...(await loadSchema(context)).tables.keys()]
  const options = {
    tablesOf: memoised((rule: Planned['rule']) => tablesOf(rule, names)),
    budget,
    timeout: config.timeout,
    onTrouble: (table: string, workspace: string, { message }: { readonly message: string }) =>
      onTrouble(monitorProblem(`how late records of ${table} come in ${workspace} cannot be measured: ${message}`)),
  }
  return new DelayMeasurements(ports, options, signal)
}

/** Tables of the catalogue that a rule names or declares, and what is called like a custom table. */
function tablesOf(rule: Planned['rule'], names: readonly string[]): readonly string[] {
  const custom = [...rule.requiredTables, ...(rule.query.match(/\b\w+_CL\b/g) ?? [])].filter((name) =>
    /_CL$/.test(name),
  )
  return [...new Set([...mentionedIn(rule, names), ...custom])]
}

function memoised<Key extends Planned['rule'], Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>()
  return (key) => {
    const value = known.get(key) ?? work(key)
    known.set(key, value)
    return value
  }
}
