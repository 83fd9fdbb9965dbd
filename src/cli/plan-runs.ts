import { isTimed } from '../domain/rule.ts'
import type { Rule } from '../domain/rule.ts'
import { runsIn, selectingNone } from '../domain/rule-workspaces.ts'
import type { WorkspaceTags } from '../domain/rule-workspaces.ts'
import type { RunRequest } from '../domain/run.ts'
import type { RunPurpose } from '../domain/schedule.ts'
import type { Instant, Window } from '../domain/time.ts'
import { formatDuration } from '../time/duration.ts'
import { formatInstant, lengthOf, minus } from '../time/instant.ts'
import { delayOf, frequencyOf, timetableOf, windowAt } from '../time/rule-times.ts'
import type { DelaySettings } from '../time/rule-times.ts'
import { HUNTING_PERIOD } from '../time/default-times.ts'
import { windowOf } from './window-options.ts'
import type { WindowChoice } from './window-options.ts'

export interface RunPlan {
  readonly requests: readonly RunRequest[]
  /** What is searched and why, in a few sentences for stderr. */
  readonly notices: readonly string[]
}

export interface PlanInput extends DelaySettings {
  readonly rules: readonly Rule[]
  readonly workspaces: readonly string[]
  /** For rules that select workspaces; a workspace without an entry takes every rule. */
  readonly workspaceTags?: WorkspaceTags
  readonly choice: WindowChoice
  /** The present moment. */
  readonly now: Instant
  readonly opensIncidents: boolean
  /** Of runs over a rule's own window; those without a schedule have none and stay ad hoc. Absent means ad hoc. */
  readonly purpose?: RunPurpose
}

/** Decides slot and window of every rule in every workspace. Pure, so that it can be shown before anything runs. */
export function planRuns(input: PlanInput): RunPlan {
  const timed = input.rules.map((rule) => ({ rule, ...timeOf(rule, input) }))
  const tags = input.workspaceTags ?? new Map()
  const requests = timed.flatMap(({ rule, slot, window, windowOverride }) =>
    input.workspaces
      .filter((name) => runsIn(rule, name, tags))
      .map((workspace): RunRequest => ({
        rule,
        workspace,
        slot,
        window,
        windowOverride,
        ...(isTimed(rule) ? { delay: delayOf(rule, input) } : {}),
        opensIncidents: input.opensIncidents,
        purpose: windowOverride === '' ? (input.purpose ?? 'ad-hoc') : 'ad-hoc',
      })),
  )
  return { requests, notices: [...noticesFor(timed, input), ...noWorkspaceNotice(input)] }
}

/** A rule that would never run must not vanish without a word. */
function noWorkspaceNotice({ rules, workspaces, workspaceTags = new Map() }: PlanInput): readonly string[] {
  return selectingNone(rules, workspaces, workspaceTags).map(
    ({ name, workspaces: wanted }) =>
      `"${name}" runs only in ${wanted.join(', ')}, which is none of the workspaces searched: ${workspaces.join(', ')}.`,
  )
}

interface RunTime {
  readonly slot: Instant
  readonly window: Window
  readonly windowOverride: string
}

function timeOf(rule: Rule, { choice, now, ...settings }: PlanInput): RunTime {
  if (choice.kind === 'window') return chosen(windowOf(choice, now))
  const moment = choice.kind === 'slot' ? choice.at : now
  if (!isTimed(rule)) return chosen({ start: minus(moment, HUNTING_PERIOD), end: moment })
  const slot = timetableOf(rule).latest(moment)
  return { slot, window: windowAt(rule, slot, delayOf(rule, settings)), windowOverride: '' }
}

/** A window that the caller chose: `now()` means its end. */
function chosen(window: Window): RunTime {
  return {
    slot: window.end,
    window,
    windowOverride: `${formatInstant(window.start)}/${formatInstant(window.end)}`,
  }
}

function noticesFor(timed: readonly (RunTime & { readonly rule: Rule })[], input: PlanInput): readonly string[] {
  const [first] = timed
  if (first === undefined) return []
  if (input.choice.kind === 'window') return [`Searching ${describeWindow(first.window)}.`]
  const hunting = timed.filter(({ rule }) => !isTimed(rule))
  const scheduled = timed.filter(({ rule }) => isTimed(rule))
  return [...scheduledNotice(scheduled, input), ...huntingNotice(hunting, input), ...offGridNotice(scheduled, input)]
}

function scheduledNotice(
  scheduled: readonly (RunTime & { readonly rule: Rule })[],
  { choice }: PlanInput,
): readonly string[] {
  const [first] = scheduled
  if (first === undefined) return []
  if (scheduled.length === 1) {
    const which = choice.kind === 'slot' ? 'the slot' : 'the latest slot'
    return [`Searching ${describeWindow(first.window)}, the window of ${which} ${formatInstant(first.slot)}.`]
  }
  const when = choice.kind === 'slot' ? `at or before ${formatInstant(choice.at)}` : 'due'
  return [`Searching, for each rule, the window of its latest slot ${when}.`]
}

function huntingNotice(
  hunting: readonly (RunTime & { readonly rule: Rule })[],
  { choice }: PlanInput,
): readonly string[] {
  const [first] = hunting
  if (first === undefined) return []
  const what = hunting.length === 1 ? `the hunting query "${first.rule.name}"` : `${hunting.length} hunting queries`
  const period = choice.kind === 'slot' ? `the day before ${formatInstant(choice.at)}` : 'the last day'
  return [
    `Searching ${period} with ${what}, which ${hunting.length === 1 ? 'has' : 'have'} no schedule; --from, --to or --period choose another window.`,
  ]
}

/** `--at` may lie between two slots: the rule then runs for the one before, which must not happen in silence. */
function offGridNotice(
  scheduled: readonly (RunTime & { readonly rule: Rule })[],
  { choice }: PlanInput,
): readonly string[] {
  if (choice.kind !== 'slot') return []
  const { at } = choice
  return scheduled.flatMap(({ rule, slot }) => {
    if (!isTimed(rule) || slot === at) return []
    const frequency = frequencyOf(rule)
    const every = frequency === undefined ? rule.scheduling.cron?.expression : `every ${formatDuration(frequency)}`
    return [`${formatInstant(at)} is no slot of "${rule.name}" (${every}): ${formatInstant(slot)} is meant.`]
  })
}

/** `2026-03-02T00:00:00Z to 2026-03-09T00:00:00Z (7d)` */
export function describeWindow(window: Window): string {
  return `${formatInstant(window.start)} to ${formatInstant(window.end)} (${formatDuration(lengthOf(window))})`
}
