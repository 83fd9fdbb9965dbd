import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { RuleVersionLedger, ScheduleLedger } from '../domain/schedule.ts'
import { milliseconds } from '../time/duration.ts'
import { ruleTextChecker } from './check-rule-text.ts'
import type { CommandContext } from './command.ts'
import { oldVersionEvent, twinEvents, withGoodVersions } from './good-versions.ts'
import type { GoodRules } from './good-versions.ts'
import { loadRuleFolder, queriesFolder, queriesFolderName, queriesMissingError } from './rule-folder.ts'
import type { ScheduleTalk } from './print/schedule-talk.ts'

export interface RuleWatch {
  readonly folder: string
  /** The rules as their files are now. Files are read again only when one has changed. */
  read(): Promise<GoodRules>
}

/** What was written in this time may be written on: editors, copies and checkouts take a moment for all of it. */
const REST = milliseconds(500)
/** Moments that a look waits for files to rest; then it goes by the rules as they were, and the next one waits again. */
const MOST_RESTS = 6

/**
 * Looks at names, sizes and times of the files instead of waiting for the system to tell: network drives, containers and
 * editors that replace files tell nothing, or too much.
 *
 * Which folder it is, is decided once, and one that is away for a while changes nothing: a drive that was not mounted, a
 * checkout, a link that is exchanged. The rules of that moment would all be retired, or be those of the bundled pack.
 */
export function watchRules(
  context: CommandContext,
  ledger: RuleVersionLedger & Pick<ScheduleLedger, 'schedules'>,
  talk: ScheduleTalk,
): RuleWatch {
  const folder = queriesFolderName(context)
  let known: { readonly signature: string; readonly rules: GoodRules } | undefined
  let isAway = false

  const load = async (signature: string): Promise<GoodRules | undefined> => {
    const { program } = context
    const loaded = await loadRuleFolder(context, [folder])
    if (!existsSync(folder)) return undefined
    const options = { cwd: program.cwd, folder, now: program.clock.now(), check: ruleTextChecker(context) }
    const rules = await withGoodVersions(loaded, ledger, options)
    talk.rulesRead(rules, known === undefined ? 'first' : 'changed')
    for (const each of [...twinEvents(rules.diagnostics), ...rules.old.map(oldVersionEvent)]) talk.observe(each)
    known = { signature, rules }
    return rules
  }
  return {
    folder,
    async read() {
      if (known === undefined) {
        const signature = await signatureOf(queriesFolder(context))
        const rules = await load(signature)
        if (rules === undefined) throw queriesMissingError(folder)
        return rules
      }
      const last = known
      const signature = await restedSignature(folder, last.signature, context)
      const isHere = existsSync(folder)
      if (isAway && isHere) talk.rulesRead(last.rules, 'back')
      if (!isAway && !isHere) talk.rulesRead(last.rules, 'away')
      isAway = !isHere
      if (isAway || signature === undefined || signature === last.signature) return last.rules
      return (await load(signature)) ?? last.rules
    },
  }
}

/** How the files are, once that has stayed the same for a moment; undefined while it does not. */
async function restedSignature(
  folder: string,
  before: string,
  { program, signal }: CommandContext,
): Promise<string | undefined> {
  let last = await signatureOf(folder)
  for (let rests = 0; rests < MOST_RESTS && last !== before; rests += 1) {
    try {
      await program.clock.sleep(REST, signal)
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    }
    const now = await signatureOf(folder)
    if (now === last) return now
    last = now
  }
  return last === before ? before : undefined
}

/** Of all files that loading would read, also those behind links. */
async function signatureOf(folder: string): Promise<string> {
  const { findFiles } = await import('../rules/index.ts')
  const { files, exclusions, unreadable } = await findFiles([folder], folder)
  const hash = createHash('sha256')
  for (const { path } of [...files, ...exclusions]) hash.update(`${path}\0${await factsOf(path)}\0`)
  for (const { message } of unreadable) hash.update(`${message}\0`)
  return hash.digest('hex')
}

async function factsOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ino, dev } = await stat(path)
    return `${size}\0${mtimeMs}\0${ino}\0${dev}`
  } catch {
    // Gone since its folder was read, which the next look sees.
    return 'gone'
  }
}
