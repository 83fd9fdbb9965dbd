import type { CommanderError } from 'commander'
import { UsageError } from '../domain/errors.ts'

const CODES: Readonly<Record<string, string>> = {
  'commander.unknownCommand': 'usage/unknown-command',
  'commander.unknownOption': 'usage/unknown-option',
  'commander.missingArgument': 'usage/missing-argument',
  'commander.optionMissingArgument': 'usage/missing-argument',
  'commander.excessArguments': 'usage/too-many-arguments',
}

/** What commander found wrong with the command line, in our form: its suggestion becomes the hint. */
export function toUsageError(error: CommanderError, commandLine: string): UsageError {
  const [first = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /^\(Did you mean (?:one of )?(.+)\?\)$/.exec(more.join(' ').trim())?.[1]
  const help = `see ${commandLine} --help`
  return new UsageError({
    code: CODES[error.code] ?? 'usage/invalid',
    message: first,
    hint: suggestion === undefined ? help : `did you mean ${suggestion}? Otherwise ${help}`,
  })
}
