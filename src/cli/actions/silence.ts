import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { SILENCE_KINDS, targetText } from '../../domain/silence.ts'
import type { SilenceTarget } from '../../domain/silence.ts'
import type { Duration, Instant } from '../../domain/time.ts'
import { parseSilenceEntity, silenceWarnings } from '../../detect/index.ts'
import type { LedgerWithHistory } from '../../ledger/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatInstant, instantFromMillis, plus } from '../../time/instant.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { withLedger } from '../compose.ts'
import { findKnownRules } from '../known-rules.ts'
import { isOn, limitOption, textOption } from '../options.ts'
import { silenceJson, silenceLines, silencesJson } from '../print/silences.ts'
import { countOf, printProse } from '../print/words.ts'
import { durationOption, instantOption, pastUntilError } from '../window-options.ts'

interface SilenceRequest {
  readonly target: string
  readonly rule: string | undefined
  readonly workspace: string | undefined
  readonly until: Instant | undefined
  readonly period: Duration | undefined
  readonly reason: string
  readonly by: string | undefined
  readonly json: boolean
}

export const silenceAction = defineAction<SilenceRequest>({
  parse({ args, options }) {
    const reason = (textOption(options, 'reason') ?? '').trim()
    if (reason === '') throw missing('a silence needs a reason', '--reason "patch window"')
    const until = instantOption(options, 'until')
    const period = durationOption(options, 'for')
    if ((until === undefined) === (period === undefined))
      throw missing('a silence needs an end: --until or --for', '--for 4h')
    return {
      target: args[0] ?? '',
      rule: textOption(options, 'rule'),
      workspace: textOption(options, 'workspace'),
      until,
      period,
      reason,
      by: textOption(options, 'by'),
      json: isOn(options, 'json'),
    }
  },
  run: (request, context) =>
    withLedger(context, async (ledger): Promise<ExitCode> => {
      const now = wholeSecond(context.program.clock.now())
      const until = request.until ?? plus(now, request.period ?? (0 as Duration))
      if (until <= now) throw pastUntilError(until, 'name a time to come')
      const target = await targetOf(request, ledger, context)
      const { env } = context.program
      const author = request.by ?? env['USER'] ?? env['USERNAME'] ?? 'unknown'
      const made = ledger.silence({ target, since: now, until, reason: request.reason, author })
      const { out, outTerminal, err, errTerminal } = context
      if (request.json) await out.line(JSON.stringify({ schemaVersion: 1, silence: silenceJson(made) }, undefined, 2))
      else {
        const text = `Silence ${made.id}: nobody is told of ${terminalSafe(targetText(target))} until ${formatInstant(until)}.`
        await printProse(text, out, outTerminal)
      }
      for (const warning of silenceWarnings(made)) {
        await printProse(`${errTerminal.styles.yellow('warning')}: ${terminalSafe(warning)}`, err, errTerminal)
      }
      return EXIT.ok
    }),
})

/** Nobody wants to read the milliseconds of an end. */
function wholeSecond(instant: Instant): Instant {
  return instantFromMillis(Math.floor(instant / 1000) * 1000)
}

async function targetOf(
  { target, rule, workspace }: SilenceRequest,
  ledger: LedgerWithHistory,
  context: CommandContext,
): Promise<SilenceTarget> {
  const entity = entityOf(target)
  const selector = entity === undefined ? target : rule
  if (entity === undefined && rule !== undefined) {
    throw new UsageError({
      code: 'usage/silence',
      message: `"${target}" names a rule, and --rule another one`,
      hint: `--rule narrows an entity, for example host:vm-1 --rule 5239; kinds of entities: ${SILENCE_KINDS.join(', ')}`,
    })
  }
  const [found] = selector === undefined ? [] : await findKnownRules([selector], ledger.schedules(), context)
  return { rule: found === undefined ? undefined : { id: found.id, name: found.name }, workspace, entity }
}

function entityOf(target: string): SilenceTarget['entity'] {
  try {
    return parseSilenceEntity(target)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const hint = 'for example host:vm-1, account:eve@contoso.com or ip:10.0.0.0/24'
    throw new UsageError({ code: 'usage/silence', message: error.message, hint })
  }
}

export const unsilenceAction = defineAction<{ readonly ids: readonly number[]; readonly json: boolean }>({
  parse: ({ args, options }) => ({ ids: args.map(idOf), json: isOn(options, 'json') }),
  run: ({ ids, json }, context) =>
    withLedger(context, async (ledger): Promise<ExitCode> => {
      const ended = ledger.unsilence(ids, context.program.clock.now())
      const { out } = context
      if (json) await out.line(JSON.stringify({ schemaVersion: 1, ended: ended.map(silenceJson) }, undefined, 2))
      else {
        for (const { id, target } of ended)
          await out.line(`Silence ${id} of ${terminalSafe(targetText(target))} has ended.`)
        const others = ids.filter((id) => !ended.some((each) => each.id === id))
        for (const id of others) await out.line(`There is no silence ${id} that still holds.`)
      }
      return ended.length === ids.length ? EXIT.ok : EXIT.checkFailed
    }),
})

interface SilencesRequest {
  readonly all: boolean
  readonly limit: number
  readonly json: boolean
}

export const silencesAction = defineAction<SilencesRequest>({
  parse: ({ options }) => ({
    all: isOn(options, 'all'),
    limit: limitOption(options, 100),
    json: isOn(options, 'json'),
  }),
  run: ({ all, limit, json }, context) =>
    withLedger(context, async (ledger): Promise<ExitCode> => {
      const now = context.program.clock.now()
      const found = ledger.silences(all ? { limit } : { at: now, limit })
      const { out, outTerminal } = context
      if (json) await out.line(JSON.stringify(silencesJson(found, now), undefined, 2))
      else await out.write(`${silenceLines(found, now, outTerminal).join('\n')}\n`)
      if (!json && found.length > 0) await out.line(`\n${countOf(found.length, 'silence')}; hunt unsilence ends one`)
      return EXIT.ok
    }),
})

function idOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new UsageError({
    code: 'usage/silence',
    message: `"${text}" is no number of a silence`,
    hint: 'hunt silences shows the numbers',
  })
}

function missing(message: string, example: string): UsageError {
  return new UsageError({ code: 'usage/missing-argument', message, hint: `for example ${example}` })
}
