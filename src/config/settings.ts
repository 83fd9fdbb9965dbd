import { BACKENDS, CLOUDS, LOG_FORMATS, LOG_LEVELS, REPORT_FORMATS } from './choices.ts'
import { CREDENTIALS } from './credential.ts'
import { isTimeZone } from '../time/calendar-day.ts'
import { days, hours, minutes, seconds } from '../time/duration.ts'
import type { Duration } from '../domain/time.ts'
import { Secret } from './secret.ts'
import { path, choice, duration, overlap, count, url, readTableDelays, readReportFormats } from './setting-kinds.ts'
import type { Setting } from './setting-kinds.ts'
import type { SinkConfig } from './sink-config.ts'

const IDENTITY_RESOURCE =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[^/]+$/i

export const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Of a setting that only hunt.yaml has. */
const IN_WORKSPACE = { variable: '', flag: undefined }

export const SETTINGS = {
  backend: choice(BACKENDS, {
    key: 'backend',
    variable: 'HUNT_BACKEND',
    flag: '--backend',
    summary:
      'Where queries run: the Azure Monitor Logs Query API, or the embedded engine over a folder of table files.',
    example: 'azure',
    fallback:
      'local when `--data` is given; else azure when a workspace is configured; else local when a data folder is',
  }),
  queries: path({
    key: 'queries',
    variable: 'HUNT_QUERIES',
    flag: '--queries',
    summary: 'Folder with rule files and their tests; subfolders are searched.',
    example: './queries',
    fallback: '`queries` in the working directory, or the bundled rule pack when there is none',
  }),
  data: path({
    key: 'data',
    variable: 'HUNT_DATA',
    flag: '--data',
    summary:
      'Folder of table files for the local backend: `<Table>.ndjson`, `.json`, `.csv`, `.parquet`, each also `.gz`.',
    example: './samples/data',
    fallback: 'none',
  }),
  schemas: path({
    key: 'schemas',
    variable: 'HUNT_SCHEMAS',
    flag: undefined,
    summary:
      'Folder with schemas of your own tables (`.tsv` or `.json`, see schemas/README.md), beside the built-in ones.',
    example: './schemas',
    fallback: 'none',
  }),
  memory: {
    key: 'memory',
    variable: 'HUNT_MEMORY',
    flag: undefined,
    summary:
      'Most memory that the embedded engine may take for tables and queries; what needs more goes to temporary files. With less than 125 MB for each processor it uses fewer of them.',
    example: '4GB',
    fallback: '80 % of the memory of the machine',
    accepts: 'a size such as 4GB or 512MB',
    isPath: false,
    read: (text: string) => (/^[1-9]\d*(\.\d+)?\s*[kmgt]i?b$/i.test(text) ? text : undefined),
  } satisfies Setting<string>,
  cache: {
    ...path({
      key: 'cache',
      variable: 'HUNT_CACHE',
      flag: undefined,
      summary:
        'Folder in which the bound trees of queries are kept between processes, so that the Kusto language service reads a rule once; `none` keeps nothing. Nobody else may write to it.',
      example: './cache',
      fallback: '`hunt` among the caches of the user: `~/.cache/hunt`, or below `XDG_CACHE_HOME`',
    }),
    accepts: 'a path, or none',
    words: ['none'],
  } satisfies Setting<string>,
  externalData: path({
    key: 'externalData',
    variable: 'HUNT_EXTERNAL_DATA',
    flag: undefined,
    summary:
      'Folder with copies of the files that `externaldata` names by address, for the local backend; nothing is fetched.',
    example: './external',
    fallback: '`externaldata` in the data folder',
  }),
  ipLocations: path({
    key: 'ipLocations',
    variable: 'HUNT_IP_LOCATIONS',
    flag: undefined,
    summary:
      'MaxMind database (`.mmdb`, such as GeoLite2-City) in which the local backend looks up `geo_info_from_ip_address`.',
    example: './GeoLite2-City.mmdb',
    fallback: 'none: the local backend refuses `geo_info_from_ip_address` of public addresses',
  }),
  output: path({
    key: 'output',
    variable: 'HUNT_OUTPUT',
    flag: '--output',
    summary: 'Folder for result files, incidents of the file sink and the ledger.',
    example: './output',
    fallback: '`output` in the working directory',
  }),
  ledger: path({
    key: 'ledger',
    variable: 'HUNT_LEDGER',
    flag: undefined,
    summary: 'SQLite file that remembers runs, findings and incidents, so that nothing is opened twice.',
    example: './output/hunt.db',
    fallback: '`hunt.db` in the output folder',
  }),
  workspaceId: {
    key: undefined,
    variable: 'HUNT_WORKSPACE_ID',
    flag: undefined,
    summary:
      'Workspace ID (the GUID on its overview page) of the one workspace to search; replaces the list of `hunt.yaml`.',
    example: '00000000-0000-0000-0000-000000000001',
    fallback: 'none; several workspaces are listed in `hunt.yaml`',
    accepts: 'a workspace ID (GUID)',
    isPath: false,
    read: (text: string) => (GUID.test(text) ? text.toLowerCase() : undefined),
  } satisfies Setting<string>,
  workspaceName: {
    key: undefined,
    variable: 'HUNT_WORKSPACE_NAME',
    flag: undefined,
    summary: 'The name under which that workspace appears in files, incidents and `--workspace`.',
    example: 'contoso-prod',
    fallback: '`default`',
    accepts: 'a name of letters, digits, ".", "_" and "-"',
    isPath: false,
    read: (text: string) => (isWorkspaceName(text) ? text : undefined),
  } satisfies Setting<string>,
  cloud: choice(CLOUDS, {
    key: 'cloud',
    variable: 'HUNT_CLOUD',
    flag: undefined,
    summary: 'Azure cloud: decides the query endpoint and the audience of tokens.',
    example: 'public',
    fallback: 'public',
  }),
  endpoint: url({
    key: 'endpoint',
    variable: 'HUNT_ENDPOINT',
    flag: undefined,
    summary: 'Address of the Logs Query API, for a private link, a proxy or `hunt emulate`; without `/v1`.',
    example: 'https://api.loganalytics.azure.com',
    fallback: 'the endpoint of the cloud',
  }),
  managementEndpoint: url({
    key: 'managementEndpoint',
    variable: 'HUNT_MANAGEMENT_ENDPOINT',
    flag: undefined,
    summary: 'Address of Azure Resource Manager, for a private link, a proxy or `hunt emulate`.',
    example: 'https://management.azure.com',
    fallback: 'the endpoint of the cloud',
  }),
  graphEndpoint: url({
    key: 'graphEndpoint',
    variable: 'HUNT_GRAPH_ENDPOINT',
    flag: undefined,
    summary:
      'Address of Microsoft Graph, which searches tenants of Defender XDR: for the cloud of the US Department of Defense, a proxy or `hunt emulate`.',
    example: 'https://dod-graph.microsoft.us',
    fallback: 'the endpoint of the cloud',
  }),
  audience: url({
    key: 'audience',
    variable: 'HUNT_AUDIENCE',
    flag: undefined,
    summary: 'Resource for which tokens are requested; independent of the endpoint.',
    example: 'https://api.loganalytics.io',
    fallback: 'the audience of the cloud',
  }),
  caFile: path({
    key: 'caFile',
    variable: 'HUNT_CA_FILE',
    flag: undefined,
    summary:
      'PEM file with private certificate authorities to trust beside the usual ones: a proxy, `hunt emulate --tls`.',
    example: './ca.pem',
    fallback: 'none',
  }),
  credential: choice(CREDENTIALS, {
    key: 'credential',
    variable: 'HUNT_CREDENTIAL',
    flag: undefined,
    summary: 'How hunt signs in; what else a credential needs comes from the AZURE_* variables of @azure/identity.',
    example: 'managed-identity',
    fallback: 'default: the chain of @azure/identity, narrowed by AZURE_TOKEN_CREDENTIALS',
  }),
  managedIdentity: {
    key: 'managedIdentity',
    variable: 'HUNT_MANAGED_IDENTITY',
    flag: undefined,
    summary:
      'The user-assigned identity of `managed-identity`, and of the chain of `default`, by its client id or the id of its resource.',
    example: '00000000-0000-0000-0000-000000000003',
    fallback: 'the client id in AZURE_CLIENT_ID, else that of the system',
    accepts: 'the client id (GUID) or resource id (/subscriptions/…/userAssignedIdentities/…) of a managed identity',
    isPath: false,
    read: (text: string) => (GUID.test(text) || IDENTITY_RESOURCE.test(text) ? text : undefined),
  },
  delay: duration(seconds(0), days(1), 'from 0s to 1d', {
    key: 'delay',
    variable: 'HUNT_DELAY',
    flag: '--delay',
    summary: 'How long logs may take to arrive: the window of a slot ends this much before it.',
    example: '5m',
    fallback: 'as in Sentinel: 5m, for NRT rules 2m',
  }),
  tableDelays: {
    key: 'tableDelays',
    variable: 'HUNT_TABLE_DELAYS',
    flag: undefined,
    summary:
      'Tables whose logs take longer or shorter than `delay`: a rule that names or declares some of them waits for the slowest, unless its `hunt:` block says itself.',
    example: 'SigninLogs=15m, AWSCloudTrail=1h',
    fallback: 'none',
    accepts: 'a list of tables with durations up to 1d, such as SigninLogs=15m, AWSCloudTrail=1h',
    isPath: false,
    read: readTableDelays,
  } satisfies Setting<ReadonlyMap<string, Duration>>,
  maxCatchUp: duration(hours(1), days(90), 'from 1h to 90d', {
    key: 'maxCatchUp',
    variable: 'HUNT_MAX_CATCH_UP',
    flag: undefined,
    summary:
      'How old a slot of the schedule may be and still be run. Older ones are recorded as a gap, which `hunt gaps` shows until it is acknowledged.',
    example: '7d',
    fallback: '7d',
  }),
  overlap: overlap({
    key: 'overlap',
    variable: 'HUNT_OVERLAP',
    flag: undefined,
    summary:
      'How much of the past each slot of the schedule reads once more, for records that arrived late: the window begins that much earlier. `measured`: for each rule as much as its slowest table needs, up to a day; one small question a day for each table and workspace. Findings that are known open nothing again; a count that a trigger compares grows with it.',
    example: '30m',
    fallback: '0s',
  }),
  reconcile: duration(seconds(0), days(3), 'from 0s to 3d', {
    key: 'reconcile',
    variable: 'HUNT_RECONCILE',
    flag: undefined,
    summary:
      'Search the slots of each UTC day once more, so long after its end, for records that arrived late. Only what is new opens incidents, marked as late. It costs as many queries again, one at a time, from what the due slots leave over.',
    example: '6h',
    fallback: 'never',
  }),
  healthIncidents: count(1, 100, {
    key: 'healthIncidents',
    variable: 'HUNT_HEALTH_INCIDENTS',
    flag: undefined,
    summary:
      'Open an incident in the sinks when hunt itself is not well: a rule that failed so many times in a row, a workspace that cannot be searched, slots that were given up, a rule file broken for an hour. One for each, closed when it is over.',
    example: '3',
    fallback: 'none: status, exit codes, logs and metrics say it',
  }),
  retention: duration(days(1), days(4383), 'from 1d to 12 years', {
    key: 'retention',
    variable: 'HUNT_RETENTION',
    flag: undefined,
    summary:
      'How far back the workspaces keep logs: slots that are late, so that their window begins before that, are recorded as a gap, and other runs over such a window are partial. Without it Azure Resource Manager is asked, for Log Analytics.',
    example: '90d',
    fallback: 'what the service says of workspace and tables',
  }),
  jitter: duration(seconds(0), hours(1), 'from 0s to 1h', {
    key: 'jitter',
    variable: 'HUNT_JITTER',
    flag: undefined,
    summary:
      'How much the daemon spreads rules that are due at the same time: each begins at a fixed time of its own within this, or within a quarter of its frequency if that is shorter. The window does not move.',
    example: '10m',
    fallback: '10m',
  }),
  wake: {
    key: 'wake',
    variable: 'HUNT_WAKE',
    flag: undefined,
    summary:
      'When the daemon looks what is due: a cron expression with seconds, in UTC. It decides how punctual rules are, not which slots run.',
    example: '*/10 * * * * *',
    fallback: '`*/10 * * * * *`, every ten seconds',
    accepts: 'a cron expression',
    isPath: false,
    read: (text: string) => (/^\s*(\S+\s+){4,5}\S+\s*$/.test(text) ? text.trim() : undefined),
  } satisfies Setting<string>,
  timeout: duration(seconds(1), minutes(10), 'from 1s to 10m', {
    key: 'timeout',
    variable: 'HUNT_TIMEOUT',
    flag: '--timeout',
    summary:
      'How long one query may take, unless its rule says (`hunt.timeout`); the service allows ten minutes at most.',
    example: '3m',
    fallback: '3m',
  }),
  concurrency: count(1, 16, {
    key: 'concurrency',
    variable: 'HUNT_CONCURRENCY',
    flag: '--concurrency',
    summary: 'How many rules run at the same time.',
    example: '2',
    fallback: '4',
  }),
  sinks: {
    key: 'sinks',
    variable: 'HUNT_SINKS',
    flag: undefined,
    summary: 'Where incidents go: names of sinks, separated by commas. In `hunt.yaml` a list, with options for each.',
    example: 'file',
    fallback: 'file: one JSON file an incident, under the output folder',
    accepts: 'a list of sink names',
    isPath: false,
    read: (text) => {
      const names = text.split(',').map((name) => name.trim())
      return names.every((name) => /^[a-z][a-z0-9-]*$/.test(name))
        ? names.map((type) => ({ type, options: {} }))
        : undefined
    },
  } satisfies Setting<readonly SinkConfig[]> as Setting<readonly SinkConfig[]>,
  timeZone: {
    key: 'timeZone',
    variable: 'HUNT_TIME_ZONE',
    flag: undefined,
    summary: 'Time zone in which the day of a report begins and ends, and in which a report shows times.',
    example: 'Europe/Berlin',
    fallback: 'UTC',
    accepts: 'the name of a time zone',
    isPath: false,
    read: (text: string) => (isTimeZone(text) ? text : undefined),
  } satisfies Setting<string>,
  reportAt: {
    key: 'reportAt',
    variable: 'HUNT_REPORT_AT',
    flag: undefined,
    summary:
      'When the daemon, or the first `hunt run --due` after it, writes the report of the day before: a time of the clock in `timeZone`. Each day is reported once; after an outage the last seven are made up for.',
    example: '06:00',
    fallback: 'none: reports are written when `hunt report` is called',
    accepts: 'a time from 01:00 to 23:59',
    isPath: false,
    read: (text: string) => (/^(0[1-9]|1\d|2[0-3]):[0-5]\d$/.test(text) ? text : undefined),
  } satisfies Setting<string>,
  reportFormats: {
    key: 'reportFormats',
    variable: 'HUNT_REPORT_FORMATS',
    flag: undefined,
    summary: 'Files of the report that is written at `reportAt`: some of html, csv, json, md, navigator.',
    example: 'html, navigator, json',
    fallback: 'html, navigator',
    accepts: `a list of ${REPORT_FORMATS.join(', ')}`,
    isPath: false,
    read: (text: string) => readReportFormats(text),
  } satisfies Setting<readonly (typeof REPORT_FORMATS)[number][]> as Setting<
    readonly (typeof REPORT_FORMATS)[number][]
  >,
  logLevel: choice(LOG_LEVELS, {
    key: 'logLevel',
    variable: 'HUNT_LOG_LEVEL',
    flag: '--log-level',
    summary: 'error: a person must act. warn: soon. info: one line a run. debug: for us, and may contain query text.',
    example: 'info',
    fallback: 'warn',
  }),
  logFormat: choice(LOG_FORMATS, {
    key: 'logFormat',
    variable: 'HUNT_LOG_FORMAT',
    flag: '--log-format',
    summary: 'Form of log lines on standard error.',
    example: 'json',
    fallback: 'text',
  }),
  deadManFile: path({
    key: 'deadManFile',
    variable: 'HUNT_DEAD_MAN_FILE',
    flag: undefined,
    summary:
      'A file that is written anew after each pass over the schedule. Alarm when it is older than two passes: then hunt is dead.',
    example: './output/alive',
    fallback: 'none',
  }),
  deadManUrl: {
    ...url({
      key: undefined,
      variable: 'HUNT_DEAD_MAN_URL',
      flag: undefined,
      summary:
        'An address that is asked for (GET) after each pass over the schedule: a dead-man service alarms when that stops. A secret: it is never printed, and not read from `hunt.yaml`.',
      example: 'https://hc-ping.com/00000000-0000-0000-0000-000000000000',
      fallback: 'none',
    }),
    accepts: 'an http:// or https:// address',
    isSecret: true,
    read: (text: string) => (isDeadManAddress(text) ? new Secret(text) : undefined),
  } satisfies Setting<Secret>,
} as const

export type SettingName = keyof typeof SETTINGS

/** What `limits` of a workspace in hunt.yaml may say. Each is at most what holds for all (shared/reference/azure-contract.md A7). */
export const WORKSPACE_LIMITS = {
  concurrency: count(1, 16, {
    ...IN_WORKSPACE,
    key: 'concurrency',
    summary: 'Queries at once, of all processes that share a ledger.',
    example: '2',
    fallback: 'what is left of `concurrency`',
  }),
  rate: count(1, 200, {
    ...IN_WORKSPACE,
    key: 'rate',
    summary: 'Queries that may begin within 30 seconds, of all processes that share a ledger.',
    example: '60',
    fallback: 'what is left of the 200 that the service allows an identity',
  }),
  timeout: duration(seconds(1), minutes(10), 'from 1s to 10m', {
    ...IN_WORKSPACE,
    key: 'timeout',
    summary: 'How long one query may take, whatever its rule says.',
    example: '1m',
    fallback: '`timeout`',
  }),
} as const

function isDeadManAddress(text: string): boolean {
  return URL.canParse(text) && ['https:', 'http:'].includes(new URL(text).protocol)
}

/** Workspace names end up in file names, ledger keys and command lines. */
export function isWorkspaceName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)
}
