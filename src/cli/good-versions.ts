import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Diagnostic } from '../domain/diagnostic.ts'
import type { Rule } from '../domain/rule.ts'
import type { RuleVersion, RuleVersionLedger, ScheduleLedger } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { errnoOf } from '../files/file-error.ts'
import type { ScheduleEvent } from '../schedule/index.ts'
import type { RuleFolder } from './rule-folder.ts'

/** A rule whose file cannot be used as it is: an earlier version of it goes on. */
export interface OldVersion {
  readonly rule: Rule
  /** The file that is broken now; not the rule's own where the rule moved. */
  readonly file: string
  readonly since: Instant
}

/** Rules and diagnostics as of the folder, what is broken replaced by its last good version. */
export interface GoodRules extends RuleFolder {
  readonly old: readonly OldVersion[]
}

/** The errors of the text of a rule file, its queries included; `file` is the name that they show. */
export type CheckRuleText = (file: string, text: string) => Promise<readonly Diagnostic[]>

export interface GoodVersionOptions {
  readonly cwd: string
  /** Whose last good versions are meant: files of other folders have the same names, and their rules are not gone. */
  readonly folder: string
  readonly now: Instant
  readonly check: CheckRuleText
}

type VersionLedger = RuleVersionLedger & Pick<ScheduleLedger, 'schedules'>
type NewVersion = Omit<RuleVersion, 'brokenSince'>

/** A version that goes on, and the file that should have a newer one. */
interface Fallback {
  readonly version: RuleVersion
  readonly file: string
}

/**
 * Keeps in the ledger what is in order, and takes from there what an edit has broken: a rule must not stop hunting because
 * somebody saved half a file, or a query that nobody can run. A file that is gone retires its rules; one that is there and
 * broken does not, also when it moved and broke at once.
 *
 * A rule that is seen for the first time goes as it is: there is nothing better to run.
 */
export async function withGoodVersions(
  { rules, diagnostics, exclusionFiles }: RuleFolder,
  ledger: VersionLedger,
  { cwd, folder, now, check }: GoodVersionOptions,
): Promise<GoodRules> {
  const kept = new Map(ledger.ruleVersions(folder).map((version) => [version.ruleId, version]))
  const edits = await editsOf(rules, kept, cwd)
  const refused = await refusedAmong(edits, kept, check)
  ledger.keepRuleVersions(
    edits.filter(({ ruleId }) => !refused.has(ruleId)),
    now,
    folder,
  )

  const usable = rules.filter(({ id }) => !refused.has(id))
  const present = new Set(usable.map(({ id }) => id))
  const missing = [...kept.values()].filter(({ ruleId }) => !present.has(ruleId))
  const broken = filesWithErrors(diagnostics)
  const inPlace = missing.flatMap((version): readonly Fallback[] => {
    const file = refused.get(version.ruleId)?.edit.file ?? version.file
    return refused.has(version.ruleId) || broken.has(file) ? [{ version, file }] : []
  })
  const known = new Set(inPlace.map(({ version }) => version))
  const lost = missing.filter((version) => !known.has(version))
  const fallbacks = [...inPlace, ...(await movedAndBroken(lost, broken, ledger, cwd))]
  const old = await lastGood(fallbacks, exclusionFiles, ledger, { folder, now })
  return {
    exclusionFiles,
    rules: [...usable, ...old.map(({ rule }) => rule)],
    diagnostics: [...diagnostics, ...[...refused.values()].flatMap(({ errors }) => errors)],
    old,
  }
}

function filesWithErrors(diagnostics: readonly Diagnostic[]): ReadonlySet<string> {
  return new Set(diagnostics.filter(({ severity }) => severity === 'error').map(({ span }) => span.file))
}

/** Rules whose file is not as it was kept, with its text. One that changed since it was loaded waits for the next look. */
async function editsOf(
  rules: readonly Rule[],
  kept: ReadonlyMap<string, RuleVersion>,
  cwd: string,
): Promise<readonly NewVersion[]> {
  const changed = rules.filter(({ id, source }) => {
    const known = kept.get(id)
    return known?.sha256 !== source.sha256 || known.file !== source.file || known.brokenSince !== undefined
  })
  const files = new Map<string, Awaited<ReturnType<typeof readWithHash>>>()
  const edits: NewVersion[] = []
  for (const { id: ruleId, source } of changed) {
    const { file, sha256 } = source
    const read = files.has(file) ? files.get(file) : await readWithHash(resolve(cwd, file))
    files.set(file, read)
    if (read?.sha256 === sha256) edits.push({ ruleId, file, sha256, text: read.text })
  }
  return edits
}

