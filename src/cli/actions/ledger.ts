import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Duration } from '../../domain/time.ts'
import { days, formatDuration } from '../../time/duration.ts'
import { formatInstant } from '../../time/instant.ts'
import { LEDGER_JOBS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext, Invocation } from '../command.ts'
import { backupConfiguredLedger, checkConfiguredLedger, pruneConfiguredLedger } from '../compose-ledger.ts'
import { isOn, oneOf } from '../options.ts'
import { backupLine, checkLines, pruneLines } from '../print/ledger.ts'
import { wrapped } from '../print/words.ts'
import { durationOption } from '../window-options.ts'

interface Common {
  readonly json: boolean
}

type LedgerRequest =
  | (Common & { readonly job: 'check' })
  | (Common & { readonly job: 'backup'; readonly target: string; readonly overwrite: boolean })
  | (Common & { readonly job: 'prune'; readonly keep: Duration; readonly deletes: boolean })

export const ledgerAction = defineAction<LedgerRequest>({
  parse({ args, options }) {
    const job = oneOf(args[0] ?? '', 'the job', LEDGER_JOBS)
    refuseForeignOptions(job, { args, options })
    const json = isOn(options, 'json')
    if (job === 'check') return { job, json }
    if (job === 'prune') return { job, json, keep: keepOf(options), deletes: isOn(options, 'yes') }
    return { job, json, target: targetOf(args), overwrite: isOn(options, 'force') }
  },
  run(request, context): Promise<ExitCode> {
    switch (request.job) {
      case 'check':
        return check(request, context)
      case 'backup':
        return backup(request, context)
      case 'prune':
        return prune(request, context)
    }
  },
})

function targetOf([, target]: readonly string[]): string {
  if (target !== undefined && target !== '') return target
  throw new UsageError({
    code: 'usage/missing-argument',
    message: 'the backup has no target',
    hint: 'name a file or a folder, for example hunt ledger backup ./backups/',
  })
}

const KEEP = days(180)
/** Slots may be caught up for ninety days at most; a week more leaves room for who pauses a rule. */
const LEAST_KEEP = days(30)

function keepOf(options: Invocation['options']): Duration {
  const keep = durationOption(options, 'keep') ?? KEEP
  if (keep >= LEAST_KEEP) return keep
  throw new UsageError({
    code: 'usage/invalid-option',
    message: `--keep ${formatDuration(keep)} is too short: what a window still reaches must stay known`,
    hint: 'at least 30d, for example --keep 90d',
  })
}

/** What only one job understands must not be ignored in silence by another. */
function refuseForeignOptions(job: (typeof LEDGER_JOBS)[number], { args, options }: Invocation): void {
  const given = [
    { name: 'a target', of: 'backup', isGiven: args.length > 1 },
    { name: '--force', of: 'backup', isGiven: isOn(options, 'force') },
    { name: '--keep', of: 'prune', isGiven: options['keep'] !== undefined },
    { name: '--yes', of: 'prune', isGiven: isOn(options, 'yes') },
  ]
  const foreign = given.find(({ of, isGiven }) => isGiven && of !== job)
  if (foreign === undefined) return
  throw new UsageError({
    code: 'usage/invalid-option',
    message: `hunt ledger ${job} takes no ${foreign.name.replace(/^a /, '')}; it belongs to ${foreign.of}`,
    hint: 'see hunt ledger --help',
  })
}

async function check({ json }: Common, context: CommandContext): Promise<ExitCode> {
  const result = await checkConfiguredLedger(context)
  await print(json, result, checkLines(result, context.outTerminal), context)
  return result.problems.some(({ severity }) => severity === 'error') ? EXIT.checkFailed : EXIT.ok
}

async function backup(
  { json, target, overwrite }: Extract<LedgerRequest, { job: 'backup' }>,
  context: CommandContext,
): Promise<ExitCode> {
  const result = await backupConfiguredLedger(context, { target, overwrite })
  await print(json, result, wrapped(backupLine(result, context.program.cwd), context.outTerminal), context)
  return EXIT.ok
}

async function prune(
  { json, keep, deletes }: Extract<LedgerRequest, { job: 'prune' }>,
  context: CommandContext,
): Promise<ExitCode> {
  const result = await pruneConfiguredLedger(context, { keep, deletes })
  const document = { ...result, before: formatInstant(result.before) }
  await print(json, document, pruneLines(result, context.program.cwd, context.outTerminal), context)
  return EXIT.ok
}

async function print(
  json: boolean,
  document: object,
  lines: readonly string[],
  { out }: CommandContext,
): Promise<void> {
  await out.line(json ? JSON.stringify({ schemaVersion: 1, ...document }, undefined, 2) : lines.join('\n'))
}
