import type { HuntError } from '../../domain/errors.ts'
import type { GapReason } from '../../domain/schedule.ts'
import type { Instant } from '../../domain/time.ts'
import type { ScheduleEvent, ScheduleObserver } from '../../schedule/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { minutes } from '../../time/duration.ts'
import { formatInstant, plus } from '../../time/instant.ts'
import type { CommandContext } from '../command.ts'
import { openLogger, wantsLog } from '../log.ts'
import type { RuleFolder } from '../rule-folder.ts'
import { countOf, wrapped } from './words.ts'

/** Why slots were given up, as people read it. */
export const GAP_REASONS: Readonly<Record<GapReason, string>> = {
  'too-old': 'missed for longer than maxCatchUp',
  retention: 'beyond the retention of the workspace',
  paused: 'paused',
  disabled: 'disabled in its file',
  failed: 'every attempt failed',
}

/** What the scheduler decided, on stderr: as warnings for a person, as log lines for whoever collects them. */
export async function sayScheduleEvents(events: readonly ScheduleEvent[], context: CommandContext): Promise<void> {
  const { err, errTerminal } = context
  if (wantsLog(context)) {
    const logger = await openLogger(context)
    for (const event of events) {
      const { text, fields, isWorry } = describe(event)
      if (isWorry) logger.warn(fields, text)
      else logger.info(fields, text)
    }
    return
  }
  const { styles } = errTerminal
  for (const event of events) {
    const { text, isWorry } = describe(event)
    // A failing rule shows with its error already; once more would be noise.
    if (event.kind === 'failing') continue
    const head = isWorry ? styles.yellow('warning') : styles.dim('note')
    await err.write(`${wrapped(`${head}: ${terminalSafe(text)}`, errTerminal).join('\n')}\n`)
  }
}

/** What the daemon says between its runs. */
export interface ScheduleTalk {
  readonly observe: ScheduleObserver
  /** Something failed that the next look may do better. The same is said once, and again when it returns. */
  trouble(error: HuntError): void
  /** Rule files have been read for the first time, or again because they changed; or their folder is away, or back. */
  rulesRead(folder: RuleFolder, news: RuleNews): void
  /** Resolves when all of it has been written. */
  end(): Promise<void>
}

export type RuleNews = 'first' | 'changed' | 'away' | 'back'

const RULE_NEWS: Readonly<Record<RuleNews, string>> = {
  first: 'rules read',
  changed: 'rule files have changed and were read again',
  away: 'the folder of rules is not there: the rules go on as they were until it is back',
  back: 'the folder of rules is back',
}

interface Line {
  readonly text: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly isWorry: boolean
}

/** Trouble that has not been met for so long was over: looks come every few seconds. */
const OVER_AFTER = minutes(10)

export async function startScheduleTalk(context: CommandContext): Promise<ScheduleTalk> {
  const say = await lineWriter(context)
  const troubles = new Map<string, Instant>()
  return {
    observe: (event) => {
      if (event.kind !== 'failing' || event.isNews) say.line(describe(event))
    },
    trouble: ({ code, message, hint }) => {
      const [before, now] = [troubles.get(code), context.program.clock.now()]
      troubles.set(code, now)
      if (before !== undefined && now >= before && now < plus(before, OVER_AFTER)) return
      say.line({ text: message, fields: { code, hint }, isWorry: true })
    },
    rulesRead: ({ rules, diagnostics }, news) => {
      const errors = diagnostics.filter(({ severity }) => severity === 'error')
      const fields = { rules: rules.length, errors: errors.length }
      say.line({ text: RULE_NEWS[news], fields, isWorry: news === 'away' })
      if (news === 'away' || news === 'back') return
      for (const { code, message, hint, span } of errors) {
        const text = `${span.file}:${span.line}:${span.column}: ${message}`
        say.line({ text, fields: { code, hint, file: span.file }, isWorry: true })
      }
    },
    end: () => say.end(),
  }
}

interface LineWriter {
  line(line: Line): void
  end(): Promise<void>
}

/** Lines come out in their order; nobody waits for them until the end. */
async function lineWriter(context: CommandContext): Promise<LineWriter> {
  const { err, errTerminal } = context
  if (wantsLog(context)) {
    const logger = await openLogger(context)
    return {
      line: ({ text, fields, isWorry }) => (isWorry ? logger.warn(fields, text) : logger.info(fields, text)),
      end: async () => undefined,
    }
  }
  let written: Promise<void> = Promise.resolve()
  return {
    line: ({ text, isWorry }) => {
      const head = isWorry ? errTerminal.styles.yellow('warning') : errTerminal.styles.dim('note')
      const lines = wrapped(`${head}: ${terminalSafe(text)}`, errTerminal)
      written = written.then(() => err.write(`${lines.join('\n')}\n`))
    },
    end: () => written,
  }
}

