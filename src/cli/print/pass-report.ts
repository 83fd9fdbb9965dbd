import { toErrorRecord } from '../../domain/errors.ts'
import type { Incident } from '../../domain/run.ts'
import type { Gap, ScheduleState } from '../../domain/schedule.ts'
import type { Instant, Window } from '../../domain/time.ts'
import type { RunAllResult, RunResult } from '../../run/index.ts'
import { formatInstant } from '../../time/instant.ts'
import type { OldVersion } from '../good-versions.ts'
import { silencedJson } from './silences.ts'

/** Raised when a member goes or changes its meaning. Described by docs/schema/pass-report.schema.json. */
const SCHEMA_VERSION = 1

export interface PassFacts {
  readonly all: RunAllResult
  readonly states: readonly ScheduleState[]
  readonly gaps: readonly Gap[]
  /** Rules whose files are broken; absent means none. */
  readonly old?: readonly OldVersion[]
  readonly now: Instant
}

/** What `hunt run --due --json` prints. The rows are in the files: a pass may make thousands of runs. */
export function passReport({ all, states, gaps, old = [], now }: PassFacts): unknown {
  return {
    schemaVersion: SCHEMA_VERSION,
    exitCode: all.exitCode,
    at: formatInstant(now),
    undeliveredIncidents: all.undelivered?.length ?? null,
    runs: all.results.map(runJson),
    failing: states.flatMap(failingJson),
    gaps: gaps.map(gapJson),
    oldVersions: old.map(oldVersionJson),
  }
}

/** A rule whose file is broken, and the version of it that goes on. */
export function oldVersionJson({ rule, file, since }: OldVersion): unknown {
  return { ruleId: rule.id, ruleName: rule.name, file, sha256: rule.source.sha256, since: formatInstant(since) }
}

function runJson(result: RunResult): unknown {
  const { request } = result
  const outcome = result.kind === 'finished' ? result.outcome : undefined
  const error = result.kind === 'failed' ? toErrorRecord(result.error) : (outcome?.error ?? null)
  return {
    ruleId: request.rule.id,
    ruleName: request.rule.name,
    workspace: request.workspace,
    slot: formatInstant(request.slot),
    window: windowJson(request.window),
    purpose: request.purpose ?? 'ad-hoc',
    status: outcome?.status ?? result.kind,
    attempt: outcome?.attempt ?? null,
    error,
    warnings: outcome?.warnings ?? [],
    statistics: outcome?.statistics ?? null,
    opened: (outcome?.opened ?? []).map(incidentJson),
    updated: (outcome?.updated ?? []).map(incidentJson),
    silenced: silencedJson(result.kind === 'finished' ? result.silenced : []),
    files: result.kind === 'finished' ? (result.files?.paths ?? []) : [],
  }
}

function incidentJson({ id, title, severity }: Incident): unknown {
  return { id, title, severity }
}

function failingJson({ ruleId, ruleName, workspace, failing }: ScheduleState): readonly unknown[] {
  if (failing === undefined) return []
  const { since, failures, nextTry, error } = failing
  return [
    { ruleId, ruleName, workspace, since: formatInstant(since), failures, nextTry: formatInstant(nextTry), error },
  ]
}

export function gapJson(gap: Gap): unknown {
  return {
    ruleId: gap.ruleId,
    ruleName: gap.ruleName,
    workspace: gap.workspace,
    reason: gap.reason,
    firstSlot: formatInstant(gap.firstSlot),
    lastSlot: formatInstant(gap.lastSlot),
    slotCount: gap.slotCount,
    searchedSince: gap.searchedSince,
    window: windowJson(gap.window),
    recordedAt: formatInstant(gap.recordedAt),
    acknowledgedAt: gap.acknowledgedAt === undefined ? null : formatInstant(gap.acknowledgedAt),
    error: gap.error ?? null,
  }
}

export function windowJson({ start, end }: Window): unknown {
  return { start: formatInstant(start), end: formatInstant(end) }
}
