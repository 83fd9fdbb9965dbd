import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Rule } from '../domain/rule.ts'
import type { RuleVersion, RuleVersionLedger } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import type { ScheduleEvent } from '../schedule/index.ts'
import type { RuleFolder } from './rule-folder.ts'

/** A rule whose file cannot be used as it is: an earlier version of it goes on. */
export interface OldVersion {
  readonly rule: Rule
  readonly since: Instant
}

export interface GoodRules {
  /** Those of the folder, and the last good versions of those whose files are broken. */
  readonly rules: readonly Rule[]
  readonly old: readonly OldVersion[]
}

/**
 * Keeps in the ledger what is in order, and takes from there what an edit has broken: a rule must not stop hunting because
 * somebody saved half a file. A file that is gone retires its rules; one that is there and broken does not.
 */
export async function withGoodVersions(
  { rules, diagnostics }: RuleFolder,
  ledger: RuleVersionLedger,
  { cwd, now }: { readonly cwd: string; readonly now: Instant },
): Promise<GoodRules> {
  const kept = new Map(ledger.ruleVersions().map((version) => [version.ruleId, version]))
  ledger.keepRuleVersions(await freshVersions(rules, kept, cwd), now)

  const broken = new Set(diagnostics.filter(({ severity }) => severity === 'error').map(({ span }) => span.file))
  const present = new Set(rules.map(({ id }) => id))
  const wanted = [...kept.values()].filter(({ ruleId, file }) => broken.has(file) && !present.has(ruleId))
  if (wanted.length === 0) return { rules, old: [] }
  ledger.markBroken(
    wanted.map(({ ruleId }) => ruleId),
    now,
  )
  const { loadRuleText } = await import('../rules/index.ts')
  const old = wanted.flatMap(({ ruleId, file, text, brokenSince }) => {
    const rule = loadRuleText(file, text).rules.find(({ id }) => id === ruleId)
    return rule === undefined ? [] : [{ rule, since: brokenSince ?? now }]
  })
  return { rules: [...rules, ...old.map(({ rule }) => rule)], old }
}

async function freshVersions(
  rules: readonly Rule[],
  kept: ReadonlyMap<string, RuleVersion>,
  cwd: string,
): Promise<readonly Omit<RuleVersion, 'brokenSince'>[]> {
  const fresh = rules.filter(({ id, source }) => {
    const known = kept.get(id)
    return known?.sha256 !== source.sha256 || known.file !== source.file || known.brokenSince !== undefined
  })
  const texts = new Map<string, string>()
  for (const { source } of fresh) {
    if (!texts.has(source.file)) texts.set(source.file, await readFile(resolve(cwd, source.file), 'utf8'))
  }
  return fresh.map(({ id, source }) => ({
    ruleId: id,
    file: source.file,
    sha256: source.sha256,
    text: texts.get(source.file) ?? '',
  }))
}

export function oldVersionEvent({ rule, since }: OldVersion): ScheduleEvent {
  const { id: ruleId, name: ruleName, source } = rule
  return { kind: 'old-version', ruleId, ruleName, file: source.file, sha256: source.sha256, since }
}