export function describe(event: ScheduleEvent): Line {
  switch (event.kind) {
    case 'gap': {
      const { gap, ruleName } = event
      const { ruleId: rule, workspace, reason, slotCount } = gap
      const [first, last] = [formatInstant(gap.firstSlot), formatInstant(gap.lastSlot)]
      const span = slotCount === 1 ? first : `${first} to ${last}`
      const text = `${ruleName} in ${workspace}: ${countOf(slotCount, 'slot')} given up (${span}), ${GAP_REASONS[reason]}; hunt gaps shows it, hunt backfill searches it`
      return { text, fields: { rule, workspace, reason, slots: slotCount, first, last }, isWorry: true }
    }
    case 'failing': {
      const { failing, pair, ruleName, isPermanent } = event
      const { code, message } = failing.error
      const text = `${ruleName} in ${pair.workspace} fails since ${formatInstant(failing.since)}: ${message}`
      const fields = { rule: pair.ruleId, workspace: pair.workspace, code, failures: failing.failures, isPermanent }
      return { text, fields: { ...fields, nextTry: formatInstant(failing.nextTry) }, isWorry: true }
    }
    case 'not-tried': {
      const { pairs } = event
      const next = event.next === undefined ? undefined : formatInstant(event.next)
      const verb = pairs === 1 ? 'was not tried, because it' : 'were not tried, because they'
      const when = next === undefined ? '' : `the next try is at ${next}, and `
      const text = `${countOf(pairs, 'schedule')} ${verb} failed before; ${when}hunt status says why`
      return { text, fields: { schedules: pairs, next }, isWorry: true }
    }
    case 'recovered': {
      const { pair, ruleName, since } = event
      const text = `${ruleName} in ${pair.workspace} works again; it failed since ${formatInstant(since)}`
      return { text, fields: { rule: pair.ruleId, workspace: pair.workspace }, isWorry: false }
    }
    case 'retired': {
      const { pair, ruleName, ruleFile, unread } = event
      const since = unread?.since === undefined ? '' : ` since ${formatInstant(unread.since)}`
      const why = unread === undefined ? `${ruleFile} is gone` : `nobody has read the folder ${unread.folder}${since}`
      const text = `${ruleName} is not scheduled in ${pair.workspace} any more: ${why}; its history stays`
      return { text, fields: { rule: pair.ruleId, workspace: pair.workspace, file: ruleFile }, isWorry: true }
    }
    case 'rival': {
      const { pair, ruleName, folder } = event
      const text = `${ruleName} is scheduled in ${pair.workspace} from ${folder} too, in another version: a slot is searched by the one that comes first; give one of them an id of its own, or make them equal`
      return { text, fields: { rule: pair.ruleId, workspace: pair.workspace, folder }, isWorry: true }
    }
    case 'twin': {
      const { file, line, problem } = event
      const text = `${file}:${line}: ${problem}, which keeps its history; this one goes by an id made from its path until it has one of its own`
      return { text, fields: { file }, isWorry: true }
    }
    case 'disabled': {
      const { pair, ruleName } = event
      const text = `${ruleName} is not scheduled in ${pair.workspace} any more: its file says enabled: false`
      return { text, fields: { rule: pair.ruleId, workspace: pair.workspace }, isWorry: true }
    }
    case 'old-version': {
      const { ruleId: rule, ruleName, file, sha256 } = event
      const since = formatInstant(event.since)
      const text = `${file} has errors since ${since}: the last good version of ${ruleName} (${sha256.slice(0, 8)}) goes on until they are mended`
      return { text, fields: { rule, file, sha256, since }, isWorry: true }
    }
    case 'reported': {
      const { day, location } = event
      return { text: `the report of ${day} is made: ${location}`, fields: { day, location }, isWorry: false }
    }
    case 'clock-went-back': {
      const text = `the clock went back: ${countOf(event.schedules, 'schedule')} had slots done that lie in the future; they are searched again`
      return { text, fields: { schedules: event.schedules }, isWorry: true }
    }
    case 'reconciliation-given-up': {
      const { pair, ruleName, slots } = event
      const text = `${ruleName} in ${pair.workspace}: ${countOf(slots, 'slot')} could not be searched once more for late records until too old; hunt history shows why, hunt backfill --again searches them`
      return { text, fields: { rule: pair.ruleId, workspace: pair.workspace, slots }, isWorry: true }
    }
    case 'workspace-held': {
      const { workspace, code } = event
      const until = formatInstant(event.until)
      const text = `nothing more is asked of ${workspace} before ${until}, because of ${code}; its slots stay due`
      return { text, fields: { workspace, until, code }, isWorry: true }
    }
  }
}
