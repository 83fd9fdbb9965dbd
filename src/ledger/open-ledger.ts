import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { LedgerError } from '../domain/errors.ts'
import type { ExclusionLedger } from '../domain/exclusion.ts'
import type { KeptLogsLedger } from '../domain/kept-logs.ts'
import type { IncidentLedger, Ledger, OutboxLedger } from '../domain/ports.ts'
import type { ReportLedger } from '../domain/report.ts'
import type {
  DayActivity,
  DelayLedger,
  HealthLedger,
  RuleVersionLedger,
  ScheduleLedger,
  SharedLimits,
} from '../domain/schedule.ts'
import type { SilenceLedger } from '../domain/silence.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { seconds } from '../time/duration.ts'
import { claim, GRACE, release, renew } from './claims.ts'
import { commit } from './commit.ts'
import { refuseCutFile } from './cut-file.ts'
import { openDatabase, textIn } from './database.ts'
import type { Database } from './database.ts'
import { completeBefore, completeSlots, coverage } from './coverage.ts'
import { exclusionHits } from './exclusions.ts'
import { known, knownAlerts } from './findings.ts'
import { acknowledgeGaps, gaps } from './gaps.ts'
import { pause, resume } from './pauses.ts'
import { activity, runs } from './history.ts'
import type { RunFilter, RunRecord } from './history.ts'
import { closeIncident, commentIncident, incidentRecords } from './incident-book.ts'
import { closeHealthIncident, failingPairs, openHealthIncident, openHealthIncidents } from './health.ts'
import { incidents } from './incidents.ts'
import { ingestionDelays, recordIngestionDelay } from './ingestion-delays.ts'
import { keptLogs, recordKeptLogs } from './kept-logs.ts'
import { missingError, unwritableError } from './ledger-error.ts'
import { searchedSlots, setReconciled } from './reconciliations.ts'
import { migrate } from './migrate.ts'
import { readPeriod } from './period.ts'
import { claimReport, finishReport, firstRun, releaseReport, reportedDays } from './report-days.ts'
import { folderRead, foldersRead } from './rule-folders.ts'
import { keepRuleVersions, markBroken, ruleVersions } from './rule-versions.ts'
import {
  advance,
  deactivate,
  register,
  releaseFailing,
  retractFuture,
  scheduleChanges,
  schedules,
  setFailing,
} from './schedules.ts'
import { bury, hold, pending, pendingCounts, postpone, settle, take, untake } from './outbox.ts'
import { drop, outbox, revive } from './outbox-care.ts'
import { endSilences, silence, silences, unsilence } from './silences.ts'
import { summarise } from './storm.ts'
import { nextRequest, takeRequest } from './requests.ts'
import { leaveSeat, renewSeat, seatsElsewhere, seatState, takeSeat } from './seats.ts'
import { Owed } from './owed.ts'
import { soleOwner } from './owner.ts'
import type { Owner } from './owner.ts'

export interface LedgerOptions {
  /** Whose leases this ledger takes; absent for one that no other process shares. */
  readonly owner?: Owner
  /** How long to wait for another process's transaction; absent means ten seconds. */
  readonly busyTimeout?: Duration
  /** How long an expired lease is only doubted before another takes it over; absent means three minutes. */
  readonly grace?: Duration
  /** Refuse to create one: `ledger/missing`. */
  readonly mustExist?: boolean
}

/** The ledger with its history and schedules, which only some commands need. */
export interface LedgerWithHistory
  extends
    Ledger,
    ScheduleLedger,
    DelayLedger,
    KeptLogsLedger,
    HealthLedger,
    RuleVersionLedger,
    OutboxLedger,
    IncidentLedger,
    ReportLedger,
    ExclusionLedger,
    SilenceLedger,
    SharedLimits {
  /** The same for all copies of this ledger, and for no other one. */
  id(): string
  /** Attempts, latest first. */
  runs(filter: RunFilter): readonly RunRecord[]
  /** What slots from then on found, by day. */
  activity(since: Instant): readonly DayActivity[]
}

/**
 * Opens the ledger in an SQLite file, creating file and folder, and brings its schema up to date. `:memory:` gives one
 * that ends with the process.
 *
 * @throws LedgerError `ledger/locked`, `/corrupt`, `/missing`, `/full`, `/unwritable`, `/foreign` or `/newer`
 */
