import type { Config } from '../../config/config.ts'
import { ConfigError, EXIT } from '../../domain/errors.ts'
import type { ExitCode, HuntError } from '../../domain/errors.ts'
import type { RunObserver } from '../../domain/ports.ts'
import type { Rule } from '../../domain/rule.ts'
import type { ReportLedger } from '../../domain/report.ts'
import type { DelayLedger, HealthLedger, RuleVersionLedger } from '../../domain/schedule.ts'
import type { Courier } from '../../run/index.ts'
import { makePlan, runDaemon, Runner, tellHealth } from '../../schedule/index.ts'
import type { DaemonParts, DelayMeasurements, Planned, SchedulerPorts } from '../../schedule/index.ts'
import { isWakeExpression, wakeOn } from '../../time/wake.ts'
import { FILE_FORMATS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openSearchTarget, planSettings, withRunPorts } from '../compose.ts'
import type { SearchTarget } from '../compose.ts'
import { measuredDelays, openDelayMeasurements } from '../compose-delays.ts'
import { startMonitor } from '../compose-monitor.ts'
import type { Monitor } from '../compose-monitor.ts'
import { createReporter } from '../compose-report.ts'
import { withFreshTables } from '../fresh-tables.ts'
import { choicesOption, portOption, textsOption } from '../options.ts'
import { countOf } from '../print/words.ts'
import { startRunTalk } from '../print/run-talk.ts'
import { startScheduleTalk } from '../print/schedule-talk.ts'
import type { ScheduleTalk } from '../print/schedule-talk.ts'
import { schemaVersion } from '../schema-version.ts'
import { monitorProblem, ScheduleWatch } from '../schedule-monitor.ts'
import { watchRules } from '../watch-rules.ts'

interface ScheduleRequest {
  readonly workspaces: readonly string[]
  readonly formats: readonly (typeof FILE_FORMATS)[number][] | undefined
  readonly metricsPort: number | undefined
}

export const scheduleAction = defineAction<ScheduleRequest>({
  parse: ({ options }) => ({
    workspaces: textsOption(options, 'workspace'),
    formats: choicesOption(options, 'format', FILE_FORMATS),
    metricsPort: portOption(options, 'metricsPort'),
  }),
  async run(request, context): Promise<ExitCode> {
    if (!isWakeExpression(context.config.wake)) throw wakeError(context.config.wake)
    const opened = await openSearchTarget(context, request.workspaces)
    const isLocal = opened.backend.name === 'local'
    const backend = isLocal ? withFreshTables(opened.backend, context.program.clock) : opened.backend
    try {
      return await keepRunning({ ...opened, backend }, request, context)
    } finally {
      await backend.close()
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
  { formats, metricsPort }: ScheduleRequest,
  context: CommandContext,
): Promise<ExitCode> {
  const { config, program, signal } = context
  const namesWorkspaces = target.workspaces.length > 1
  const notices = [`Running on ${countOf(target.workspaces.length, 'workspace')} until stopped.`]
  const talk = await startRunTalk({ notices, total: undefined, namesWorkspaces }, context)
  const schedule = await startScheduleTalk(context)
  const concurrency = target.backend.name === 'local' ? 1 : config.concurrency
  const watch = new ScheduleWatch()
  const observers: RunObserver[] = [talk.observe]
  const observer: RunObserver = (event) => observers.forEach((observe) => observe(event))
  await withRunPorts(target, context, { formats, observer }, async (ports) => {
    const all = { ...ports, random: program.random, onEvent: schedule.observe }
    const monitor = await startMonitor(context, {
      metricsPort,
      snapshot: () => watch.snapshot(all, target.budget),
      health: () => watch.health(program.clock.now(), signal.aborted),
      onProblem: (problem) => schedule.trouble(monitorProblem(problem)),
    })
    observers.push(monitor.observe)
    if (monitor.port !== undefined) await context.err.line(portLine(monitor.port, context))
    const runner = new Runner(
      all,
      {
        concurrency,
        withJitter: true,
        budget: target.budget,
        reconcile: config.reconcile,
      },
      signal,
      () => undefined,
    )
    const measurements = await openDelayMeasurements(target, all, schedule.trouble, context)
    try {
      await runDaemon(partsOf(runner, all, target, schedule, context, { watch, monitor, measurements }), signal)
      await monitor.stopping()
      await measurements?.idle()
      await ports.courier.idle()
    } finally {
      await monitor.close()
    }
  }).finally(() => talk.stop())
  await schedule.end()
  return EXIT.ok
}

/** In the form of the other lines: a collector of JSON must not stumble over it. */
function portLine(port: number, { config }: CommandContext): string {
  const address = `http://127.0.0.1:${port}`
  return config.logFormat === 'json'
    ? JSON.stringify({ level: 'info', metrics: `${address}/metrics`, health: `${address}/healthz`, msg: 'metrics' })
    : `Metrics on ${address}/metrics, health on ${address}/healthz.`
}

function partsOf(
  runner: Runner,
  ports: SchedulerPorts & {
    readonly ledger: RuleVersionLedger & DelayLedger & HealthLedger & ReportLedger
    readonly courier: Courier
  },
  { backend, workspaces }: SearchTarget,
  talk: ScheduleTalk,
  context: CommandContext,
  {
    watch,
    monitor,
    measurements,
  }: {
    readonly watch: ScheduleWatch
    readonly monitor: Monitor
    readonly measurements: DelayMeasurements | undefined
  },
): DaemonParts {
  const { config } = context
  const rules = watchRules(context, ports.ledger, talk)
  const planOf = planner(config, workspaces)
  const report = createReporter(ports.ledger, context, {
    onMade: (made) => talk.observe({ kind: 'reported', ...made }),
    onTrouble: (error) => talk.trouble(error),
  })
  return {
    runner,
    async readPlan() {
      // The embedded engine reads a table once; what has been added to the folder since is seen by a new one.
      if (backend.name === 'local' && !runner.isBusy) await backend.close()
      const folder = await rules.read()
      watch.oldVersions = folder.old.length
      watch.plan = planOf(folder.rules, await schemaVersion(context), measuredDelays(ports.ledger))
      return {
        plan: watch.plan,
        scope: { rules: folder.rules, folder: rules.folder, workspaces, isWhole: true },
      }
    },
    wake: (tick) => wakeOn(config.wake, tick),
    async afterLook() {
      if (config.healthIncidents !== undefined) tellHealth(ports, config.healthIncidents)
      // Also what earlier runs could not deliver and what a person has made due.
      ports.courier.send()
      ports.courier.check()
      measurements?.look(watch.plan)
      const isFirst = watch.lastLook === undefined
      watch.lastLook = ports.clock.now()
      if (isFirst) await monitor.ready()
      await report()
      await monitor.passed()
    },
    onTrouble: (error: HuntError) => talk.trouble(error),
  }
}

/** Makes the plan anew only when something that it is made of has changed: it may have 200,000 entries, and is asked for at each look. */
function planner(config: Config, workspaces: readonly string[]) {
  let known: { readonly rules: readonly Rule[]; readonly facts: string; readonly plan: readonly Planned[] } | undefined
  return (rules: readonly Rule[], schema: string, delays: ReturnType<typeof measuredDelays>): readonly Planned[] => {
    const facts = JSON.stringify([schema, [...delays.measuredDelays].map(([name, tables]) => [name, [...tables]])])
    if (known?.rules !== rules || known.facts !== facts) {
      const plan = makePlan(rules, { ...planSettings(config, workspaces, schema), ...delays })
      known = { rules, facts, plan }
    }
    return known.plan
  }
}
