import type { RunEvent, RunObserver } from '../../domain/ports.ts'
import type { RunKey, RunOutcome } from '../../domain/run.ts'
import type { Clock, Duration, Instant } from '../../domain/time.ts'
import { elide, terminalSafe } from '../../text/terminal.ts'
import { milliseconds } from '../../time/duration.ts'
import type { OutputStream } from '../program.ts'
import type { Terminal } from '../terminal.ts'
import { causeOf } from './cause.ts'
import { timeLeft } from './time-left.ts'
import { countOf, elapsed, grouped, wrapped } from './words.ts'

/** Shows how runs go on. `stop` leaves the terminal as it was, and must be called before anything else is printed. */
export interface Progress {
  readonly observe: RunObserver
  /** There will be so many runs, which was not known at the start. */
  expect(total: number): void
  stop(): Promise<void>
}

export interface ProgressOptions {
  readonly stream: OutputStream
  readonly terminal: Terminal
  readonly clock: Clock
  /** How many runs there will be. Undefined where it shows only later. */
  readonly total: number | undefined
  /** Workspaces are named only when there are several. */
  readonly namesWorkspaces: boolean
  /** Aborted when the runs are to stop. */
  readonly signal: AbortSignal
}

/** On a terminal the running rules, redrawn in place; elsewhere one line for each finished run. */
export async function showProgress(options: ProgressOptions): Promise<Progress> {
  return options.terminal.isInteractive ? showLive(options) : showLines(options)
}

function showLines({ stream, terminal, namesWorkspaces, total }: ProgressOptions): Progress {
  const failures = deliveryFailures(terminal)
  // A daemon says each failure in full: what it said before may be days old.
  const withoutRepeats = total === undefined ? (outcome: RunOutcome): RunOutcome => outcome : shortRepeats()
  return {
    observe: (event) => {
      const line = (text: string): void => void stream.write(`${wrapped(text, terminal).join('\n')}\n`)
      if (event.kind === 'finished') line(finishedLine(withoutRepeats(event.outcome), terminal, namesWorkspaces))
      if (event.kind === 'delivery-failed') failures(event).forEach(line)
    },
    expect: () => undefined,
    stop: async () => undefined,
  }
}

/** What fails for the cause of another rule says so in place of the same words. */
function shortRepeats(): (outcome: RunOutcome) => RunOutcome {
  const firsts = new Map<string, string>()
  return (outcome) => {
    const { error, rule, key } = outcome
    const cause = error === undefined ? undefined : causeOf(error, rule, key.workspace)
    if (error === undefined || cause === undefined) return outcome
    const first = firsts.get(cause)
    if (first === undefined) firsts.set(cause, rule.name)
    if (first === undefined || first === rule.name) return outcome
    return { ...outcome, error: { ...error, message: `for the same reason as ${first} (${error.code})` } }
  }
}

/** `complete  Rare script: 12 rows, 2 new findings, 1 incident, 0.4s` */
export function finishedLine(outcome: RunOutcome, { styles }: Terminal, namesWorkspace: boolean): string {
  const { statistics, status, opened, updated } = outcome
  const name = terminalSafe(outcome.rule.name) + (namesWorkspace ? ` in ${outcome.key.workspace}` : '')
  const parts = [
    countOf(statistics.rowCount, 'row'),
    countOf(statistics.newFindingCount, 'new finding'),
    ...(opened.length === 0 ? [] : [`${countOf(opened.length, 'incident')} opened`]),
    ...(updated.length === 0 ? [] : [`${countOf(updated.length, 'incident')} updated`]),
    elapsed(statistics.queryDuration),
  ]
  const reason = outcome.error === undefined ? parts.join(', ') : terminalSafe(outcome.error.message)
  return `${paintStatus(status, styles)(status.padEnd(8))}  ${name}: ${reason}`
}

export function paintStatus(status: RunOutcome['status'], styles: Terminal['styles']): (text: string) => string {
  if (status === 'complete') return styles.green
  if (status === 'failed') return styles.red
  return styles.yellow
}

type DeliveryFailure = Extract<RunEvent, { kind: 'delivery-failed' }>

