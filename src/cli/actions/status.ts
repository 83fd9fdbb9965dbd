import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { ScheduleState } from '../../domain/schedule.ts'
import {
  isWorrying,
  keyOf,
  makePlan,
  reconciliationHorizon,
  RuleOwners,
  stateMap,
  statusOf,
} from '../../schedule/index.ts'
import type { PairStatus, Planned } from '../../schedule/index.ts'
import { days } from '../../time/duration.ts'
import { minus } from '../../time/instant.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { ruleTextChecker } from '../check-rule-text.ts'
import { planSettings, withLedger, workspaceNames } from '../compose.ts'
import { measuredDelays } from '../compose-delays.ts'
import { oldVersionEvent, twinEvents, withGoodVersions } from '../good-versions.ts'
import type { OldVersion } from '../good-versions.ts'
import { chosen, findKnownRules, findKnownWorkspaces } from '../known-rules.ts'
import { isOn, textsOption } from '../options.ts'
import { activityOf, activitySince } from '../print/activity.ts'
import type { Activity } from '../print/activity.ts'
import { sayScheduleEvents } from '../print/schedule-talk.ts'
import { isUseless, listExclusions } from '../print/exclusions.ts'
import { keptLogsInUse } from '../print/kept-logs.ts'
import { statusJson, statusLines } from '../print/status.ts'
import type { Hidden } from '../print/status.ts'
import { loadRuleFolder, queriesFolderName } from '../rule-folder.ts'
import { schemaVersion } from '../schema-version.ts'
import { sayBrokenFiles } from './list.ts'

/** An exclusion is failing when the last of its runs in this time says so. */
const HIT_DAYS = 30

interface StatusRequest {
  readonly selectors: readonly string[]
  readonly workspaces: readonly string[]
  readonly json: boolean
}

export const statusAction = defineAction<StatusRequest>({
  parse: ({ args, options }) => ({
    selectors: args,
    workspaces: textsOption(options, 'workspace'),
    json: isOn(options, 'json'),
  }),
  async run({ selectors, workspaces, json }, context): Promise<ExitCode> {
    const folder = await loadRuleFolder(context)
    const { clock, cwd } = context.program
    const now = clock.now()
    return withLedger(context, async (ledger) => {
      const name = queriesFolderName(context)
      const owners = new RuleOwners(name, ledger.foldersRead(), now)
      const check = ruleTextChecker(context)
      const good = await withGoodVersions(folder, ledger, { cwd, folder: name, now, check })
      const states = ledger.schedules()
      const configured = workspaceNames(context, [])
      const unconfigured = workspacesElsewhere(states, owners, configured)
      const settings = {
        ...planSettings(context.config, configured, await schemaVersion(context)),
        ...measuredDelays(ledger),
      }
      const known = stateMap(states)
      const isActive = (planned: Planned): boolean =>
        known.get(keyOf(planned))?.inactive === undefined && known.has(keyOf(planned))
      const plan = [
        ...makePlan(good.rules, settings),
        ...makePlan(good.rules, { ...settings, workspaces: unconfigured }).filter(isActive),
      ]
      const gaps = ledger.gaps({ acknowledged: false })
      const all = statusOf({ plan, owners, states, coverage: ledger.coverage(), gaps, now })
      const rules = selectors.length === 0 ? [] : await findKnownRules(selectors, states, context)
      const shown = chosen(all, rules, findKnownWorkspaces(workspaces, states, context))
      const hits = ledger.exclusionHits({ since: minus(now, days(HIT_DAYS)) })
      const hidden = {
        silences: ledger.silences({ at: now }),
        uselessExclusions: listExclusions(good.rules, hits, now).filter(isUseless),
        undelivered: ledger.outbox({}),
        keptLogs: keptLogsInUse(ledger.keptLogs(), context.config),
      }
      await print(
        {
          statuses: shown,
          unconfigured,
          old: good.old,
          hidden,
          activity: activityOf(ledger.activity(activitySince(now)), now),
        },
        json,
        context,
      )
      await sayScheduleEvents([...twinEvents(good.diagnostics), ...good.old.map(oldVersionEvent)], context)
      await sayBrokenFiles(good, context)
      const isBroken = good.diagnostics.some(({ severity }) => severity === 'error')
      return isBroken || shown.some(isWorrying) ? EXIT.checkFailed : EXIT.ok
    })
  },
})

/**
 * Workspaces on which our rules are scheduled and that the settings do not name: whoever runs them was told by an option, or
 * one was taken out of hunt.yaml. What is owed there is owed all the same, and nobody else would say so.
 */
function workspacesElsewhere(
  states: readonly ScheduleState[],
  owners: RuleOwners,
  configured: readonly string[],
): readonly string[] {
  const ours = states.filter((state) => state.inactive === undefined && owners.isOurs(state))
  return [...new Set(ours.map(({ workspace }) => workspace))].filter((name) => !configured.includes(name))
}

interface Shown {
  readonly statuses: readonly PairStatus[]
  readonly unconfigured: readonly string[]
  readonly old: readonly OldVersion[]
  readonly hidden: Hidden
  readonly activity: (pair: PairStatus) => Activity
}

async function print(
  { statuses, unconfigured, old, hidden, activity }: Shown,
  json: boolean,
  context: CommandContext,
): Promise<void> {
  const { config, out, outTerminal, program } = context
  const now = program.clock.now()
  if (json)
    await out.line(JSON.stringify(statusJson(statuses, { unconfigured, old, hidden, activity, now }), undefined, 2))
  else {
    const { reconcile } = config
    const horizon = reconcile === undefined ? undefined : reconciliationHorizon(now, reconcile)
    const facts = { now, unconfigured, hidden, activity, reconciliationHorizon: horizon, terminal: outTerminal }
    await out.write(`${statusLines(statuses, facts).join('\n')}\n`)
  }
}
