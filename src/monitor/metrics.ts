import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { RunEvent } from '../domain/ports.ts'
import type { RunOutcome } from '../domain/run.ts'
import type { Duration, Instant } from '../domain/time.ts'

/** What only the ledger and the scheduler know; asked for at each scrape. */
export interface ScheduleSnapshot {
  /** For each rule and workspace that is scheduled. */
  readonly pairs: readonly {
    readonly ruleId: string
    readonly workspace: string
    /** Slots that are due and not done. */
    readonly owed: number
    readonly isFailing: boolean
    /** How far behind its schedule: since when the oldest owed slot is due; zero when none is. */
    readonly lag: Duration
  }[]
  /** Slots given up that nobody has acknowledged. */
  readonly openGapSlots: number
  /** Rules whose file is broken, so that an earlier version of them goes on. */
  readonly oldVersions: number
  /** Deliveries that wait, by sink. */
  readonly outbox: Readonly<Record<string, number>>
  /** Shared budgets, such as queries at once, by name. */
  readonly budgets: Readonly<Record<string, { readonly used: number; readonly limit: number }>>
}

export interface Metrics {
  /** Counts what the pipeline tells. */
  observe(event: RunEvent): void
  /** Says that a pass over the schedule has ended. */
  passed(at: Instant): void
  /** The text of a scrape, and its media type. */
  scrape(): Promise<{ readonly type: string; readonly text: string }>
}

export interface MetricsOptions {
  readonly version: string
  readonly snapshot: () => ScheduleSnapshot
}

/** The service takes at most ten minutes for a query; most end within seconds. */
const QUERY_SECONDS = [0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600]

type Label = 'rule' | 'workspace' | 'status' | 'kind' | 'action' | 'sink' | 'result' | 'budget' | 'version'

/**
 * Prometheus metrics of a running scheduler. Labels are ids, never names or cells: both are chosen by whoever writes rules
 * and logs. Only lag and failure carry a rule, for alarms need to name it; the rest is by workspace.
 */
export function createMetrics({ version, snapshot }: MetricsOptions): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const of: Describe = (name, help, labelNames = []) => ({
    name: `hunt_${name}`,
    help,
    labelNames,
    registers: [registry],
  })
  const counters = countersIn(of)
  const querySeconds = new Histogram({
    ...of('query_seconds', 'Wall time of queries.', ['workspace', 'status']),
    buckets: QUERY_SECONDS,
  })
  const lastPass = new Gauge(of('last_pass_timestamp_seconds', 'When the last pass over the schedule ended.'))
  new Gauge(of('build_info', 'Version of hunt; always 1.', ['version'])).set({ version }, 1)
  const running = new Gauge(of('runs_running', 'Runs under way.'))
  const fill = gaugesIn(of)
  return {
    observe: (event) => count(event, { ...counters, querySeconds, running }),
    passed: (at) => lastPass.set(at / 1000),
    async scrape() {
      fill(snapshot())
      return { type: registry.contentType, text: await registry.metrics() }
    },
  }
}

interface Description {
  readonly name: string
  readonly help: string
  // prom-client's types ask for lists that could be changed.
  readonly labelNames: Label[]
  readonly registers: Registry[]
}

type Describe = (name: string, help: string, labelNames?: Label[]) => Description

function countersIn(of: Describe) {
  return {
    slots: new Counter(of('slots_total', 'Runs that ended.', ['workspace', 'status'])),
    rows: new Counter(of('rows_total', 'Rows that queries returned.', ['workspace'])),
    findings: new Counter(of('findings_total', 'Findings, new and known.', ['workspace', 'kind'])),
    incidents: new Counter(of('incidents_total', 'Incidents opened and updated.', ['workspace', 'action'])),
    deliveries: new Counter(of('deliveries_total', 'Deliveries to sinks.', ['sink', 'result'])),
  }
}

type Instruments = ReturnType<typeof countersIn> & {
  readonly querySeconds: Histogram<Label>
  readonly running: Gauge<Label>
}

function count(event: RunEvent, to: Instruments): void {
  switch (event.kind) {
    case 'started':
      to.running.inc()
      break
    case 'finished':
      to.running.dec()
      countOutcome(event.outcome, to)
      break
    case 'gave-up':
      to.running.dec()
      to.slots.inc({ workspace: event.key.workspace, status: 'given-up' })
      break
    case 'delivered':
      to.deliveries.inc({ sink: event.sink, result: event.receipt.duplicate ? 'duplicate' : 'delivered' })
      break
    case 'delivery-failed':
      to.deliveries.inc({ sink: event.sink, result: 'failed' })
      break
    case 'rows':
      // Counted with the outcome: what a partial answer shows is in there too.
      break
  }
}

function countOutcome({ key, status, statistics, opened, updated }: RunOutcome, to: Instruments): void {
  const { workspace } = key
  to.slots.inc({ workspace, status })
  to.querySeconds.observe({ workspace, status }, statistics.queryDuration / 1000)
  to.rows.inc({ workspace }, statistics.rowCount)
  to.findings.inc({ workspace, kind: 'new' }, statistics.newFindingCount)
  to.findings.inc({ workspace, kind: 'known' }, statistics.findingCount - statistics.newFindingCount)
  to.incidents.inc({ workspace, action: 'opened' }, opened.length)
  to.incidents.inc({ workspace, action: 'updated' }, updated.length)
}

/** Made anew at each scrape, so that a rule that is gone leaves no last value behind. */
function gaugesIn(of: Describe): (snapshot: ScheduleSnapshot) => void {
  const due = new Gauge(of('slots_due', 'Slots that are due and not done.', ['workspace']))
  const lag = new Gauge(of('slot_lag_seconds', 'Since when the oldest owed slot is due.', ['rule', 'workspace']))
  const failing = new Gauge(of('rule_failing', '1 while the last run of the rule failed.', ['rule', 'workspace']))
  const gaps = new Gauge(of('gap_slots', 'Slots given up that nobody has acknowledged.'))
  const old = new Gauge(of('rules_on_old_version', 'Rules whose file is broken; their last good version goes on.'))
  const outbox = new Gauge(of('outbox_depth', 'Deliveries that wait.', ['sink']))
  const used = new Gauge(of('budget_used', 'What is in use of a shared budget.', ['budget']))
  const limit = new Gauge(of('budget_limit', 'The most that may be in use of it.', ['budget']))
  return (snapshot) => {
    for (const gauge of [due, lag, failing, outbox, used, limit]) gauge.reset()
    for (const { ruleId: rule, workspace, owed, isFailing, lag: behind } of snapshot.pairs) {
      due.inc({ workspace }, owed)
      lag.set({ rule, workspace }, behind / 1000)
      failing.set({ rule, workspace }, isFailing ? 1 : 0)
    }
    gaps.set(snapshot.openGapSlots)
    old.set(snapshot.oldVersions)
    for (const [sink, depth] of Object.entries(snapshot.outbox)) outbox.set({ sink }, depth)
    for (const [budget, state] of Object.entries(snapshot.budgets)) {
      used.set({ budget }, state.used)
      limit.set({ budget }, state.limit)
    }
  }
}
