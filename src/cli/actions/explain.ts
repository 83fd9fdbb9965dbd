import type { LocalBackend } from '../../backends/local/index.ts'
import { EXIT, KqlError, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { QueryRequest } from '../../domain/ports.ts'
import { windowVariables } from '../../domain/run-variables.ts'
import type { Rule } from '../../domain/rule.ts'
import type { Instant } from '../../domain/time.ts'
import { ruleQuery } from '../../run/rule-query.ts'
import { terminalSafeLines } from '../../text/terminal.ts'
import { STAGES } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openLocal, openLocalOrEmpty } from '../compose.ts'
import { choiceOption, isOn, textOption } from '../options.ts'
import { planRuns } from '../plan-runs.ts'
import { stepJson } from '../print/test-report-json.ts'
import { stepLines } from '../print/trace.ts'
import { readQueryText, withPlace } from '../query-text.ts'
import type { QueryText } from '../query-text.ts'
import { findRules } from '../rule-folder.ts'
import { parseWindowChoice, windowOf } from '../window-options.ts'
import type { WindowChoice } from '../window-options.ts'

interface ExplainRequest {
  /** A rule, or KQL as `--query` takes it. */
  readonly subject: { readonly rule: string } | { readonly kql: string }
  readonly stage: (typeof STAGES)[number]
  /** The plan with measured times and rows. */
  readonly measured: boolean
  readonly window: WindowChoice
  readonly json: boolean
}

export const explainAction = defineAction<ExplainRequest>({
  parse({ args, options }) {
    const kql = textOption(options, 'query')
    const [rule] = args
    if ((kql === undefined) === (rule === undefined)) {
      throw new UsageError({
        code: 'usage/no-query',
        message: rule === undefined ? 'there is nothing to explain' : 'a rule and --query cannot be combined',
        hint: "name a rule, for example hunt explain 5239248b, or give KQL: hunt explain --query 'Heartbeat | take 3'",
      })
    }
    const measured = isOn(options, 'analyze')
    const stage = choiceOption(options, 'stage', STAGES) ?? (measured ? 'plan' : 'sql')
    if (measured && stage !== 'plan') {
      throw new UsageError({
        code: 'usage/invalid-option',
        message: `--analyze measures the plan, and --stage asks for ${stage}`,
        hint: 'write --stage plan --analyze, or leave --analyze away',
      })
    }
    return {
      subject: rule === undefined ? { kql: kql ?? '' } : { rule },
      stage,
      measured,
      window: parseWindowChoice(options),
      json: isOn(options, 'json'),
    }
  },
  async run(request, context): Promise<ExitCode> {
    const { text, query } = await queryRequest(request, context)
    // Counts over tables without rows would all be 0 and look like an answer.
    const readsRows = request.stage === 'rows' || request.measured
    const backend = await (readsRows ? openLocal(context) : openLocalOrEmpty(context))
    try {
      await print(request, query, backend, context)
    } catch (error) {
      throw error instanceof KqlError ? withPlace(error, text) : error
    } finally {
      await backend.close()
    }
    return EXIT.ok
  },
})

async function print(
  { stage, measured, json }: ExplainRequest,
  query: QueryRequest,
  backend: LocalBackend,
  { out, outTerminal, signal }: CommandContext,
): Promise<void> {
  if (stage === 'rows') {
    const { steps } = await backend.trace(query, signal)
    if (json) await out.line(JSON.stringify({ schemaVersion: 1, stage, steps: steps.map(stepJson) }, undefined, 2))
    else await out.write(`${stepLines(steps, outTerminal).join('\n').trimStart()}\n`)
    return
  }
  const form = await (stage === 'plan' ? backend.plan(query, measured, signal) : backend.explain(query, stage, signal))
  await out.line(json ? JSON.stringify({ schemaVersion: 1, stage, text: form }, undefined, 2) : terminalSafeLines(form))
}

async function queryRequest(
  { subject, window }: ExplainRequest,
  context: CommandContext,
): Promise<{ text: QueryText; query: QueryRequest }> {
  const { program, config } = context
  const now = program.clock.now()
  if ('rule' in subject) {
    const { rules } = await findRules([subject.rule], context)
    const [rule] = rules
    if (rule === undefined || rules.length > 1) throw notOneRule(subject.rule, rules.length)
    return ruleRequest(rule, window, now, context)
  }
  const text = await readQueryText(subject.kql, program)
  const bounds = window.kind === 'window' ? windowOf(window, now) : undefined
  const query = {
    query: text.text,
    window: bounds,
    now: bounds?.end,
    variables: windowVariables(bounds),
    workspace: 'local',
    timeout: config.timeout,
  }
  return { text, query }
}

function ruleRequest(
  rule: Rule,
  choice: WindowChoice,
  now: Instant,
  { config }: CommandContext,
): { text: QueryText; query: QueryRequest } {
  const { delay, tableDelays } = config
  const { requests } = planRuns({
    rules: [rule],
    workspaces: ['local'],
    choice,
    now,
    delay,
    tableDelays,
    opensIncidents: false,
  })
  const [planned] = requests
  const { timeout = config.timeout } = rule
  const query =
    planned === undefined
      ? { query: rule.query, window: undefined, now: undefined, workspace: 'local', timeout }
      : ruleQuery(planned, config.timeout)
  return { text: { text: rule.query, name: rule.source.file, rule }, query }
}

function notOneRule(selector: string, count: number): UsageError {
  return new UsageError({
    code: 'usage/unknown-rule',
    message: `${selector} holds ${count} rules, and one can be explained`,
    hint: 'name the rule by its id or name',
  })
}
