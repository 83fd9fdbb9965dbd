import type { FunctionSchema } from '../../domain/schema.ts'

/** What a filtering parameter of an ASIM parser compares, by the parameter's name; the first columns that a parser has count. */
type Filter = (parameter: string, columns: ReadonlySet<string>) => string | undefined

/** A list, of which one of the columns must have something; `choices` are sets of columns, and the first that is there counts. */
function listed(choices: readonly (readonly string[])[], holds: (column: string, parameter: string) => string): Filter {
  return (parameter, columns) => {
    const found = choices.find((choice) => choice.every((name) => columns.has(name)))
    return found === undefined
      ? undefined
      : [`array_length(${parameter}) == 0`, ...found.map((column) => holds(column, parameter))].join(' or ')
  }
}

const words = (operator: 'has_any' | 'has_all' | 'in~', ...choices: readonly (readonly string[])[]): Filter =>
  listed(choices, (column, parameter) => `${column} ${operator} (${parameter})`)

const prefixes = (...choices: readonly (readonly string[])[]): Filter =>
  listed(choices, (column, parameter) => `has_any_ipv4_prefix(${column}, ${parameter})`)

/** One text, `*` for any. */
function text(column: string, holds: (parameter: string) => string): Filter {
  return (parameter, columns) => (columns.has(column) ? `${parameter} in ('*', '') or ${holds(parameter)}` : undefined)
}

const equals = (column: string): Filter => text(column, (parameter) => `${column} =~ ${parameter}`)

const HASHES = ['TargetFileMD5', 'TargetFileSHA1', 'TargetFileSHA256', 'TargetFileSHA512']
const PROCESS_HASHES = ['TargetProcessMD5', 'TargetProcessSHA1', 'TargetProcessSHA256', 'TargetProcessSHA512']

