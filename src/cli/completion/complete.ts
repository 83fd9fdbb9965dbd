import type { Command, Option } from 'commander'

/** One suggestion; `description` is what shells show beside it. */
export interface Candidate {
  readonly value: string
  readonly description: string
}

/** Commands whose arguments name rules. */
const TAKES_RULES = ['run', 'status', 'gaps', 'backfill', 'history', 'pause', 'resume', 'show', 'test', 'explain']

/**
 * What may come next on a command line. `words` are those after `hunt`, the last one as far as it has been typed (empty
 * when it has not begun). `rules` is asked only when a rule may be meant. Nothing found means that the shell should offer
 * file names.
 */
export async function complete(
  words: readonly string[],
  root: Command,
  rules: () => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> {
  // bash splits `--backend=azure` at the sign.
  const line = words.filter((word) => word !== '=').flatMap(splitAtEquals)
  const typed = (line.at(-1) ?? '').trim()
  const before = line.slice(0, -1)
  const command = commandOf(before, root)
  const options = [...(command?.options ?? []), ...root.options].filter((option) => !option.hidden)

  const valueOf = optionAwaitingValue(before, options)
  if (valueOf !== undefined) return startingWith(typed, choicesOf(valueOf))
  if (typed.startsWith('-')) return startingWith(typed, options.map(candidateOfOption))
  if (command === undefined) return startingWith(typed, visibleCommands(root))
  if (TAKES_RULES.includes(command.name())) return startingWith(typed, await rules())
  const argument = command.registeredArguments[argumentsIn(before, command, options)]
  return startingWith(typed, (argument?.argChoices ?? []).map(plain))
}

function splitAtEquals(word: string): readonly string[] {
  const match = /^(--[^=]+)=(.*)$/.exec(word)
  return match === null ? [word] : [match[1] ?? '', match[2] ?? '']
}

function commandOf(words: readonly string[], root: Command): Command | undefined {
  return words.map((word) => root.commands.find((each) => each.name() === word)).find((found) => found !== undefined)
}

function visibleCommands(root: Command): readonly Candidate[] {
  return root
    .createHelp()
    .visibleCommands(root)
    .map((each) => ({ value: each.name(), description: each.summary() || each.description() }))
}

function optionAwaitingValue(words: readonly string[], options: readonly Option[]): Option | undefined {
  const last = words.at(-1)
  if (last === undefined) return undefined
  return options.find((option) => option.required && (option.long === last || option.short === last))
}

/** How many arguments of the command are already there. */
function argumentsIn(words: readonly string[], command: Command, options: readonly Option[]): number {
  const given = words.slice(words.indexOf(command.name()) + 1)
  return given.filter(
    (word, index) => !word.startsWith('-') && optionAwaitingValue(given.slice(0, index), options) === undefined,
  ).length
}

function choicesOf(option: Option): readonly Candidate[] {
  return (option.argChoices ?? []).map(plain)
}

function candidateOfOption(option: Option): Candidate {
  return { value: option.long ?? option.short ?? '', description: option.description }
}

function plain(value: string): Candidate {
  return { value, description: '' }
}

function startingWith(typed: string, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ value }) => value.toLowerCase().startsWith(typed.toLowerCase()))
}
