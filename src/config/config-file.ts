import type { YAMLMap } from 'yaml'
import type { Diagnostic, Span } from '../domain/diagnostic.ts'
import type { Duration } from '../domain/time.ts'
import { YamlFile, isYamlList, isYamlMap, isYamlScalar, scalarText } from '../text/yaml-file.ts'
import type { YamlEntry } from '../text/yaml-file.ts'
import type { WorkspaceLimits } from './config.ts'
import { WORKSPACE_KINDS } from './choices.ts'
import { CREDENTIALS } from './credential.ts'
import type { CredentialKind } from './credential.ts'
import { GUID, SETTINGS, WORKSPACE_LIMITS, isWorkspaceName } from './settings.ts'
import type { Setting } from './setting-kinds.ts'
import { readSinks } from './sink-config.ts'
import type { SinkConfig } from './sink-config.ts'

/** A value as written, with its place for messages. */
export interface WrittenValue {
  readonly text: string
  readonly span: Span
}

export interface WorkspaceEntry {
  readonly kind: (typeof WORKSPACE_KINDS)[number]
  readonly name: string
  /** Empty where the kind has none. */
  readonly id: string
  readonly tags: readonly string[]
  readonly credential: CredentialKind | undefined
  /** Tenant of the workspace when it is not the credential's own. */
  readonly tenantId: string | undefined
  readonly retention?: Duration | undefined
  readonly limits?: WorkspaceLimits | undefined
  /** Of the kind data-explorer. */
  readonly cluster?: ClusterEntry
}

/** Where a database of Azure Data Explorer is. */
export interface ClusterEntry {
  readonly cluster: string
  readonly database: string
  readonly audience: string | undefined
  readonly timeColumn: string | undefined
}