/** https://learn.microsoft.com/azure/sentinel/normalization-schema, the filtering parser parameters of each schema. */
const FILTERS: Readonly<Record<string, Filter>> = {
  starttime: (parameter) => `isnull(${parameter}) or TimeGenerated >= ${parameter}`,
  endtime: (parameter) => `isnull(${parameter}) or TimeGenerated <= ${parameter}`,
  disabled: (parameter) => `not(${parameter})`,
  eventresult: equals('EventResult'),
  eventresultdetails_in: words('in~', ['EventResultDetails']),
  eventresultdetails_has_any: words('has_any', ['EventResultDetails']),
  eventtype_in: words('in~', ['EventType']),
  eventseverity_has_any: words('has_any', ['EventSeverity']),
  srcipaddr: equals('SrcIpAddr'),
  srcipaddr_has_any_prefix: prefixes(['SrcIpAddr']),
  dstipaddr_has_any_prefix: prefixes(['DstIpAddr']),
  dvcipaddr_has_any_prefix: prefixes(['DvcIpAddr']),
  ipaddr_has_any_prefix: prefixes(['SrcIpAddr', 'DstIpAddr'], ['DvcIpAddr']),
  dstportnumber: (parameter) => `isnull(${parameter}) or DstPortNumber == ${parameter}`,
  hostname_has_any: words('has_any', ['SrcHostname', 'DstHostname'], ['DvcHostname']),
  srchostname_has_any: words('has_any', ['SrcHostname']),
  dvchostname_has_any: words('has_any', ['DvcHostname']),
  dvcaction: words('in~', ['DvcAction']),
  domain_has_any: words('has_any', ['DnsQuery']),
  responsecodename: equals('DnsResponseCodeName'),
  response_has_ipv4: text('DnsResponseName', (parameter) => `has_ipv4(DnsResponseName, ${parameter})`),
  response_has_any_prefix: prefixes(['DnsResponseName']),
  url_has_any: words('has_any', ['Url']),
  httpuseragent_has_any: words('has_any', ['HttpUserAgent']),
  username_has_any: words('has_any', ['TargetUsername', 'ActorUsername'], ['Username']),
  actorusername_has_any: words('has_any', ['ActorUsername']),
  targetusername_has_any: words('has_any', ['TargetUsername']),
  srcusername_has_any: words('has_any', ['SrcUsername']),
  actorusername_has: text('ActorUsername', (parameter) => `ActorUsername has ${parameter}`),
  targetusername_has: text('TargetUsername', (parameter) => `TargetUsername has ${parameter}`),
  targetappname_has_any: words('has_any', ['TargetAppName']),
  operation_has_any: words('has_any', ['Operation']),
  object_has_any: words('has_any', ['Object']),
  newvalue_has_any: words('has_any', ['NewValue']),
  targetfilepath_has_any: words('has_any', ['TargetFilePath']),
  srcfilepath_has_any: words('has_any', ['SrcFilePath']),
  hashes_has_any: words('in~', HASHES, PROCESS_HASHES),
  registrykey_has_any: words('has_any', ['RegistryKey']),
  registryvalue_has_any: words('has_any', ['RegistryValue']),
  registryvaluedata_has_any: words('has_any', ['RegistryValueData']),
  commandline_has_any: words('has_any', ['TargetProcessCommandLine']),
  commandline_has_all: words('has_all', ['TargetProcessCommandLine']),
  commandline_has_any_ip_prefix: prefixes(['TargetProcessCommandLine']),
  actingprocess_has_any: words('has_any', ['ActingProcessName']),
  targetprocess_has_any: words('has_any', ['TargetProcessName']),
  parentprocess_has_any: words('has_any', ['ParentProcessName']),
  attacktactics_has_any: words('has_any', ['AttackTactics']),
  attacktechniques_has_any: words('has_any', ['AttackTechniques']),
  threatcategory_has_any: words('has_any', ['ThreatCategory']),
  alertverdict_has_any: words('has_any', ['AlertVerdict']),
  // `lookup`, the default for DNS, is what a parser takes for a query, whatever it calls it.
  eventtype: (parameter) => `${parameter} in ('*', '', 'lookup') or EventType =~ ${parameter}`,
  // Older names.
  targetusername: text('TargetUsername', (parameter) => `TargetUsername has ${parameter}`),
  actorusername: text('ActorUsername', (parameter) => `ActorUsername has ${parameter}`),
  dvcname_has_any: words('has_any', ['DvcHostname']),
}

const SUFFIX = '-rows'

/** The table under which the rows of a parser's file are registered: a name that no table of a workspace can have. */
export const rowsOf = (parser: string): string => parser + SUFFIX

/** The file behind a registered table. */
export const fileOf = (table: string): string => (table.endsWith(SUFFIX) ? table.slice(0, -SUFFIX.length) : table)

/** Says how a parser shows its rows, not which. */
const WITHOUT_FILTER = new Set(['pack'])

/**
 * A parser whose rows lie in a file, as it returns them: so what its parameters filter is taken away here. Undefined for a
 * function that has text of its own, or a parameter of which nothing is known here; where there are no rows, only for one that
 * takes a table.
 */
export function parserOverRows(parser: FunctionSchema, isEmpty: boolean): FunctionSchema | undefined {
  if (parser.body !== undefined || parser.columns === undefined) return undefined
  const columns = new Set(parser.columns.map(({ name }) => name))
  const conditions: string[] = []
  for (const [, parameter = '', table] of parser.parameters.matchAll(/(?:^|,\s*)(\w+):(\()?/g)) {
    if (WITHOUT_FILTER.has(parameter) || (isEmpty && table === undefined)) continue
    const condition = FILTERS[parameter]?.(parameter, columns)
    if (condition === undefined) return undefined
    conditions.push(`| where ${condition}`)
  }
  return { ...parser, columns: undefined, body: [`['${rowsOf(parser.name)}']`, ...conditions].join('\n') }
}