export function openLedger(path: string, options: LedgerOptions = {}): LedgerWithHistory {
  const owner = options.owner ?? soleOwner
  if (options.mustExist === true && !existsSync(path)) throw missingError(path)
  const database = openFile(path, options.busyTimeout ?? seconds(10))
  const owed = new Owed()
  return {
    claim: (key, now, lease, purpose = 'ad-hoc') => {
      owed.settle()
      return claim(database, owner, key, now, lease, purpose, options.grace ?? GRACE)
    },
    renew: (token, until) => renew(database, token, until),
    release: (key, token) => owed.write(`lease ${token}`, () => release(database, key, token)),
    known: (ruleId, workspace, findingIds) => known(database, ruleId, workspace, findingIds),
    knownAlerts: (alertIds) => knownAlerts(database, alertIds),
    incidents: (ruleId, workspace, since) => incidents(database, ruleId, workspace, since),
    commit: (outcome, token, sinks) => commit(database, outcome, token, sinks),
    pending: () => pending(database),
    pendingCounts: () => pendingCounts(database),
    take: (sink, now, lease) => {
      owed.settle()
      return take(database, owner, sink, now, lease)
    },
    settle: (entryId, receipt, now) => owed.write(`delivery ${entryId}`, () => settle(database, entryId, receipt, now)),
    postpone: (entryId, error, nextAttempt, now) => postpone(database, entryId, error, nextAttempt, now),
    bury: (entryId, error, now) => bury(database, entryId, error, now),
    hold: (sink, until) => hold(database, sink, until),
    summarise: (sink, limits, now, describe) => summarise(database, owner, sink, limits, now, describe),
    endSilences: (now, describe) => endSilences(database, now, describe),
    silence: (each) => silence(database, each),
    silences: (filter) => silences(database, filter),
    unsilence: (ids, now) => unsilence(database, ids, now),
    outbox: (filter) => outbox(database, filter),
    incidentRecords: (filter) => incidentRecords(database, filter),
    closeIncident: (id, event, sinks) => closeIncident(database, id, event, sinks),
    commentIncident: (id, event, sinks) => commentIncident(database, id, event, sinks),
    revive: (filter, now) => revive(database, filter, now),
    drop: (filter, now) => drop(database, filter, now),
    untake: (entryId) => untake(database, entryId),
    id: () => textIn(database.get('SELECT id FROM ledger_id') ?? {}, 'id'),
    runs: (filter) => runs(database, filter),
    activity: (since) => activity(database, since),
    exclusionHits: (filter) => exclusionHits(database, filter),
    register: (registrations, now, folder = '') => register(database, registrations, now, folder),
    folderRead: (folder, now) => folderRead(database, folder, now),
    foldersRead: () => foldersRead(database),
    deactivate: (pairs, reason, now) => deactivate(database, pairs, reason, now),
    schedules: (filter = {}) => schedules(database, filter),
    scheduleChanges: (after) => scheduleChanges(database, after),
    ruleVersions: (folder) => ruleVersions(database, folder),
    keepRuleVersions: (versions, now, folder = '') => keepRuleVersions(database, versions, now, folder),
    markBroken: (ruleIds, now, folder = '') => markBroken(database, ruleIds, now, folder),
    pause: (pairs, since, until) => pause(database, pairs, since, until),
    resume: (pairs, now) => resume(database, pairs, now),
    completeSlots: (span) => completeSlots(database, span),
    completeBefore: (pair, slot) => completeBefore(database, pair, slot),
    searchedSlots: (pair, after, through) => searchedSlots(database, pair, after, through),
    setReconciled: (pair, from, to) => setReconciled(database, pair, from, to),
    advance: (advances, now) => advance(database, advances, now),
    setFailing: (pair, failing) => setFailing(database, pair, failing),
    releaseFailing: (workspace, code, now) => releaseFailing(database, workspace, code, now),
    retractFuture: (now) => retractFuture(database, now),
    gaps: (filter = {}) => gaps(database, filter),
    acknowledgeGaps: (seen, now) => acknowledgeGaps(database, seen, now),
    coverage: (filter = {}) => coverage(database, filter),
    ingestionDelays: () => ingestionDelays(database),
    recordIngestionDelay: (delay) => recordIngestionDelay(database, delay),
    keptLogs: () => keptLogs(database),
    recordKeptLogs: (record) => recordKeptLogs(database, record),
    readPeriod: (period, since) => readPeriod(database, period, since),
    reportedDays: () => reportedDays(database),
    firstRun: () => firstRun(database),
    claimReport: (day, now, lease) => claimReport(database, owner, day, now, lease),
    finishReport: (day, location, now) => finishReport(database, day, location, now),
    releaseReport: (day) => releaseReport(database, day),
    failingPairs: (leastFailures) => failingPairs(database, leastFailures),
    openHealthIncidents: () => openHealthIncidents(database),
    openHealthIncident: (incident, about, sinks, now) => openHealthIncident(database, incident, about, sinks, now),
    closeHealthIncident: (incident, about, sinks, now) => closeHealthIncident(database, incident, about, sinks, now),
    nextRequest: (identity, now, limits) => nextRequest(database, identity, now, limits),
    takeSeat: (identity, until) => {
      owed.settle()
      return takeSeat(database, owner, identity, until)
    },
    seatState: (request) => {
      // One that went back and could not would keep this one waiting.
      owed.settle()
      return seatState(database, owner, request, options.grace ?? GRACE)
    },
    renewSeat: (number, until) => renewSeat(database, number, until),
    leaveSeat: (number) => owed.write(`seat ${number}`, () => leaveSeat(database, number)),
    seatsElsewhere: (now) => seatsElsewhere(database, owner, now),
    takeRequest: (takes, now) => takeRequest(database, takes, now),
    close: () => close(database, owed),
  }
}

/** What is still owed is tried once more: the next process could not know that a sink has heard of an incident. */
function close(database: Database, owed: Owed): void {
  try {
    owed.settle()
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
  } finally {
    database.close()
  }
}

function openFile(path: string, busyTimeout: Duration): Database {
  if (path !== ':memory:') makeFolder(path)
  // FULL: what a commit has recorded survives a power cut.
  const pragmas = 'PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON'
  const database = openDatabase(path, { busyMilliseconds: busyTimeout, pragmas })
  try {
    // Write-ahead log: readers never block the writer.
    database.all('PRAGMA journal_mode = WAL')
    if (path !== ':memory:') refuseCutFile(database)
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
  } catch (error) {
    throw unwritableError(path, error)
  }
}
