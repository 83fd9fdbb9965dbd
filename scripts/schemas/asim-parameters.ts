/**
 * Parameters of the filtering ASIM parsers (`_Im_Dns`, `imDns`, …), which the given facts lack. Names, order and types as
 * on https://learn.microsoft.com/azure/sentinel/normalization-manage-parsers and in `ParserParams` of the `im*.yaml` files
 * of Azure/Azure-Sentinel `Parsers/`. Where parser and page spell one differently (`targetusername`,
 * `targetusername_has`), both are accepted: the parser's older names stand at the end.
 */

type Parameter = readonly [name: string, type: 'datetime' | 'string' | 'dynamic' | 'int' | 'bool', initial?: string]

const NULLS: Readonly<Record<Parameter[1], string>> = {
  datetime: 'datetime(null)',
  string: "'*'",
  dynamic: 'dynamic([])',
  int: 'int(null)',
  bool: 'false',
}

const BETWEEN: readonly Parameter[] = [
  ['starttime', 'datetime'],
  ['endtime', 'datetime'],
]
const OPTIONS: readonly Parameter[] = [
  ['disabled', 'bool'],
  ['pack', 'bool'],
]

const lists = (...names: readonly string[]): readonly Parameter[] => names.map((name) => [name, 'dynamic'])

const PROCESS: readonly Parameter[] = [
  ...lists(
    'commandline_has_any',
    'commandline_has_all',
    'commandline_has_any_ip_prefix',
    'actingprocess_has_any',
    'targetprocess_has_any',
    'parentprocess_has_any',
  ),
  ['targetusername_has', 'string'],
  ['actorusername_has', 'string'],
  ...lists('dvcipaddr_has_any_prefix', 'dvchostname_has_any'),
  ['eventtype', 'string'],
  ...lists('hashes_has_any'),
]

const FILTERS: Readonly<Record<string, readonly Parameter[]>> = {
  AlertEvent: lists(
    'ipaddr_has_any_prefix',
    'hostname_has_any',
    'username_has_any',
    'attacktactics_has_any',
    'attacktechniques_has_any',
    'threatcategory_has_any',
    'alertverdict_has_any',
    'eventseverity_has_any',
  ),
  AuditEvent: [
    ...lists('srcipaddr_has_any_prefix', 'actorusername_has_any', 'operation_has_any', 'eventtype_in'),
    ['eventresult', 'string'],
    ...lists('object_has_any', 'newvalue_has_any'),
  ],
  Authentication: [
    ...lists(
      'username_has_any',
      'targetappname_has_any',
      'srcipaddr_has_any_prefix',
      'srchostname_has_any',
      'eventtype_in',
      'eventresultdetails_in',
    ),
    ['eventresult', 'string'],
  ],
  DhcpEvent: [
    ...lists('srcipaddr_has_any_prefix', 'srchostname_has_any', 'srcusername_has_any'),
    ['eventresult', 'string'],
  ],
  Dns: [
    ['srcipaddr', 'string'],
    ...lists('domain_has_any'),
    ['responsecodename', 'string'],
    ['response_has_ipv4', 'string'],
    ...lists('response_has_any_prefix'),
    ['eventtype', 'string', "'lookup'"],
  ],
  FileEvent: lists(
    'eventtype_in',
    'srcipaddr_has_any_prefix',
    'actorusername_has_any',
    'targetfilepath_has_any',
    'srcfilepath_has_any',
    'hashes_has_any',
    'dvchostname_has_any',
  ),
  NetworkSession: [
    ...lists('srcipaddr_has_any_prefix', 'dstipaddr_has_any_prefix', 'ipaddr_has_any_prefix'),
    ['dstportnumber', 'int'],
    ...lists('hostname_has_any', 'dvcaction'),
    ['eventresult', 'string'],
  ],
  ProcessEvent: PROCESS,
  RegistryEvent: lists(
    'eventtype_in',
    'actorusername_has_any',
    'registrykey_has_any',
    'registryvalue_has_any',
    'registryvaluedata_has_any',
    'dvchostname_has_any',
  ),
  UserManagement: lists('srcipaddr_has_any_prefix', 'targetusername_has_any', 'actorusername_has_any', 'eventtype_in'),
  WebSession: [
    ...lists(
      'srcipaddr_has_any_prefix',
      'ipaddr_has_any_prefix',
      'url_has_any',
      'httpuseragent_has_any',
      'eventresultdetails_in',
    ),
    ['eventresult', 'string'],
  ],
}

const OLDER_NAMES: Readonly<Record<string, readonly Parameter[]>> = {
  ProcessEvent: [['targetusername', 'string'], ['actorusername', 'string'], ...lists('dvcname_has_any')],
  WebSession: lists('eventresultdetails_has_any'),
}

/** KQL parameter list of the filtering parser of an ASIM schema; undefined for a schema without one. */
export function asimParameters(schema: string): string | undefined {
  const filters = FILTERS[schema]
  if (filters === undefined) return undefined
  return [...BETWEEN, ...filters, ...OPTIONS, ...(OLDER_NAMES[schema] ?? [])]
    .map(([name, type, initial = NULLS[type]]) => `${name}:${type}=${initial}`)
    .join(', ')
}
