import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { LedgerWithHistory } from '../../ledger/index.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { withLedger } from '../compose.ts'
import { chosen, findKnownRules, findKnownWorkspaces } from '../known-rules.ts'
import { isOn, limitOption, textsOption } from '../options.ts'
import { historyJson, historyLines } from '../print/history.ts'

interface HistoryRequest {
  readonly selectors: readonly string[]
  readonly workspaces: readonly string[]
  readonly limit: number
  readonly json: boolean
}

const DEFAULT_LIMIT = 20

export const historyAction = defineAction<HistoryRequest>({
  parse: ({ args, options }) => ({
    selectors: args,
    workspaces: textsOption(options, 'workspace'),
    limit: limitOption(options, DEFAULT_LIMIT),
    json: isOn(options, 'json'),
  }),
  run: (request, context) => withLedger(context, (ledger) => showHistory(ledger, request, context)),
})

async function showHistory(
  ledger: LedgerWithHistory,
  { selectors, workspaces, limit, json }: HistoryRequest,
  { out, outTerminal, ...context }: CommandContext,
): Promise<ExitCode> {
  const states = ledger.schedules()
  const rules = await findKnownRules(selectors, states, { ...context, out, outTerminal })
  const found = rules.map((rule) => {
    const runs = ledger.runs({ ruleId: rule.id, limit: workspaces.length === 0 ? limit : Number.MAX_SAFE_INTEGER })
    return { rule, ran: runs.map((run) => ({ run, ruleId: run.key.ruleId, workspace: run.key.workspace })) }
  })
  const names = findKnownWorkspaces(workspaces, [...states, ...found.flatMap(({ ran }) => ran)], context)
  const histories = found.map(({ rule, ran }) => ({
    rule,
    runs: chosen(ran, [], names)
      .slice(0, limit)
      .map(({ run }) => run),
    coverage: chosen(ledger.coverage({ ruleId: rule.id }), [], names),
  }))
  if (json) await out.line(JSON.stringify(historyJson(histories), undefined, 2))
  else await out.write(`${historyLines(histories, outTerminal).join('\n')}\n`)
  return EXIT.ok
}
