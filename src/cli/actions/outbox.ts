import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { OutboxFilter } from '../../domain/ports.ts'
import { nearestName } from '../../text/near-name.ts'
import { OUTBOX_JOBS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext, Invocation } from '../command.ts'
import { withLedger } from '../compose.ts'
import { configuredSinkNames } from '../compose-sinks.ts'
import { isOn, oneOf, textOption } from '../options.ts'
import { homelessLines, outboxJson, outboxLines } from '../print/outbox.ts'
import { countOf } from '../print/words.ts'

type Job = (typeof OUTBOX_JOBS)[number]

interface OutboxRequest {
  readonly job: Job
  readonly filter: OutboxFilter
  readonly json: boolean
}

export const outboxAction = defineAction<OutboxRequest>({
  parse({ args, options }) {
    const job = oneOf(args[0] ?? 'list', 'the job', OUTBOX_JOBS)
    const filter = filterOf({ args: args.slice(1), options })
    if (job !== 'list' && Object.keys(filter).length === 0 && !isOn(options, 'all')) throw nothingChosen(job)
    return { job, filter, json: isOn(options, 'json') }
  },
  async run({ job, filter, json }, context) {
    await checkSink(filter, context)
    return job === 'list' ? list(filter, json, context) : change(job, filter, json, context)
  },
})

function filterOf({ args, options }: Invocation): OutboxFilter {
  const sink = textOption(options, 'sink')
  return {
    ...(args.length === 0 ? {} : { ids: args.map(idOf) }),
    ...(sink === undefined ? {} : { sink }),
    ...(isOn(options, 'dead') ? { dead: true } : {}),
  }
}

function idOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new UsageError({
    code: 'usage/outbox',
    message: `"${text}" is no number of a delivery`,
    hint: 'hunt outbox list shows the numbers',
  })
}

/** A slip of the finger must not drop everything. */
function nothingChosen(job: Job): UsageError {
  return new UsageError({
    code: 'usage/outbox',
    message: `hunt outbox ${job} does not say which deliveries are meant`,
    hint: `name their numbers, --sink or --dead; hunt outbox ${job} --all means all of them`,
  })
}

/** Of a misspelt sink nothing waits, which must not be taken for good news. */
async function checkSink({ sink }: OutboxFilter, context: CommandContext): Promise<void> {
  if (sink === undefined) return
  const known = await configuredSinkNames(context)
  if (known.includes(sink)) return
  const owed = await withLedger(context, async (ledger) => ledger.outbox({}))
  const names = [...new Set([...known, ...owed.map((entry) => entry.sink)])]
  if (names.includes(sink)) return
  const near = nearestName(sink, names)
  throw new UsageError({
    code: 'usage/outbox',
    message: `no sink is called "${sink}"`,
    hint: near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`,
  })
}

async function list(filter: OutboxFilter, json: boolean, context: CommandContext): Promise<ExitCode> {
  const entries = await withLedger(context, async (ledger) => ledger.outbox(filter))
  const { out, outTerminal, program } = context
  const known = await configuredSinkNames(context)
  const homeless = [...new Set(entries.map(({ sink }) => sink))].filter((sink) => !known.includes(sink))
  if (json) {
    const document = { schemaVersion: 1, deliveries: entries.map(outboxJson), unconfiguredSinks: homeless }
    await out.line(JSON.stringify(document, undefined, 2))
  } else {
    const lines = outboxLines(entries, program.clock.now(), outTerminal)
    await out.write(`${[...lines, ...homelessLines(homeless, outTerminal)].join('\n')}\n`)
  }
  return entries.length > 0 ? EXIT.checkFailed : EXIT.ok
}

async function change(
  job: 'retry' | 'drop',
  filter: OutboxFilter,
  json: boolean,
  context: CommandContext,
): Promise<ExitCode> {
  const now = context.program.clock.now()
  const count = await withLedger(context, async (ledger) =>
    job === 'retry' ? ledger.revive(filter, now) : ledger.drop(filter, now),
  )
  const deliveries = countOf(count, 'delivery', 'deliveries')
  const text = job === 'retry' ? `${deliveries} due now; the next run delivers.` : `${deliveries} dropped.`
  await context.out.line(json ? JSON.stringify({ schemaVersion: 1, job, count }, undefined, 2) : text)
  // Numbers that name nothing are a mistake of whoever typed them.
  return filter.ids !== undefined && count < filter.ids.length ? EXIT.checkFailed : EXIT.ok
}
