import type { Command } from 'commander'
import { loadConfig } from '../../config/load-config.ts'
import { HuntError } from '../../domain/errors.ts'
import { terminalSafe } from '../../text/terminal.ts'
import type { Program } from '../program.ts'
import { loadRuleFolder } from '../rule-folder.ts'
import { stemOf } from '../select-rules.ts'
import { complete } from './complete.ts'
import type { Candidate } from './complete.ts'

/** The answer to `hunt complete -- <words>`: lines of value, tab, description. */
export async function answerCompletion(words: readonly string[], root: Command, program: Program): Promise<string> {
  const candidates = await complete(words, root, () => ruleCandidates(program))
  return candidates.map(({ value, description }) => `${value}\t${terminalSafe(description)}\n`).join('')
}

/** Rules by file name, which is easy to recognise, and by id. */
async function ruleCandidates(program: Program): Promise<readonly Candidate[]> {
  try {
    const config = await loadConfig({ cwd: program.cwd, env: program.env, flags: {} })
    const { rules } = await loadRuleFolder({ program, config })
    return [
      ...rules.map((rule) => ({ value: stemOf(rule.source.file), description: rule.name })),
      ...rules.map((rule) => ({ value: rule.id, description: rule.name })),
    ]
  } catch (error) {
    // A broken hunt.yaml is reported by the command itself; in the middle of typing it only means no suggestions.
    if (error instanceof HuntError) return []
    throw error
  }
}
