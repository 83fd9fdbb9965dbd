import { buildCommandTree } from '../../../src/cli/run-cli.ts'

const INTRO = `# Command line

Generated from the commands themselves by \`npm run docs\`; do not edit.

Standard output carries data (tables, CSV, JSON), standard error everything that is said about it (progress, notices,
warnings, errors), so a pipe gets data only. A table fits the width of a terminal and is never cut in a pipe; \`COLUMNS\` sets
another width. \`NO_COLOR\` switches colours off, \`FORCE_COLOR\` on. Exit codes are in [errors.md](errors.md), settings in
[configuration.md](configuration.md).

A rule is named by its id, the beginning of its id (four characters or more, if unique), its name or a unique part of it, the
name of its file without extension, or a path. Times are ISO 8601 and UTC unless they say otherwise; durations are \`5m\`,
\`1h30m\`, \`7d\` or ISO 8601.
`

const JSON_DOCUMENTS = `## JSON documents

Each carries \`schemaVersion\`, which rises when a member goes or changes its meaning; new members may come at any time.

| command | document |
| --- | --- |
| \`run --json\` | [run-report.schema.json](schema/run-report.schema.json): exit code, and for each rule and workspace its status, error, files and the whole result |
| \`run --due --json\`, \`backfill --json\` | [pass-report.schema.json](schema/pass-report.schema.json): the same of many slots, without rows |
| \`status --json\` | [status.schema.json](schema/status.schema.json) |
| \`gaps --json\` | [gaps.schema.json](schema/gaps.schema.json) |
| \`history --json\` | [history.schema.json](schema/history.schema.json) |
| \`incidents --json\` | [incidents.schema.json](schema/incidents.schema.json): the incidents, or what \`close\`, \`comment\` and \`export\` did |
| \`outbox --json\` | [outbox.schema.json](schema/outbox.schema.json) |
| \`report --json\` | [report.schema.json](schema/report.schema.json) |
| \`doctor --json\` | [doctor.schema.json](schema/doctor.schema.json) |
| \`pause --json\`, \`resume --json\` | [pauses.schema.json](schema/pauses.schema.json) |
| files of \`run\` | [run-result.schema.json](schema/run-result.schema.json) |
| incidents of the file sink | [incident.schema.json](schema/incident.schema.json) |
| \`list --json\`, \`show --json\` | \`{schemaVersion, rules: [{id, name, kind, severity, file, sha256, version, tactics, techniques, tags, requiredTables, schedule}]}\`; \`show\` adds description, query, entity mappings and what concerns alerts and incidents. Durations are ISO 8601, what does not apply is null |
| \`query --json\` | \`{columns: [{name, type}], rows: [{…}]}\`; \`ndjson\`: a row a line. A \`long\` beyond ±(2^53 − 1) is a string of digits, \`decimal\` and NaN are strings, \`dynamic\` is nested |
| \`validate --json\` | \`{schemaVersion, summary: {errors, warnings, infos, files}, diagnostics: [{code, severity, message, hint, file, line, column, length, sourceLine}]}\` |
| \`test --json\` | \`{schemaVersion, summary: {tests, passed, failed, mistakes}, tests: [{file, line, name, ruleId, ruleName, passed, status, error, warnings, differences: [{what, expected, actual}], sql, steps}], diagnostics}\` |
| \`exclusions --json\` | [exclusions.schema.json](schema/exclusions.schema.json) |
| \`silences --json\` | [silences.schema.json](schema/silences.schema.json) |
| \`silence --json\`, \`unsilence --json\` | \`{schemaVersion, silence}\`, \`{schemaVersion, ended: […]}\` |
| \`ledger check --json\` | \`{schemaVersion, path, ledgerVersion, presentLedgerVersion, contents: {runs, findings, incidents, undelivered}, problems: [{code, severity, message, remedy, count, places}]}\` |
| \`ledger backup --json\` | \`{schemaVersion, path, bytes, ledgerVersion, contents}\` |
| \`ledger prune --json\` | \`{schemaVersion, path, before, isDone, forgotten: {runs, findings, incidents, gaps, schedules}}\` |
| \`explain --json\` | \`{schemaVersion, stage, text}\`; of the stage \`rows\` \`{schemaVersion, stage, steps: [{operator, rowCount, columns, rows}]}\` |
| \`export --json\` | \`{schemaVersion, table, workspace, window: {start, end}, file, format, rows, parts, columns}\` |
| \`ingest --json\` | \`{schemaVersion, source, target, tables: [{table, copied, rows, unchanged, columnar, error}], vanished}\` |
| \`parity --json\` | \`{schemaVersion, rule, workspace, window, tables, equal, rows, columns, …}\`: what only one of the two has |
| \`schema --json\` | \`{schemaVersion, folder, tables, functions, watchlists, notPulled: [{what, code, message, hint}]}\` |
| \`workspaces --json\` | \`{schemaVersion, workspaces: […]}\` |
| \`emulate\` | one line: \`{url, tokenEndpoint, authorityHost, ca, workspace, tenantId, clientId, tokensRequired}\` |
`

/**
 * A document that nobody describes is none that a program could rely on.
 * @param {import('commander').Command} root
 */
function checkDocuments(root) {
  /** @param {import('commander').Command} command */
  const isDescribed = (command) => JSON_DOCUMENTS.includes(`\`${command.name()} `)
  const missing = root.commands.filter(
    (command) => command.options.some(({ long }) => long === '--json') && !isDescribed(command),
  )
  if (missing.length > 0)
    throw new Error(`no JSON document is described for ${missing.map((each) => each.name()).join(', ')}`)
}

/** docs/cli.md: the help of every command, as \`--help\` prints it at 100 columns. */
export function cliPage() {
  const root = buildCommandTree()
  checkDocuments(root)
  const sections = [root, ...root.commands].map(
    (command) =>
      `## ${command === root ? 'hunt' : `hunt ${command.name()}`}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
  )
  return [INTRO, ...sections, JSON_DOCUMENTS].join('\n')
}

/** @param {import('commander').Command} command */
function helpOf(command) {
  let text = ''
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return text.trim()
}
