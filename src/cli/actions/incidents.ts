import { resolve } from 'node:path'
import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { CLASSIFICATIONS } from '../../domain/ports.ts'
import type { Classification, IncidentRecord } from '../../domain/ports.ts'
import { SEVERITIES } from '../../domain/rule.ts'
import { incidentTest, ruleTest } from '../../detect/index.ts'
import type { IncidentSearch } from '../../detect/index.ts'
import type { Instant } from '../../domain/time.ts'
import type { LedgerWithHistory } from '../../ledger/index.ts'
import { standingResultFile } from '../../files/result-file.ts'
import { INCIDENT_JOBS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { withLedger } from '../compose.ts'
import { configuredSinkNames } from '../compose-sinks.ts'
import { writeEvidence } from '../evidence.ts'
import { isOn, limitOption, oneOf, textOption } from '../options.ts'
import { knownRules } from '../known-rules.ts'
import { unknownRule } from '../select-rules.ts'
import { incidentJson, incidentLines, storyLines } from '../print/incidents.ts'
import { grouped, printProse } from '../print/words.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { shownPath } from '../shown-path.ts'
import { instantOption } from '../window-options.ts'

type Job = (typeof INCIDENT_JOBS)[number]

interface IncidentsRequest {
  readonly job: Job
  readonly id: string | undefined
  readonly all: boolean
  readonly since: Instant | undefined
  readonly search: IncidentSearch
  readonly limit: number
  readonly text: string | undefined
  readonly classification: Classification | undefined
  readonly by: string | undefined
  readonly to: string
  readonly json: boolean
}

export const incidentsAction = defineAction<IncidentsRequest>({
  parse({ args, options }) {
    const job = oneOf(args[0] ?? 'list', 'the job', INCIDENT_JOBS)
    const text = textOption(options, 'text')
    const [, id] = args
    if (job !== 'list' && (id === undefined || id === ''))
      throw missing(`hunt incidents ${job} needs the id of an incident`, `hunt incidents ${job} 2c704aca`)
    if (job === 'comment' && (text ?? '').trim() === '')
      throw missing('the comment is empty', 'hunt incidents comment 2c704aca --text "asked the owner"')
    return {
      job,
      id,
      all: isOn(options, 'all'),
      since: instantOption(options, 'since'),
      search: searchOf(options),
      limit: limitOption(options, 100),
      text,
      classification: classificationOf(textOption(options, 'as')),
      by: textOption(options, 'by'),
      to: textOption(options, 'to') ?? 'evidence',
      json: isOn(options, 'json'),
    }
  },
  run: (request, context) => withLedger(context, (ledger) => work(ledger, request, context)),
})

function missing(message: string, example: string): UsageError {
  return new UsageError({ code: 'usage/missing-argument', message, hint: `for example ${example}` })
}

function classificationOf(text: string | undefined): Classification | undefined {
  return text === undefined ? undefined : sameWord(text, '--as', CLASSIFICATIONS)
}

/** As oneOf, for values that are written with capitals. */
function sameWord<const T extends string>(text: string, flag: string, choices: readonly T[]): T {
  return choices.find((each) => each.toLowerCase() === text.toLowerCase()) ?? oneOf(text, flag, choices)
}

function searchOf(options: Readonly<Record<string, unknown>>): IncidentSearch {
  const given = (name: string): string | undefined => {
    const text = textOption(options, name)?.trim()
    if (text === '') throw missing(`--${name} is empty`, `hunt incidents --${name} ${SEARCHES[name] ?? ''}`)
    return text
  }
  const [rule, severity, entity] = [given('rule'), given('severity'), given('entity')]
  return {
    ...(rule === undefined ? {} : { rule }),
    ...(severity === undefined ? {} : { severity: sameWord(severity, '--severity', SEVERITIES) }),
    ...(entity === undefined ? {} : { entity }),
  }
}

const SEARCHES: Readonly<Record<string, string>> = { rule: '5239', severity: 'High', entity: 'vm-1' }

async function work(ledger: LedgerWithHistory, request: IncidentsRequest, context: CommandContext): Promise<ExitCode> {
  if (request.job === 'list') return list(ledger, request, context)
  const record = oneRecord(ledger, request.id ?? '')
  switch (request.job) {
    case 'show':
      return show(record, request, context)
    case 'close':
    case 'comment':
      return note(ledger, record, request, context)
    case 'export':
      return exportEvidence(record, request, context)
  }
}

function oneRecord(ledger: LedgerWithHistory, id: string): IncidentRecord {
  const found = ledger.incidentRecords({ id: id.toLowerCase(), limit: 3 })
  const [record] = found
  if (record !== undefined && found.length === 1) return record
  throw new UsageError({
    code: 'usage/unknown-incident',
    message:
      record === undefined
        ? `no incident has an id that begins with "${id}"`
        : `several incidents have ids that begin with "${id}"`,
    hint: record === undefined ? 'hunt incidents list --all shows them' : `for example ${record.incident.id}`,
  })
}

async function list(ledger: LedgerWithHistory, request: IncidentsRequest, context: CommandContext): Promise<ExitCode> {
  const { all, since, search, limit, json } = request
  const { out, outTerminal, err, errTerminal } = context
  const isSearch = Object.keys(search).length > 0
  const found = ledger.incidentRecords({
    limit: limit + 1,
    ...(all ? {} : { open: true }),
    ...(since === undefined ? {} : { since }),
    ...(isSearch ? { matches: testOf(search) } : {}),
  })
  if (found.length === 0 && search.rule !== undefined) await refuseUnknownRule(search.rule, ledger, context)
  const records = found.slice(0, limit)
  if (json) await out.line(JSON.stringify({ schemaVersion: 1, incidents: records.map(incidentJson) }, undefined, 2))
  else if (records.length > 0) await out.write(`${incidentLines(records, outTerminal).join('\n')}\n`)
  else await printProse(nothingWords(all, isSearch || since !== undefined), out, outTerminal)
  if (found.length > limit)
    await printProse(`There are more: these are the latest ${grouped(limit)}, --limit shows others.`, err, errTerminal)
  return EXIT.ok
}

function nothingWords(all: boolean, isSearch: boolean): string {
  const what = `No ${all ? '' : 'open '}incidents${isSearch ? ' of this kind' : ''}.`
  return all ? what : `${what} --all lists closed ones too.`
}

function testOf(search: IncidentSearch): ReturnType<typeof incidentTest> {
  try {
    return incidentTest(search)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const hint = 'for example --entity host:vm-1, --entity ip:10.0.0.0/24 or --entity vm-1'
    throw new UsageError({ code: 'usage/invalid-option', message: `--entity: ${error.message}`, hint })
  }
}

/** A name that is misspelt must not read as a rule that found nothing. */
async function refuseUnknownRule(text: string, ledger: LedgerWithHistory, context: CommandContext): Promise<void> {
  const known = await knownRules(ledger.schedules(), context)
  if (known.some(ruleTest(text))) return
  if (ledger.incidentRecords({ limit: 1, matches: incidentTest({ rule: text }) }).length > 0) return
  throw unknownRule(text, known)
}

async function show(
  record: IncidentRecord,
  { json }: IncidentsRequest,
  { out, outTerminal, program }: CommandContext,
): Promise<ExitCode> {
  const standing = (path: string): string => standingResultFile(path, program.cwd)
  if (json) await out.line(JSON.stringify({ schemaVersion: 1, incident: incidentJson(record) }, undefined, 2))
  else await out.write(`${storyLines(record, standing, outTerminal).join('\n')}\n`)
  return EXIT.ok
}

async function note(
  ledger: LedgerWithHistory,
  { incident }: IncidentRecord,
  { job, text = '', classification, by, json }: IncidentsRequest,
  context: CommandContext,
): Promise<ExitCode> {
  const { out, outTerminal, program } = context
  const author = by ?? program.env['USER'] ?? program.env['USERNAME'] ?? 'unknown'
  const event = { at: program.clock.now(), author, text }
  const sinks = await configuredSinkNames(context)
  const told =
    job === 'close'
      ? ledger.closeIncident(incident.id, { ...event, classification: classification ?? 'Undetermined' }, sinks)
      : ledger.commentIncident(incident.id, event, sinks)
  const changed = told !== undefined
  if (json) {
    await out.line(JSON.stringify({ schemaVersion: 1, job, id: incident.id, changed, tells: told ?? [] }, undefined, 2))
  } else {
    const said = job === 'comment' ? 'has the comment' : changed ? 'is closed' : 'was closed already'
    const tells = changed && told.length > 0 ? ` The next run tells ${told.map(terminalSafe).join(', ')}.` : ''
    await printProse(`Incident ${incident.id} ${said}.${tells}`, out, outTerminal)
  }
  return changed ? EXIT.ok : EXIT.checkFailed
}

async function exportEvidence(
  record: IncidentRecord,
  { to, json }: IncidentsRequest,
  { out, program }: CommandContext,
): Promise<ExitCode> {
  const { folder, files, missing: lost } = await writeEvidence(record, resolve(program.cwd, to), program.cwd)
  if (json) await out.line(JSON.stringify({ schemaVersion: 1, folder, files, missing: lost }, undefined, 2))
  else {
    const gone = lost.map((path) => `missing: ${shownPath(path, program.cwd)}`)
    await out.write(`${[shownPath(folder, program.cwd), ...files.map((file) => `  ${file}`), ...gone].join('\n')}\n`)
  }
  return lost.length > 0 ? EXIT.incomplete : EXIT.ok
}
