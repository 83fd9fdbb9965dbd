import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Diagnostic } from '../domain/diagnostic.ts'
import { binaryFile } from './checks/binary-file.ts'
import { byteOrderMark } from './checks/byte-order-mark.ts'
import { fileEncoding } from './checks/file-encoding.ts'
import { notARule } from './checks/not-a-rule.ts'
import { unreadableFile } from './checks/unreadable-file.ts'
import type { Mode } from './checks/check.ts'
import { diagnose } from './diagnose.ts'
import { findRules } from './document/find-rules.ts'
import type { YamlNode } from './document/tree.ts'
import { createRuleDocument } from './document/rule-document.ts'
import { reasonOf } from './find-files.ts'
import type { FoundFile } from './find-files.ts'
import { parseSource } from './parse-source.ts'
import type { ParsedSource } from './parse-source.ts'
import type { Finding } from './finding.ts'
import type { RuleDraft } from './read/rule-draft.ts'
import { readDraft } from './read/rule-draft.ts'
import { decodeBytes } from './source/decode-bytes.ts'

/** What a file came to: drafts of its rules, and what was wrong with it as a file. */
export interface FileReading {
  readonly drafts: readonly RuleDraft[]
  readonly diagnostics: readonly Diagnostic[]
}

const NOTE_CHECKS = { 'byte-order-mark': byteOrderMark, 'file-encoding': fileEncoding } as const

/** Rules have some kilobytes, and a YAML parser needs many times the size of its text. */
const MAX_BYTES = 4 * 1024 * 1024

export async function readRuleFile({ path, shown }: FoundFile, mode: Mode): Promise<FileReading> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    return unreadable(shown, `${shown} ${reasonOf(error)}`, mode)
  }
  if (bytes.length <= MAX_BYTES) return readRuleBytes(shown, bytes, mode)
  return unreadable(shown, `${shown} has ${bytes.length} bytes; rule files have at most ${MAX_BYTES}`, mode)
}

/** As readRuleFile, for bytes that are at hand already. */
export function readRuleBytes(shown: string, bytes: Uint8Array, mode: Mode): FileReading {
  const decoded = decodeBytes(bytes)
  if (decoded.kind === 'binary') {
    const span = { file: shown, line: 1, column: 1, length: 0 }
    const message = `the file is not text: ${decoded.reason}`
    return { drafts: [], diagnostics: [diagnose(binaryFile, mode, span, { message }, undefined)] }
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const parsed = parseSource(shown, sha256, decoded.text)
  const notes = decoded.notes.map(({ check, message, offset }): Finding => {
    return {
      check: NOTE_CHECKS[check],
      message,
      hint: 'save the file as UTF-8',
      at: { kind: 'file', start: offset, end: offset + 1 },
    }
  })
  const drafts = draftsOf(parsed)
  const findings = [...notes, ...parsed.findings, ...strangers(parsed, drafts.length)]
  return { drafts, diagnostics: findings.map((finding) => diagnoseFinding(finding, parsed, mode)) }
}

function unreadable(shown: string, message: string, mode: Mode): FileReading {
  const span = { file: shown, line: 1, column: 1, length: 0 }
  return { drafts: [], diagnostics: [diagnose(unreadableFile, mode, span, { message }, undefined)] }
}

function draftsOf({ source, trees, damagedKeys, isSound }: ParsedSource): readonly RuleDraft[] {
  if (!isSound) return []
  const maps = trees.flatMap(({ root }) => findRules(root))
  return maps.map((map, index) => readDraft(createRuleDocument(source, map, index, damagedKeys)))
}

/** Documents of the file that hold no rule. An empty one between two `---` is only a matter of style. */
function strangers({ trees, isSound, source }: ParsedSource, ruleCount: number): readonly Finding[] {
  if (!isSound) return []
  const filled = trees.filter(({ root }) => root.kind !== 'null')
  const hint = 'a rule is a mapping with at least "query"; keep other files elsewhere'
  if (filled.length === 0 && ruleCount === 0) {
    const message = source.original.trim() === '' ? 'the file is empty' : 'the file holds no document'
    return [{ check: notARule, at: { kind: 'file', start: 0, end: 0 }, message, hint }]
  }
  return filled.flatMap(({ root }, index) => {
    if (findRules(root).length > 0) return []
    const what = filled.length === 1 ? 'the file' : `document ${index + 1} of the file`
    const shape =
      root.kind === 'map' ? 'has none of the keys of a rule' : `is a ${root.kind === 'list' ? 'list' : 'text'}`
    const first = root.kind === 'map' ? root.entries[0] : undefined
    const at = { kind: 'text' as const, start: first?.keyStart ?? root.start, end: first?.keyEnd ?? root.end }
    if (isTest(root)) {
      const message = `${what} holds tests of a rule and no rule; passed over`
      return [{ check: notARule, at, message, hint: `hunt test ${source.file} runs them` }]
    }
    return [{ check: notARule, at, message: `${what} ${shape}; passed over`, hint }]
  })
}

/** By what it holds, since `hunt validate` may be told any name. */
function isTest(root: YamlNode): boolean {
  return root.kind === 'map' && root.entries.some(({ key, value }) => key === 'tests' && value.kind === 'list')
}

function diagnoseFinding(finding: Finding, { source }: ParsedSource, mode: Mode): Diagnostic {
  const { at } = finding
  const span =
    at.kind === 'file'
      ? source.originalSpan(at.start, at.end)
      : at.kind === 'text'
        ? source.span(at.start, at.end)
        : source.span(0, 0)
  return diagnose(finding.check, mode, span, finding, (number) => source.line(number))
}
