import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Pair } from '../../domain/schedule.ts'
import type { Instant } from '../../domain/time.ts'
import type { LedgerWithHistory } from '../../ledger/index.ts'
import { makePlan, registrationOf } from '../../schedule/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatInstant } from '../../time/instant.ts'
import { defineAction } from '../command.ts'
import type { CommandContext, Invocation } from '../command.ts'
import { planSettings, withLedger, workspaceNames } from '../compose.ts'
import { chosen, findKnownRules, findKnownWorkspaces } from '../known-rules.ts'
import { isOn, textsOption } from '../options.ts'
import { printProse } from '../print/words.ts'
import { loadRuleFolder, queriesFolderName } from '../rule-folder.ts'
import { instantOption, pastUntilError } from '../window-options.ts'

interface PauseRequest {
  /** Empty means all. */
  readonly selectors: readonly string[]
  readonly workspaces: readonly string[]
  readonly until: Instant | undefined
  readonly json: boolean
}

export const pauseAction = defineAction<PauseRequest>({
  parse: ({ args, options }) => ({
    selectors: selectorsOf(args, options, 'pause'),
    workspaces: textsOption(options, 'workspace'),
    until: instantOption(options, 'until'),
    json: isOn(options, 'json'),
  }),
  async run({ until, json, ...request }, context): Promise<ExitCode> {
    const now = context.program.clock.now()
    if (until !== undefined && until <= now)
      throw pastUntilError(until, 'name a time to come, or leave --until away to pause until hunt resume')
    return withLedger(context, async (ledger) => {
      const pairs = await pairsOf(request, ledger, context)
      ledger.pause(pairs, now, until)
      const end = until === undefined ? 'until hunt resume' : `until ${formatInstant(until)}`
      if (json) await printJson(pairs, new Set(pairs.map(keyText)), ledger, context)
      else await say(pairs, `is paused ${end}`, context)
      return EXIT.ok
    })
  },
})

export const resumeAction = defineAction<Omit<PauseRequest, 'until'>>({
  parse: ({ args, options }) => ({
    selectors: selectorsOf(args, options, 'resume'),
    workspaces: textsOption(options, 'workspace'),
    json: isOn(options, 'json'),
  }),
  run: ({ json, ...request }, context) =>
    withLedger(context, async (ledger): Promise<ExitCode> => {
      const pairs = await pairsOf(request, ledger, context)
      const resumed = new Set(ledger.resume(pairs, context.program.clock.now()).map(keyText))
      if (json) {
        await printJson(pairs, resumed, ledger, context)
        return EXIT.ok
      }
      await say(
        pairs.filter((pair) => resumed.has(keyText(pair))),
        'goes on',
        context,
      )
      await say(
        pairs.filter((pair) => !resumed.has(keyText(pair))),
        'was not paused',
        context,
      )
      return EXIT.ok
    }),
})

function selectorsOf(args: readonly string[], options: Invocation['options'], command: string): readonly string[] {
  const isAll = isOn(options, 'all')
  if (isAll !== args.length > 0) return args
  throw new UsageError({
    code: 'usage/no-rule',
    message: isAll ? '--all and names of rules cannot be combined' : 'no rule is named',
    hint: `name rules, for example hunt ${command} 5239248b, or take --all`,
  })
}

/** Raised when a member goes or changes its meaning. Described by docs/schema/pauses.schema.json. */
const SCHEMA_VERSION = 1

/** What was named, as it is now. `changed`: this command has paused it, or ended its pause. */
async function printJson(
  pairs: readonly NamedPair[],
  changed: ReadonlySet<string>,
  ledger: LedgerWithHistory,
  { out, program }: CommandContext,
): Promise<void> {
  const paused = new Map(ledger.schedules().map((state) => [keyText(state), state.paused]))
  const now = program.clock.now()
  const schedules = pairs.map((pair) => {
    const pause = paused.get(keyText(pair))
    const isOver = pause === undefined || (pause.until !== undefined && pause.until <= now)
    return {
      ruleId: pair.ruleId,
      ruleName: pair.ruleName,
      workspace: pair.workspace,
      changed: changed.has(keyText(pair)),
      paused: isOver
        ? null
        : {
            since: formatInstant(pause.since),
            until: pause.until === undefined ? null : formatInstant(pause.until),
          },
    }
  })
  await out.line(JSON.stringify({ schemaVersion: SCHEMA_VERSION, schedules }, undefined, 2))
}

interface NamedPair extends Pair {
  readonly ruleName: string
}

/** What is meant among all schedules. A rule that the schedule has not seen yet is made known to it first. */
async function pairsOf(
  { selectors, workspaces }: Omit<PauseRequest, 'until' | 'json'>,
  ledger: LedgerWithHistory,
  context: CommandContext,
): Promise<readonly NamedPair[]> {
  const folder = await loadRuleFolder(context)
  const now = context.program.clock.now()
  const isAll = selectors.length === 0
  const rules = isAll ? [] : await findKnownRules(selectors, ledger.schedules(), context)
  const wanted = new Set(rules.map(({ id }) => id))
  const plan = makePlan(
    folder.rules.filter(({ id }) => isAll || wanted.has(id)),
    planSettings(context.config, workspaceNames(context, [])),
  )
  const before = ledger.schedules()
  const names = findKnownWorkspaces(workspaces, before, context)
  const known = new Set(before.map(keyText))
  const fresh = plan.map((planned) => registrationOf(planned, now)).filter((each) => !known.has(keyText(each)))
  ledger.register(chosen(fresh, rules, names), now, queriesFolderName(context))
  const named = chosen(ledger.schedules(), rules, names)
  // What is retired or disabled is meant only by who names it.
  const pairs = isAll ? named.filter(({ inactive }) => inactive === undefined) : named
  if (pairs.length > 0) return pairs
  throw new UsageError({
    code: 'usage/not-scheduled',
    message: isAll
      ? 'nothing is scheduled here'
      : `${rules.map(({ name }) => `"${name}"`).join(', ')} has no schedule here`,
    hint: 'hunting queries have none unless their hunt: block says one; hunt status shows what is scheduled on which workspace',
  })
}

function keyText({ ruleId, workspace }: Pair): string {
  return `${ruleId}\0${workspace}`
}

async function say(pairs: readonly NamedPair[], what: string, { out, outTerminal }: CommandContext): Promise<void> {
  for (const { ruleName, workspace } of pairs) {
    await printProse(`${terminalSafe(ruleName)} in ${workspace} ${what}.`, out, outTerminal)
  }
}
