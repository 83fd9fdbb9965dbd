import { ConfigError, EXIT } from '../../domain/errors.ts'
import type { ExitCode, HuntError } from '../../domain/errors.ts'
import type { RuleVersionLedger } from '../../domain/schedule.ts'
import { deliverPending } from '../../run/index.ts'
import { makePlan, runDaemon, Runner } from '../../schedule/index.ts'
import type { DaemonParts, SchedulerPorts } from '../../schedule/index.ts'
import { isWakeExpression, wakeOn } from '../../time/wake.ts'
import { FILE_FORMATS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { identityOf, openSearchTarget, withRunPorts } from '../compose.ts'
import type { SearchTarget } from '../compose.ts'
import { choicesOption, textsOption } from '../options.ts'
import { countOf } from '../print/words.ts'
import { startRunTalk } from '../print/run-talk.ts'
import { startScheduleTalk } from '../print/schedule-talk.ts'
import type { ScheduleTalk } from '../print/schedule-talk.ts'
import { watchRules } from '../watch-rules.ts'

interface ScheduleRequest {
  readonly workspaces: readonly string[]
  readonly formats: readonly (typeof FILE_FORMATS)[number][] | undefined
}

export const scheduleAction = defineAction<ScheduleRequest>({
  parse: ({ options }) => ({
    workspaces: textsOption(options, 'workspace'),
    formats: choicesOption(options, 'format', FILE_FORMATS),
  }),
  async run(request, context): Promise<ExitCode> {
    if (!isWakeExpression(context.config.wake)) throw wakeError(context.config.wake)
    const target = await openSearchTarget(context, request.workspaces)
    try {
      return await keepRunning(target, request, context)
    } finally {
      await target.backend.close()
    }
  },
})

function wakeError(expression: string): ConfigError {
  return new ConfigError({
    code: 'config/invalid-value',
    message: `wake is "${expression}", which is not a cron expression`,
    hint: 'for example HUNT_WAKE="*/10 * * * * *", every ten seconds',
  })
}

async function keepRunning(
  target: SearchTarget,
  { formats }: ScheduleRequest,
  context: CommandContext,
): Promise<ExitCode> {
  const { config, program, signal } = context
  const namesWorkspaces = target.workspaces.length > 1
  const notices = [`Running on ${countOf(target.workspaces.length, 'workspace')} until stopped.`]
  const talk = await startRunTalk({ notices, total: undefined, namesWorkspaces }, context)
  const schedule = await startScheduleTalk(context)
  const concurrency = target.backend.name === 'local' ? 1 : config.concurrency
  await withRunPorts(target, context, { formats, observer: talk.observe }, async (ports) => {
    const all = { ...ports, random: program.random, onEvent: schedule.observe }
    const runner = new Runner(
      all,
      { concurrency, withJitter: true, identityOf: identityOf(config) },
      signal,
      () => undefined,
    )
    await runDaemon(partsOf(runner, all, target, schedule, context), signal)
  }).finally(() => talk.stop())
  await schedule.end()
  return EXIT.ok
}

function partsOf(
  runner: Runner,
  ports: SchedulerPorts & { readonly ledger: RuleVersionLedger },
  { backend, workspaces }: SearchTarget,
  talk: ScheduleTalk,
  context: CommandContext,
): DaemonParts {
  const { config, signal } = context
  const rules = watchRules(context, ports.ledger, talk)
  return {
    runner,
    async readPlan() {
      // The embedded engine reads a table once; what has been added to the folder since is seen by a new one.
      if (backend.name === 'local' && !runner.isBusy) await backend.close()
      const folder = await rules.read()
      return {
        plan: makePlan(folder.rules, { ...config, workspaces }),
        scope: { rules: folder.rules, workspaces, isWhole: true },
      }
    },
    wake: (tick) => wakeOn(config.wake, tick),
    async afterLook() {
      if (!runner.isBusy) await deliverPending(ports, signal)
    },
    onTrouble: (error: HuntError) => talk.trouble(error),
  }
}