/** A sink that is down fails each incident alike: that is said once, and the outbox has all of them. */
function deliveryFailures(terminal: Terminal): (event: DeliveryFailure) => readonly string[] {
  const said = new Set<string>()
  return (event) => {
    const key = JSON.stringify([event.sink, event.error.code, event.isGivenUp])
    if (said.has(key)) return []
    said.add(key)
    return [deliveryFailedLine(event, terminal)]
  }
}

function deliveryFailedLine(event: DeliveryFailure, { styles }: Terminal): string {
  const { sink, incidentId, error, isGivenUp } = event
  const head = isGivenUp ? styles.red('given up') : styles.yellow('undelivered')
  return `${head}  incident ${incidentId} to ${sink}: ${terminalSafe(error.message)}`
}

interface Running {
  readonly name: string
  readonly since: Instant
  rows: number | undefined
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const REDRAW_EVERY: Duration = milliseconds(100)

async function showLive(options: ProgressOptions): Promise<Progress> {
  const { stream, terminal, clock, namesWorkspaces, signal } = options
  const { createLogUpdate } = await import('log-update')
  const draw = createLogUpdate(stream)
  const running = new Map<string, Running>()
  const failures = deliveryFailures(terminal)
  const startedAt = clock.now()
  let { total } = options
  let finished = 0
  let frame = 0
  const redraw = (): void => {
    frame += 1
    const state = { finished, total, frame, startedAt, now: clock.now(), terminal, signal }
    draw(liveLines([...running.values()], state).join('\n'))
  }
  const stopping = new AbortController()
  const drawing = redrawUntil(stopping.signal, clock, redraw)
  return {
    observe: (event) => {
      if (event.kind === 'started') {
        const name = terminalSafe(event.ruleName) + (namesWorkspaces ? ` in ${event.key.workspace}` : '')
        running.set(keyText(event.key), { name, since: clock.now(), rows: undefined })
      } else if (event.kind === 'rows') {
        const run = running.get(keyText(event.key))
        if (run !== undefined) run.rows = event.rowCount
      } else if (event.kind === 'finished') {
        running.delete(keyText(event.outcome.key))
        finished += 1
      } else if (event.kind === 'gave-up') {
        running.delete(keyText(event.key))
      } else if (event.kind === 'delivery-failed') {
        for (const text of failures(event)) draw.persist(text)
      }
    },
    expect: (count) => {
      total = count
    },
    async stop() {
      stopping.abort()
      await drawing
      draw.clear()
      draw.done()
    },
  }
}

async function redrawUntil(signal: AbortSignal, clock: Clock, redraw: () => void): Promise<void> {
  while (!signal.aborted) {
    redraw()
    // The sleep ends early, by rejection, when drawing stops; that is its only failure.
    await clock.sleep(REDRAW_EVERY, signal).catch(() => undefined)
  }
}

interface LiveState {
  readonly finished: number
  readonly total: number | undefined
  readonly frame: number
  readonly startedAt: Instant
  readonly now: Instant
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

function liveLines(running: readonly Running[], state: LiveState): readonly string[] {
  const { styles, width = 80 } = state.terminal
  const spinner = styles.cyan(FRAMES[state.frame % FRAMES.length] ?? '')
  const lines = running.map(({ name, since, rows }) => {
    const facts = [elapsed((state.now - since) as Duration), ...(rows === undefined ? [] : [countOf(rows, 'row')])]
    const tail = `  ${facts.join('  ')}`
    return `${spinner} ${elide(name, Math.max(10, width - tail.length - 3))}${styles.dim(tail)}`
  })
  return [...lines, styles.dim(`  ${state.signal.aborted ? 'stopping; Ctrl-C again ends at once' : doneText(state)}`)]
}

/** `3 of 12 done, about 2m left`. What is tried again, or comes due meanwhile, may be more than was expected. */
function doneText({ finished, total, startedAt, now }: LiveState): string {
  if (total === undefined || total < finished) return `${grouped(finished)} done`
  const left = timeLeft({ done: finished, total }, startedAt, now)
  return `${grouped(finished)} of ${grouped(total)} done${left === undefined ? '' : `, ${left}`}`
}

function keyText(key: RunKey): string {
  return [key.ruleId, key.workspace, key.slot, key.windowOverride].join('\0')
}
