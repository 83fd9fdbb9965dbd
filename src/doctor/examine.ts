import { HuntError } from '../domain/errors.ts'
import { runsIn, selectingNone } from '../domain/rule-workspaces.ts'
import type { WorkspaceTags } from '../domain/rule-workspaces.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { days } from '../time/duration.ts'
import type { Diagnosis, DoctorCheck, MatrixCell } from './diagnosis.ts'
import type { DoctorPorts, DoctorRequest, DoctorWorkspace, MachineProbe } from './doctor-ports.ts'
import { neededTables } from './needed-tables.ts'
import type { RuleNeeds } from './needed-tables.ts'
import { probeTable } from './probe-table.ts'
import { probeWatchlist } from './probe-watchlist.ts'
import type { TableState } from './probe-table.ts'
import { probeRetention } from './probe-retention.ts'
import type { Retention } from './probe-retention.ts'
import { probeWorkspace } from './probe-workspace.ts'
import { matrixCell } from './rule-matrix.ts'
import { timesOf } from './rule-times.ts'
import { tableCheck } from './table-check.ts'
import { countOf } from '../text/count.ts'

/** Tables asked about at the same time; the service allows an identity five queries (contract A7). */
const AT_ONCE = 3

/** A look at freshness reaches at least this far back. */
const LEAST_PERIOD = days(1)

/**
 * Looks at everything that has to work before rules can: this machine, the login, each workspace, each table that the
 * rules read, and whether each rule can run in each workspace. `onCheck` hears of every finding at once. Rejects only when
 * aborted, and for faults of our own: what fails is a finding.
 */
export async function examine(
  request: DoctorRequest,
  ports: DoctorPorts,
  onCheck: (check: DoctorCheck) => Promise<void>,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const checks: DoctorCheck[] = []
  const report = async (check: DoctorCheck): Promise<void> => {
    checks.push(check)
    await onCheck(check)
  }
  for (const probe of ports.machine) await report(await lookAt(probe, signal))
  await report(rulesCheck(request))
  const needs = await neededTables(request.rules, ports)
  const tags = tagsOf(request)
  const matrix: MatrixCell[] = []
  for (const workspace of request.workspaces) {
    const { checks: found, failure } = await probeWorkspace(workspace, ports, request.timeout, signal)
    for (const check of found) await report(check)
    const here = needs.filter(({ rule }) => runsIn(rule, workspace.name, tags))
    if (failure !== undefined) {
      matrix.push(...here.map(({ rule }) => unreachable(rule, workspace, failure)))
      continue
    }
    const retention = await probeRetention(workspace, ports, signal)
    if (retention.check !== undefined) await report(retention.check)
    const cellsHere = await examineTables({ workspace, retention, needs: here }, request, ports, report, signal)
    matrix.push(...cellsHere)
  }
  return { checks, matrix }
}

async function lookAt({ area, subject, look }: MachineProbe, signal: AbortSignal): Promise<DoctorCheck> {
  try {
    return { area, subject, ...(await look(signal)) }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof HuntError)) throw error
    const { message, hint, code } = error
    return { area, subject, status: 'failure', message, remedy: hint ?? 'see docs/errors.md', code }
  }
}

function rulesCheck({ rules, brokenFiles, workspaces }: DoctorRequest): DoctorCheck {
  const common = { area: 'rules', subject: countOf(rules.length, 'rule'), facts: { rules: rules.length } } as const
  if (brokenFiles.length > 0) {
    const message = `${brokenFiles.length} of the rule files cannot be used: ${brokenFiles.slice(0, 3).join(', ')}`
    return { ...common, status: 'failure', message, remedy: 'hunt validate explains each problem' }
  }
  if (rules.length === 0) {
    return {
      ...common,
      status: 'warning',
      message: 'there is no rule',
      remedy: 'put rule files into the queries folder',
    }
  }
  const names = workspaces.map(({ name }) => name)
  const [idle] = selectingNone(rules, names, tagsOf({ workspaces }))
  if (idle !== undefined) {
    const message = `"${idle.name}" runs only in ${idle.workspaces.join(', ')}, which is none of ${names.join(', ')}`
    return {
      ...common,
      status: 'failure',
      message,
      remedy: 'mend hunt.workspaces of the rule, or the tags in hunt.yaml',
    }
  }
  return { ...common, status: 'ok', message: 'all rule files can be used' }
}

function tagsOf({ workspaces }: Pick<DoctorRequest, 'workspaces'>): WorkspaceTags {
  return new Map(workspaces.flatMap(({ name, tags }) => (tags === undefined ? [] : [[name, tags] as const])))
}

function unreachable(rule: RuleNeeds['rule'], workspace: DoctorWorkspace, { message }: HuntError): MatrixCell {
  return { ruleId: rule.id, ruleName: rule.name, workspace: workspace.name, status: 'failure', reasons: [message] }
}

interface Place {
  readonly workspace: DoctorWorkspace
  readonly retention: Retention
  /** Of the rules that run there. */
  readonly needs: readonly RuleNeeds[]
}

async function examineTables(
  { workspace, retention, needs }: Place,
  request: DoctorRequest,
  ports: DoctorPorts,
  report: (check: DoctorCheck) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly MatrixCell[]> {
  const at = request.at ?? ports.clock.now()
  const states = new Map<string, TableState>()
  const waiting = tablesOf(needs, request)
  const work = async (): Promise<void> => {
    for (let wish = waiting.shift(); wish !== undefined; wish = waiting.shift()) {
      signal.throwIfAborted()
      const { table, period, patience } = wish
      const question = { table, workspace: workspace.name, period, at, timeout: request.timeout }
      const state = await probeTable(question, ports, signal)
      states.set(table, state)
      const known = ports.schema.tables.get(table)
      await report(tableCheck(question, state, { known, patience, hasIngestion: ports.backend.name !== 'local' }))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const missingLists = new Set<string>()
  for (const alias of [...new Set(needs.flatMap(({ watchlists }) => watchlists))].sort()) {
    const found = await probeWatchlist(
      { alias, workspace: workspace.name, at, timeout: request.timeout },
      ports,
      signal,
    )
    if (found.isMissing) missingLists.add(alias)
    await report(found.check)
  }
  return cells(needs, { workspace, retention, states, missingLists, at, request }, ports)
}

async function cells(
  needs: readonly RuleNeeds[],
  common: {
    readonly workspace: DoctorWorkspace
    readonly retention: Retention
    readonly states: ReadonlyMap<string, TableState>
    readonly missingLists: ReadonlySet<string>
    readonly at: Instant
    readonly request: DoctorRequest
  },
  ports: DoctorPorts,
): Promise<readonly MatrixCell[]> {
  const found: MatrixCell[] = []
  for (const each of needs) found.push(await matrixCell({ needs: each, ...common }, ports))
  return found
}

interface TableNeed {
  readonly table: string
  /** The longest look of all rules that read it. */
  period: Duration
  /** The least patience of them. */
  patience: Duration | undefined
}

function tablesOf(needs: readonly RuleNeeds[], request: DoctorRequest): TableNeed[] {
  const byName = new Map<string, TableNeed>()
  for (const { rule, tables } of needs) {
    const { period, patience } = timesOf(rule, request)
    for (const table of tables) {
      const need = byName.get(table) ?? { table, period: LEAST_PERIOD, patience: undefined }
      need.period = Math.max(need.period, period) as Duration
      if (patience !== undefined) need.patience = Math.min(need.patience ?? patience, patience) as Duration
      byName.set(table, need)
    }
  }
  return [...byName.values()].sort((one, other) => (one.table < other.table ? -1 : 1))
}
