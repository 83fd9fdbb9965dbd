import { Option } from 'commander'
import type { Command } from 'commander'
import { UsageError } from '../domain/errors.ts'
import { BACKENDS } from '../config/choices.ts'
import type { SettingName } from '../config/settings.ts'
import { nearestName } from '../text/near-name.ts'

/** Help text before the usage line: the job in a sentence, then examples that can be copied. */
export function withJob(
  command: Command,
  job: string,
  examples: readonly (readonly [what: string, line: string])[],
): Command {
  const lines = examples.flatMap(([what, line]) => [`  # ${what}`, `  ${line}`, ''])
  return command.addHelpText('before', `${wrapWords(job)}\n\nExamples:\n${lines.join('\n')}`)
}

/** Prose in lines of at most 78 characters: help must fit the narrowest usual terminal. */
function wrapWords(text: string): string {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < 78) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}

export function withQueries(command: Command): Command {
  return command.option('--queries <folder>', 'folder with rule files (default: ./queries, else the bundled pack)')
}

export function withBackend(command: Command): Command {
  return command
    .addOption(
      choice('--backend <name>', 'azure: the Logs Query API; local: the embedded engine over --data', BACKENDS),
    )
    .option('--data <folder>', 'folder of table files: <Table>.ndjson, .json, .csv, .parquet, each also .gz')
    .option('--workspace <name>', 'workspace of hunt.yaml to search, by name or tag; repeat for several', collect)
    .option('--timeout <duration>', 'how long one query may take (default: 3m, at most 10m)')
}

/** For commands that look into the ledger without searching anything. */
export function withWorkspaces(command: Command): Command {
  return command.option('--workspace <name>', 'only this workspace, by name; repeat for several', collect, [])
}

export function withLedgerPlace(command: Command): Command {
  return command.option('--output <folder>', 'folder with result files and the ledger (default: ./output)')
}

export function withWindow(command: Command): Command {
  return command
    .option('--from <time>', 'start of the window, ISO 8601, UTC unless it says otherwise')
    .option('--to <time>', 'end of the window, exclusive (default: now)')
    .option('--period <duration>', 'length of the window, such as 7d or 12h, when one end is not given')
}

/**
 * An option with a closed list of values, for help and completion. The value itself is checked by choiceOption and by
 * the configuration, which know the nearest name.
 */
export function choice(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices).argParser((text: string) => text)
}

/** Without a default list, which help would show as `(default: [])`. */
function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}

export function textOption(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export function textsOption(options: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const value = options[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** A TCP port, 0 for any free one. */
export function portOption(options: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const text = textOption(options, name)
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65535) return port
  throw new UsageError({
    code: 'usage/invalid-port',
    message: `the port is "${text}", which is not a number from 0 to 65535`,
    hint: 'for example 9464, or 0 for any free port',
  })
}

/** `--limit`: how many rows at most. */
export function limitOption(options: Readonly<Record<string, unknown>>, standard: number): number {
  const text = textOption(options, 'limit')
  if (text === undefined) return standard
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new UsageError({
    code: 'usage/invalid-option',
    message: `--limit is "${text}", which is not a whole number from 1 on`,
    hint: 'for example --limit 20',
  })
}

export function isOn(options: Readonly<Record<string, unknown>>, name: string): boolean {
  return options[name] === true
}

/** An option with a closed list of values. */
export function choiceOption<const T extends string>(
  options: Readonly<Record<string, unknown>>,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = textOption(options, name)
  return text === undefined ? undefined : oneOf(text, `--${name}`, choices)
}

/** `--format` of a command that also takes `--json`, the word for it that every command understands. */
export function formatOption<const T extends string>(
  options: Readonly<Record<string, unknown>>,
  choices: readonly (T | 'json')[],
): T | 'json' | undefined {
  const format = choiceOption(options, 'format', choices)
  if (!isOn(options, 'json')) return format
  if (format === undefined || format === 'json') return 'json'
  throw new UsageError({
    code: 'usage/invalid-option',
    message: `--json and --format ${format} cannot be combined`,
    hint: 'leave one of them away',
  })
}

/** As choiceOption, for several values separated by commas; undefined when the option is not given. */
export function choicesOption<const T extends string>(
  options: Readonly<Record<string, unknown>>,
  name: string,
  choices: readonly T[],
): readonly T[] | undefined {
  const text = textOption(options, name)
  if (text === undefined) return undefined
  return [...new Set(text.split(',').map((each) => oneOf(each.trim(), `--${name}`, choices)))]
}

export function oneOf<const T extends string>(text: string, flag: string, choices: readonly T[]): T {
  const found = choices.find((each) => each === text.toLowerCase())
  if (found !== undefined) return found
  const near = nearestName(text, choices)
  throw new UsageError({
    code: 'usage/invalid-option',
    message: `${flag} is "${text}", which is not one of ${choices.join(', ')}`,
    ...(near === undefined ? {} : { hint: `did you mean ${flag} ${near}?` }),
  })
}

/** commander's names of the options that are settings. */
const SETTING_OPTIONS: readonly SettingName[] = [
  'backend',
  'queries',
  'data',
  'output',
  'delay',
  'timeout',
  'concurrency',
  'logLevel',
  'logFormat',
]

/** The settings among the options, for loadConfig. */
export function settingFlags(options: Readonly<Record<string, unknown>>): Partial<Record<SettingName, string>> {
  const given = SETTING_OPTIONS.flatMap((name) => {
    const text = textOption(options, name)
    return text === undefined ? [] : [[name, text] as const]
  })
  return Object.fromEntries(given)
}
