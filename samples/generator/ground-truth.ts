import type { Week } from './generate.ts'
import type { Trace } from './run-command.ts'
import { RULES, rowsOf } from './scenarios/scenario.ts'
import type { ExpectedRow, RuleName, Scenario } from './scenarios/scenario.ts'
import { HOURS, MINUTES, WEEK } from './week.ts'

/** What the ground truth needs to know of a rule: which columns identify a row, and which slot finds it. */
interface RuleFacts {
  readonly id: string
  readonly key: readonly string[]
  /** Undefined for a hunting query, which has no slots. */
  readonly frequency: number | undefined
  /** A row younger than this at the slot waits for the next one: the rule says so, or the window ends before it. */
  readonly settle: number
}

/** The window of a slot ends this much before it (`hunt`'s default, after Sentinel's). */
const DELAY = 5 * MINUTES

const FACTS: Readonly<Record<RuleName, RuleFacts>> = {
  'unique-powershell-script': {
    id: '5239248b-abfb-4c6a-8177-b104ade5db56',
    key: ['CorrelationId'],
    frequency: 24 * HOURS,
    settle: HOURS,
  },
  'suspicious-login-window': {
    id: '11bda520-a965-4654-9a45-d09f372f71aa',
    key: ['CorrelationId', 'SignInRecordId'],
    frequency: HOURS,
    settle: DELAY,
  },
  'linked-with-mde': {
    id: '55fbc363-6cc9-4201-bd68-d980b612082b',
    key: ['CorrelationId'],
    frequency: undefined,
    settle: 0,
  },
  'correlated-process-execution': {
    id: '153d6ecb-be59-4951-8c88-f9b04195bc8f',
    key: ['CorrelationId'],
    frequency: HOURS,
    settle: 20 * MINUTES,
  },
  'powershell-on-windows': {
    id: '9cdbd989-a600-403f-8dfd-841d56179895',
    key: ['DeviceName', 'ScriptName'],
    frequency: HOURS,
    settle: 20 * MINUTES,
  },
  'shell-script-on-linux': {
    id: 'fde1ba0a-c671-4af2-813b-3ac09252a836',
    key: ['DeviceName', 'ScriptPath'],
    frequency: HOURS,
    settle: 20 * MINUTES,
  },
}

export interface ExpectedFinding {
  readonly key: string
  /** First slot of the rule's own schedule whose run gives the row; null for a hunting query. */
  readonly slot: string | null
  /** Id of the scenario, or `routine`. */
  readonly from: string
  readonly cells: Readonly<Record<string, string>>
}

export interface GroundTruth {
  readonly schemaVersion: 1
  readonly week: { readonly from: string; readonly to: string }
  readonly rules: readonly {
    readonly name: RuleName
    readonly id: string
    readonly file: string
    readonly key: readonly string[]
    readonly frequency: string | null
    /** Exactly these rows, in a run over the whole week and over all slots together; in order of time. */
    readonly expected: readonly ExpectedFinding[]
  }[]
  readonly scenarios: readonly {
    readonly id: string
    readonly kind: Scenario['kind']
    readonly title: string
    readonly story: string
    readonly operations: readonly ToldOperation[]
    readonly fires: readonly RuleName[]
    readonly silent: Scenario['silent']
  }[]
}

interface ToldOperation {
  readonly time: string
  readonly caller: string
  readonly principal: string
  readonly address: string
  readonly machine: string
  readonly deviceName: string
  readonly resourceId: string
  readonly outcome: Trace['outcome']
  readonly script: string
  readonly scriptFile: string | null
  readonly correlationId: string
}

/** Written from what the generator did, never from what a rule found. */
export function groundTruthOf(week: Week): GroundTruth {
  const told = new Set(week.scenarios.flatMap((scenario) => scenario.traces))
  const routine = week.traces.filter((trace) => !told.has(trace)).flatMap((trace) => rowsOf(trace))
  const rows = [
    ...week.scenarios.flatMap((scenario) => scenario.rows.map((row) => ({ row, from: scenario.id }))),
    ...routine.map((row) => ({ row, from: 'routine' })),
  ].sort((a, b) => a.row.time - b.row.time)
  return {
    schemaVersion: 1,
    week: { from: iso(WEEK.start), to: iso(WEEK.end) },
    rules: RULES.map((name) => ({
      name,
      id: FACTS[name].id,
      file: `queries/azure-run-command/${name}.yaml`,
      key: FACTS[name].key,
      frequency: frequencyText(FACTS[name].frequency),
      expected: rows.filter(({ row }) => row.rule === name).map(({ row, from }) => findingOf(row, from)),
    })),
    scenarios: week.scenarios.map((scenario) => ({
      id: scenario.id,
      kind: scenario.kind,
      title: scenario.title,
      story: scenario.story,
      operations: scenario.traces.map(operationOf),
      fires: RULES.filter((rule) => scenario.rows.some((row) => row.rule === rule)),
      silent: scenario.silent,
    })),
  }
}

function findingOf(row: ExpectedRow, from: string): ExpectedFinding {
  const { frequency, settle } = FACTS[row.rule]
  // Slots lie on the UTC grid of the frequency; the first one by which the row has settled.
  const slot = frequency === undefined ? null : iso((Math.floor((row.time + settle) / frequency) + 1) * frequency)
  return { key: row.key, slot, from, cells: row.cells }
}

function operationOf(trace: Trace): ToldOperation {
  return {
    time: iso(trace.time),
    caller: trace.caller ?? trace.principal.caller,
    principal: trace.principal.displayName,
    address: trace.address,
    machine: trace.machine.name,
    deviceName: trace.machine.deviceName,
    resourceId: `/subscriptions/${trace.machine.subscription.id}/resourceGroups/${trace.machine.resourceGroup}/providers/Microsoft.Compute/virtualMachines/${trace.machine.name}`,
    outcome: trace.outcome,
    script: trace.script.name,
    scriptFile: trace.scriptFile ?? null,
    correlationId: trace.correlationId,
  }
}

const iso = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z')

function frequencyText(frequency: number | undefined): string | null {
  if (frequency === undefined) return null
  return frequency === HOURS ? '1h' : '1d'
}