/** What hunt.yaml says, and everything that is wrong with it. */
export interface ConfigFile {
  readonly values: ReadonlyMap<string, WrittenValue>
  readonly workspaces: readonly WorkspaceEntry[]
  readonly sinks: readonly SinkConfig[] | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads the text of hunt.yaml; `file` is the name that messages show. Never throws: problems are diagnostics. */
export function parseConfigFile(text: string, file: string): ConfigFile {
  const yaml = new YamlFile(text, { file, area: 'config' })
  const values = new Map<string, WrittenValue>()
  let workspaces: readonly WorkspaceEntry[] = []
  let sinks: readonly SinkConfig[] | undefined
  if (isYamlMap(yaml.root)) {
    for (const entry of yaml.entries(yaml.root, knownKeys())) {
      if (entry.key === 'workspaces') workspaces = readWorkspaces(entry.value, yaml)
      else if (entry.key === 'sinks') sinks = readSinks(entry.value, yaml)
      else readScalar(entry, yaml, values)
    }
  } else if (yaml.root !== null && !yaml.isBroken) {
    const what = 'the configuration is not a mapping of settings to values'
    yaml.report(yaml.root, 'type', what, 'write one setting a line, for example `output: ./output`')
  }
  return { values, workspaces, sinks, diagnostics: yaml.diagnostics }
}

function knownKeys(): readonly string[] {
  return [...Object.values(SETTINGS).flatMap((setting) => setting.key ?? []), 'workspaces']
}

function readScalar({ key, value, keyNode }: YamlEntry, yaml: YamlFile, values: Map<string, WrittenValue>): void {
  if (isYamlScalar(value) && value.value !== null) {
    values.set(key, { text: scalarText(value), span: yaml.span(value) })
    return
  }
  const setting = Object.values(SETTINGS).find((each) => each.key === key)
  yaml.report(keyNode, 'type', `${key} needs one value`, setting && `for example \`${key}: ${setting.example}\``)
}

const CLUSTER_KEYS = ['cluster', 'database', 'audience', 'timeColumn'] as const
const COMMON_KEYS = ['name', 'kind', 'id', 'tags', 'credential', 'tenantId', 'retention', 'limits'] as const
const WORKSPACE_KEYS = [...COMMON_KEYS, ...CLUSTER_KEYS] as const

function readWorkspaces(node: unknown, yaml: YamlFile): readonly WorkspaceEntry[] {
  if (!isYamlList(node)) {
    yaml.report(node, 'type', 'workspaces is not a list', 'write `- name: …` and `id: …` for each')
    return []
  }
  const seen = new Set<string>()
  return node.items.flatMap((item) => {
    if (!isYamlMap(item)) {
      yaml.report(item, 'type', 'a workspace needs a name and an id', 'write `- name: …` and `id: …`')
      return []
    }
    const entry = readWorkspace(item, yaml)
    if (entry === undefined) return []
    const name = entry.name.toLowerCase()
    if (seen.has(name)) yaml.report(item, 'duplicate', `two workspaces are named "${entry.name}"`)
    seen.add(name)
    return [entry]
  })
}

function readWorkspace(item: YAMLMap, yaml: YamlFile): WorkspaceEntry | undefined {
  const fields = new Map(yaml.entries(item, WORKSPACE_KEYS).map(({ key, value }) => [key, value]))
  const isGuid = (text: string): boolean => GUID.test(text)
  const read = (key: string, rule: FieldRule) => readField({ item, yaml, key, node: fields.get(key) }, rule)
  const name = read('name', {
    accept: isWorkspaceName,
    accepts: 'letters, digits, ".", "_" and "-"',
    example: 'contoso-prod',
  })
  const kindText = read('kind', {
    optional: true,
    accept: isKind,
    accepts: `one of ${WORKSPACE_KINDS.join(', ')}`,
    example: 'defender-xdr',
  })
  const kind = WORKSPACE_KINDS.find((each) => each === kindText) ?? 'log-analytics'
  const id = readId(kind, { item, yaml, key: 'id', node: fields.get('id') })
  const credential = read('credential', {
    optional: true,
    accept: isCredential,
    accepts: `one of ${CREDENTIALS.join(', ')}`,
    example: 'managed-identity',
  })
  const tenantId = read('tenantId', {
    optional: true,
    accept: isGuid,
    accepts: 'a tenant ID (GUID)',
    example: SETTINGS.workspaceId.example,
  })
  const retention = read('retention', {
    optional: true,
    accept: (text) => SETTINGS.retention.read(text) !== undefined,
    accepts: SETTINGS.retention.accepts,
    example: SETTINGS.retention.example,
  })
  const tags = readNames(fields.get('tags'), 'tags', yaml)
  const limits = readLimits(fields.get('limits'), yaml)
  const cluster = readCluster(kind, (key) => ({ item, yaml, key, node: fields.get(key) }))
  if (name === undefined || id === undefined || cluster === undefined) return undefined
  return {
    kind,
    name,
    id: id.toLowerCase(),
    tags,
    credential: CREDENTIALS.find((each) => each === credential),
    tenantId,
    ...(kind === 'data-explorer' ? { cluster } : {}),
    ...(retention === undefined ? {} : { retention: SETTINGS.retention.read(retention) }),
    ...(limits === undefined ? {} : { limits }),
  }
}

function readLimits(node: unknown, yaml: YamlFile): WorkspaceLimits | undefined {
  if (node === undefined) return undefined
  if (!isYamlMap(node)) {
    yaml.report(node, 'type', 'limits is not a mapping', 'for example `limits: { concurrency: 2, rate: 60 }`')
    return undefined
  }
  const fields = new Map(yaml.entries(node, Object.keys(WORKSPACE_LIMITS)).map(({ key, value }) => [key, value]))
  const read = <T>(key: string, limit: LimitRule<T>): T | undefined => {
    const accept = (text: string): boolean => limit.read(text) !== undefined
    const text = readField({ item: node, yaml, key, node: fields.get(key) }, { ...limit, optional: true, accept })
    return text === undefined ? undefined : limit.read(text)
  }
  return {
    concurrency: read('concurrency', WORKSPACE_LIMITS.concurrency),
    rate: read('rate', WORKSPACE_LIMITS.rate),
    timeout: read('timeout', WORKSPACE_LIMITS.timeout),
  }
}

type LimitRule<T> = Pick<Setting<T>, 'accepts' | 'example' | 'read'>

/** A tenant of Defender XDR is known by its login, a database by its cluster. */
function readId(kind: WorkspaceEntry['kind'], field: Field): string | undefined {
  if (kind === 'log-analytics') {
    const example = SETTINGS.workspaceId.example
    return readField(field, { accept: (text) => GUID.test(text), accepts: 'a workspace ID (GUID)', example })
  }
  if (field.node === undefined) return ''
  const hint =
    kind === 'data-explorer' ? 'it has cluster and database' : 'which tenant it is says tenantId, or the credential'
  field.yaml.report(field.node, 'value', `a workspace of the kind ${kind} has no id`, hint)
  return undefined
}

/** Undefined when something is wrong. What the kind has not must not be there. */
function readCluster(kind: WorkspaceEntry['kind'], fieldOf: (key: string) => Field): ClusterEntry | undefined {
  if (kind !== 'data-explorer') {
    const surplus = CLUSTER_KEYS.map(fieldOf).filter(({ node }) => node !== undefined)
    for (const { yaml, node, key } of surplus) {
      yaml.report(node, 'value', `a workspace of the kind ${kind} has no ${key}`, 'for example `kind: data-explorer`')
    }
    return surplus.length > 0 ? undefined : NO_CLUSTER
  }
  const word = { accept: (text: string) => text !== '', accepts: 'a name' }
  const address = { accept: isAddress, accepts: 'an https:// address' }
  const cluster = readField(fieldOf('cluster'), { ...address, example: 'https://contoso.westeurope.kusto.windows.net' })
  const database = readField(fieldOf('database'), { ...word, example: 'SecurityLogs' })
  const audience = readField(fieldOf('audience'), {
    ...word,
    optional: true,
    example: 'https://kusto.kusto.windows.net',
  })
  const timeColumn = readField(fieldOf('timeColumn'), { ...word, optional: true, example: 'Timestamp' })
  if (cluster === undefined || database === undefined) return undefined
  return { cluster: cluster.replace(/\/+$/, ''), database, audience: audience?.replace(/\/+$/, ''), timeColumn }
}

const NO_CLUSTER: ClusterEntry = { cluster: '', database: '', audience: undefined, timeColumn: undefined }

/** As the setting endpoint: plain http for an emulator on this machine only. */
function isAddress(text: string): boolean {
  return SETTINGS.endpoint.read(text) !== undefined
}

interface FieldRule {
  readonly optional?: boolean
  readonly accept: (text: string) => boolean
  readonly accepts: string
  readonly example: string
}

interface Field {
  readonly item: YAMLMap
  readonly yaml: YamlFile
  readonly key: string
  readonly node: unknown
}

function readField({ item, yaml, key, node }: Field, rule: FieldRule): string | undefined {
  const example = `for example \`${key}: ${rule.example}\``
  if (node === undefined) {
    if (rule.optional !== true) yaml.report(item, 'missing', `a workspace has no ${key}`, example)
    return undefined
  }
  const text = isYamlScalar(node) ? scalarText(node) : ''
  if (rule.accept(text)) return text
  yaml.report(node, 'value', `${key} "${text}" is not ${rule.accepts}`, example)
  return undefined
}

function readNames(node: unknown, key: string, yaml: YamlFile): readonly string[] {
  if (node === undefined) return []
  if (isYamlList(node) && node.items.every(isYamlScalar)) return node.items.map(scalarText)
  yaml.report(node, 'type', `${key} is not a list of names`, `for example \`${key}: [prod, eu]\``)
  return []
}

function isKind(text: string): boolean {
  return WORKSPACE_KINDS.some((each) => each === text)
}

function isCredential(text: string): text is CredentialKind {
  return CREDENTIALS.some((each) => each === text)
}
