import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RuleVersionLedger, ScheduleLedger } from '../domain/schedule.ts'
import { ruleTextChecker } from './check-rule-text.ts'
import type { CommandContext } from './command.ts'
import { oldVersionEvent, withGoodVersions } from './good-versions.ts'
import type { GoodRules } from './good-versions.ts'
import { loadRuleFolder, queriesFolder } from './rule-folder.ts'
import type { ScheduleTalk } from './print/schedule-talk.ts'

export interface RuleWatch {
  /** The rules as their files are now. Files are read again only when one has changed. */
  read(): Promise<GoodRules>
}

/**
 * Looks at names, sizes and times of the files instead of waiting for the system to tell: network drives, containers and
 * editors that replace files tell nothing, or too much.
 */
export function watchRules(
  context: CommandContext,
  ledger: RuleVersionLedger & Pick<ScheduleLedger, 'schedules'>,
  talk: ScheduleTalk,
): RuleWatch {
  let known: { readonly signature: string; readonly rules: GoodRules } | undefined
  return {
    async read() {
      const { program } = context
      const folder = queriesFolder(context)
      const signature = await signatureOf(folder)
      if (known?.signature === signature) return known.rules
      const options = { cwd: program.cwd, folder, now: program.clock.now(), check: ruleTextChecker(context) }
      const rules = await withGoodVersions(await loadRuleFolder(context), ledger, options)
      talk.rulesRead(rules, known === undefined)
      for (const each of rules.old) talk.observe(oldVersionEvent(each))
      known = { signature, rules }
      return rules
    },
  }
}

async function signatureOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => /\.ya?ml$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    const { size, mtimeMs, ino } = await stat(file)
    hash.update(`${file}\0${size}\0${mtimeMs}\0${ino}\0`)
  }
  return hash.digest('hex')
}