/**
 * Undefined for a file that is gone, or cannot be read any more: loading has read it a moment ago, and says so itself when the
 * rules are read again, which what has become of the file brings about.
 */
async function readWithHash(path: string): Promise<{ readonly text: string; readonly sha256: string } | undefined> {
  try {
    const bytes = await readFile(path)
    return { text: bytes.toString('utf8'), sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    if (errnoOf(error) === '') throw error
    return undefined
  }
}

/**
 * Edits that `hunt validate` refuses where it does not refuse the version before: what was refused before already would
 * gain nothing from going back. First versions are not asked about: a folder of thousands of rules would take minutes.
 */
async function refusedAmong(
  edits: readonly NewVersion[],
  kept: ReadonlyMap<string, RuleVersion>,
  check: CheckRuleText,
): Promise<ReadonlyMap<string, { readonly edit: NewVersion; readonly errors: readonly Diagnostic[] }>> {
  const refused = new Map<string, { readonly edit: NewVersion; readonly errors: readonly Diagnostic[] }>()
  for (const edit of edits) {
    const before = kept.get(edit.ruleId)
    if (before === undefined || before.sha256 === edit.sha256) continue
    const errors = await check(edit.file, edit.text)
    if (errors.length > 0 && (await check(before.file, before.text)).length === 0) {
      refused.set(edit.ruleId, { edit, errors })
    }
  }
  return refused
}

/**
 * Where a rule is gone and a broken file names its id, or has its file's name in another folder, the file moved. A rule
 * that has been retired before does not come back for a name alone.
 */
async function movedAndBroken(
  lost: readonly RuleVersion[],
  broken: ReadonlySet<string>,
  ledger: VersionLedger,
  cwd: string,
): Promise<readonly Fallback[]> {
  if (lost.length === 0 || broken.size === 0) return []
  const texts = new Map<string, string>()
  for (const file of broken) texts.set(file, (await textOf(resolve(cwd, file))).toLowerCase())
  const isRetired = ({ ruleId }: RuleVersion): boolean =>
    ledger.schedules({ ruleId }).every(({ inactive }) => inactive !== undefined)
  return lost.flatMap((version): readonly Fallback[] => {
    const byId = [...texts].find(([, text]) => text.includes(version.ruleId))?.[0]
    const byName = [...broken].find((file) => basename(file) === basename(version.file))
    const file = byId ?? (byName !== undefined && !isRetired(version) ? byName : undefined)
    return file === undefined ? [] : [{ version, file }]
  })
}

/** Empty for a file that cannot be read: its diagnostic says so, and its name may still tell. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return ''
  }
}

async function lastGood(
  fallbacks: readonly Fallback[],
  exclusionFiles: RuleFolder['exclusionFiles'],
  ledger: VersionLedger,
  { folder, now }: Pick<GoodVersionOptions, 'folder' | 'now'>,
): Promise<readonly OldVersion[]> {
  if (fallbacks.length === 0) return []
  ledger.markBroken(
    fallbacks.map(({ version }) => version.ruleId),
    now,
    folder,
  )
  const { loadRuleText, withExclusions } = await import('../rules/index.ts')
  return fallbacks.flatMap(({ version: { ruleId, text, brokenSince, ...version }, file }) => {
    const rule = loadRuleText(version.file, text).rules.find(({ id }) => id === ruleId)
    return rule === undefined ? [] : [{ rule: withExclusions(rule, exclusionFiles), file, since: brokenSince ?? now }]
  })
}

/** Of files whose rule has the id of another's: which of them keeps its history follows from their names, and a copy may sort first. */
export function twinEvents(diagnostics: readonly Diagnostic[]): readonly ScheduleEvent[] {
  return diagnostics
    .filter(({ code }) => code === 'duplicate-id')
    .map(({ span, message }) => ({ kind: 'twin', file: span.file, line: span.line, problem: message }))
}

export function oldVersionEvent({ rule, file, since }: OldVersion): ScheduleEvent {
  return { kind: 'old-version', ruleId: rule.id, ruleName: rule.name, file, sha256: rule.source.sha256, since }
}
