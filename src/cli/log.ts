import type { Logger } from 'pino'
import type { RunEvent, RunObserver } from '../domain/ports.ts'
import type { RunKey, RunOutcome } from '../domain/run.ts'
import { formatInstant } from '../time/instant.ts'
import type { CommandContext } from './command.ts'

type Surroundings = Pick<CommandContext, 'config' | 'program' | 'errTerminal'>

/**
 * Are log lines wanted in place of progress? The default level says nothing that is not printed anyway, so lines come only
 * when somebody asks for more, or for JSON.
 */
export function wantsLog({ config }: Pick<CommandContext, 'config'>): boolean {
  return config.logFormat === 'json' || config.logLevel === 'info' || config.logLevel === 'debug'
}

/**
 * The logger of the configuration, writing to stderr. Levels say who must act: error a person, warn soon, info one line a
 * run, debug us. No cell values, tokens or query text above debug.
 */
export async function openLogger({ config, program, errTerminal }: Surroundings): Promise<Logger> {
  const { pino } = await import('pino')
  const stream = config.logFormat === 'json' ? program.stderr : await prettyStream({ program, errTerminal })
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: () => `,"time":"${formatInstant(program.clock.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
}

async function prettyStream({ program, errTerminal }: Pick<Surroundings, 'program' | 'errTerminal'>) {
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    destination: program.stderr,
    colorize: errTerminal.styles.isColorSupported,
    singleLine: true,
    translateTime: false,
  })
}

/** One line for each run, and what went wrong with it; each carries rule, workspace, slot and attempt. */
export function logRuns(logger: Logger): RunObserver {
  return (event) => {
    switch (event.kind) {
      case 'started':
        logger.debug({ ...attemptFields(event), ruleName: event.ruleName, window: windowText(event) }, 'run started')
        break
      case 'rows':
        logger.debug({ ...attemptFields(event), rows: event.rowCount }, 'rows received')
        break
      case 'finished':
        logOutcome(logger, event.outcome)
        break
      case 'gave-up':
        logger.warn(attemptFields(event), 'run given up; it stays due')
        break
      case 'delivered':
        logger.debug({ sink: event.sink, incident: event.incidentId, ...event.receipt }, 'incident delivered')
        break
      case 'delivery-failed':
        logDeliveryFailure(logger, event)
        break
    }
  }
}

/** One that is given up waits for a person: the sink is never told by itself. */
function logDeliveryFailure(logger: Logger, event: Extract<RunEvent, { kind: 'delivery-failed' }>): void {
  const fields = { sink: event.sink, incident: event.incidentId, ...errorFields(event) }
  if (event.isGivenUp) logger.error(fields, 'delivery given up; hunt outbox lists it')
  else logger.warn(fields, 'delivery postponed')
}

function logOutcome(logger: Logger, outcome: RunOutcome): void {
  const { statistics, opened, updated } = outcome
  const run = logger.child({ ...keyFields(outcome.key), ruleName: outcome.rule.name, attempt: outcome.attempt })
  for (const warning of outcome.warnings) run.warn(warning)
  for (const note of outcome.notes) run.info(note)
  const numbers = {
    status: outcome.status,
    rows: statistics.rowCount,
    findings: statistics.findingCount,
    newFindings: statistics.newFindingCount,
    incidentsOpened: opened.length,
    incidentsUpdated: updated.length,
    milliseconds: Math.round(statistics.queryDuration),
  }
  if (outcome.error === undefined) run.info(numbers, 'run complete')
  else if (outcome.status === 'failed')
    run.error({ ...numbers, ...errorFields({ error: outcome.error }) }, 'run failed')
  else run.warn({ ...numbers, ...errorFields({ error: outcome.error }) }, 'run partial')
}

function keyFields({ ruleId, workspace, slot }: RunKey) {
  return { rule: ruleId, workspace, slot: formatInstant(slot) }
}

function attemptFields({ key, attempt }: { readonly key: RunKey; readonly attempt: number }) {
  return { ...keyFields(key), attempt }
}

function windowText({ window }: Extract<RunEvent, { kind: 'started' }>): string {
  return `${formatInstant(window.start)}/${formatInstant(window.end)}`
}

function errorFields({ error }: Pick<Extract<RunEvent, { kind: 'delivery-failed' }>, 'error'>) {
  return { code: error.code, error: error.message, hint: error.hint, retryable: error.retryable }
}
