import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Gap } from '../../domain/schedule.ts'
import type { LedgerWithHistory } from '../../ledger/index.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { withLedger } from '../compose.ts'
import { chosen, findKnownRules, findKnownWorkspaces } from '../known-rules.ts'
import { isOn, textsOption } from '../options.ts'
import { gapLines } from '../print/gaps.ts'
import { gapJson } from '../print/pass-report.ts'

interface GapsRequest {
  readonly selectors: readonly string[]
  readonly workspaces: readonly string[]
  readonly acknowledges: boolean
  readonly all: boolean
  readonly json: boolean
}

export const gapsAction = defineAction<GapsRequest>({
  parse: ({ args, options }) => ({
    selectors: args,
    workspaces: textsOption(options, 'workspace'),
    acknowledges: isOn(options, 'ack'),
    all: isOn(options, 'all'),
    json: isOn(options, 'json'),
  }),
  run: (request, context) => withLedger(context, (ledger) => showGaps(ledger, request, context)),
})

async function showGaps(ledger: LedgerWithHistory, request: GapsRequest, context: CommandContext): Promise<ExitCode> {
  const { selectors, workspaces, acknowledges, json } = request
  const rules = selectors.length === 0 ? [] : await findKnownRules(selectors, ledger.schedules(), context)
  const all = ledger.gaps()
  const gaps = chosen(all, rules, findKnownWorkspaces(workspaces, [...ledger.schedules(), ...all], context))
  const open = gaps.filter(isOpen)
  const shown = request.all ? gaps : open
  // Only what is shown: one that a daemon records or makes longer meanwhile has been seen by nobody.
  const count = acknowledges ? ledger.acknowledgeGaps(open, context.program.clock.now()) : 0
  await print(shown, json, context)
  if (count > 0) await context.err.line(`${count === 1 ? 'The gap is' : `${count} gaps are`} acknowledged.`)
  return open.length > 0 && !acknowledges ? EXIT.checkFailed : EXIT.ok
}

function isOpen({ acknowledgedAt, slotCount, searchedSince }: Gap): boolean {
  return acknowledgedAt === undefined && searchedSince < slotCount
}

async function print(gaps: readonly Gap[], json: boolean, { out, outTerminal }: CommandContext): Promise<void> {
  if (json) await out.line(JSON.stringify({ schemaVersion: 1, gaps: gaps.map(gapJson) }, undefined, 2))
  else await out.write(`${gapLines(gaps, outTerminal).join('\n')}\n`)
}
