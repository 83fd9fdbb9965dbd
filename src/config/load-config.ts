import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { parse as parseDotenv } from 'dotenv'
import type { Diagnostic } from '../domain/diagnostic.ts'
import { ConfigError, UsageError } from '../domain/errors.ts'
import { nearestName } from '../text/near-name.ts'
import { days, minutes, seconds } from '../time/duration.ts'
import type { Config, WorkspaceConfig } from './config.ts'
import { parseConfigFile } from './config-file.ts'
import type { ConfigFile, WorkspaceEntry } from './config-file.ts'
import type { CredentialKind } from './credential.ts'
import { Secret } from './secret.ts'
import { SETTINGS } from './settings.ts'
import { resolveSinks, sinkVariables } from './sink-config.ts'
import type { SettingName } from './settings.ts'
import type { Setting } from './setting-kinds.ts'
import { countOf } from '../text/count.ts'

/** hunt.yaml has mistakes: all of them, with their places. */
export class ConfigFileError extends ConfigError {
  readonly diagnostics: readonly Diagnostic[]

  constructor(file: string, diagnostics: readonly Diagnostic[]) {
    const count = diagnostics.length === 1 ? 'a mistake' : countOf(diagnostics.length, 'mistake')
    super({
      code: 'config/invalid-file',
      message: `${file} has ${count}; nothing was run`,
      hint: 'every key is described in docs/configuration.md',
    })
    this.diagnostics = diagnostics
  }
}

export interface ConfigSources {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Values of command-line options by setting; they win over everything. */
  readonly flags: Readonly<Partial<Record<SettingName, string>>>
  /** `--config`; a file named here must exist. */
  readonly configFile?: string | undefined
}

/** Where a value comes from decides how a mistake is called and what its path is relative to. */
interface Found {
  readonly text: string
  readonly origin: string
  readonly folder: string
  readonly isFlag: boolean
}

/**
 * Reads the settings. Later ones win: defaults, hunt.yaml, .env, environment, flags. `.env` stands beside the
 * environment, not below hunt.yaml: it is the place to overrule a shared hunt.yaml on one machine.
 * Rejects with ConfigError (UsageError for a flag) that names setting, value, place and an example.
 */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const dotenv = await readDotenv(sources.cwd)
  const variables: Record<string, string | undefined> = { ...dotenv, ...definedOnly(sources.env) }
  const configFile = await findConfigFile(sources, variables['HUNT_CONFIG'])
  const written = configFile === undefined ? undefined : await readConfigFile(configFile, sources.cwd)

  const find = (name: SettingName): Found | undefined => {
    const setting: Setting<unknown> = SETTINGS[name]
    const flag = sources.flags[name]
    if (flag !== undefined) return { text: flag, origin: setting.flag ?? '', folder: sources.cwd, isFlag: true }
    const text = variables[setting.variable]
    if (text !== undefined && text !== '') {
      const fromFile = definedOnly(sources.env)[setting.variable] === undefined
      const origin = fromFile ? `${setting.variable} (in .env)` : setting.variable
      return { text, origin, folder: sources.cwd, isFlag: false }
    }
    const value = setting.key === undefined ? undefined : written?.values.get(setting.key)
    if (value === undefined || configFile === undefined) return undefined
    const origin = `${setting.key} (${value.span.file}:${value.span.line}:${value.span.column})`
    return { text: value.text, origin, folder: dirname(configFile), isFlag: false }
  }
  return deepFreeze({
    ...assemble(find, written, { sources, variables, configFile }),
    warnings: misspelt(Object.keys(variables), sinkVariables(written?.sinks ?? [])),
  })
}

interface Surroundings {
  readonly sources: ConfigSources
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly configFile: string | undefined
}

function assemble(
  find: (name: SettingName) => Found | undefined,
  written: ConfigFile | undefined,
  { sources, variables, configFile }: Surroundings,
): Omit<Config, 'warnings'> {
  const value = <N extends SettingName>(name: N) => readSetting(SETTINGS[name] as Setting<SettingValue<N>>, find(name))
  const output = value('output') ?? join(sources.cwd, 'output')
  const credential = value('credential') ?? 'default'
  const single = singleWorkspace(value('workspaceId'), value('workspaceName'), credential)
  const workspaces = single === undefined ? (written?.workspaces ?? []).map(withCredential(credential)) : [single]
  const data = value('data')
  return {
    backend: value('backend') ?? impliedBackend(sources.flags.data !== undefined, workspaces.length > 0, data),
    queries: value('queries'),
    data,
    schemas: value('schemas'),
    memory: value('memory'),
    cache: value('cache'),
    externalData: value('externalData'),
    ipLocations: value('ipLocations'),
    output,
    ledger: value('ledger') ?? join(output, 'hunt.db'),
    workspaces,
    workspaceTags: new Map(workspaces.map(({ name, tags }) => [name, tags])),
    cloud: value('cloud') ?? 'public',
    endpoint: value('endpoint'),
    managementEndpoint: value('managementEndpoint'),
    graphEndpoint: value('graphEndpoint'),
    audience: value('audience'),
    caFile: value('caFile'),
    credential,
    managedIdentity: value('managedIdentity'),
    delay: value('delay'),
    tableDelays: value('tableDelays'),
    maxCatchUp: value('maxCatchUp') ?? days(7),
    overlap: value('overlap') ?? seconds(0),
    reconcile: value('reconcile'),
    healthIncidents: value('healthIncidents'),
    retention: value('retention'),
    jitter: value('jitter') ?? minutes(10),
    wake: value('wake') ?? '*/10 * * * * *',
    timeout: value('timeout') ?? minutes(3),
    concurrency: value('concurrency') ?? 4,
    sinks: resolveSinks(value('sinks') ?? written?.sinks ?? [{ type: 'file', options: {} }], variables),
    timeZone: value('timeZone') ?? 'UTC',
    reportAt: value('reportAt'),
    reportFormats: value('reportFormats') ?? ['html', 'navigator'],
    logLevel: value('logLevel') ?? 'warn',
    logFormat: value('logFormat') ?? 'text',
    deadManFile: value('deadManFile'),
    deadManUrl: value('deadManUrl'),
    configFolder: configFile === undefined ? sources.cwd : dirname(configFile),
    configFile: configFile === undefined ? undefined : shown(configFile, sources.cwd),
    azureVariables: Object.fromEntries(
      Object.entries(variables).flatMap(([name, text]) =>
        name.startsWith('AZURE_') && text !== undefined ? [[name, new Secret(text)]] : [],
      ),
    ),
  }
}

/** Variables that look like ours and nearly are: a misspelt setting must not be ignored in silence. */
function misspelt(names: readonly string[], ofSinks: readonly string[]): readonly string[] {
  const known = [...Object.values(SETTINGS).map((setting) => setting.variable), 'HUNT_CONFIG', ...ofSinks]
  return names
    .filter((name) => name.startsWith('HUNT_') && !known.includes(name))
    .map((name) => {
      const near = nearestName(name, known)
      return `${name} is no setting of hunt${near === undefined ? '' : `; did you mean ${near}?`}`
    })
}

type SettingValue<N extends SettingName> = NonNullable<ReturnType<(typeof SETTINGS)[N]['read']>>

function readSetting<T>(setting: Setting<T>, found: Found | undefined): T | undefined {
  if (found === undefined) return undefined
  const isRelative = setting.isPath && !isAbsolute(found.text) && setting.words?.includes(found.text) !== true
  const text = isRelative ? resolve(found.folder, found.text) : found.text
  const value = setting.read(text)
  if (value !== undefined) return value
  const { origin, isFlag } = found
  const example = isFlag ? `${setting.flag} ${setting.example}` : `${setting.variable}=${setting.example}`
  const problem = {
    code: isFlag ? 'usage/invalid-option' : 'config/invalid-value',
    message: `${origin} is ${setting.isSecret === true ? 'set to something' : `"${found.text}"`}, which is not ${setting.accepts}`,
    hint: `for example ${example}`,
  }
  throw isFlag ? new UsageError(problem) : new ConfigError(problem)
}

/** `--data` says by itself that a folder is meant; elsewhere a workspace is worth more than a folder. */
function impliedBackend(
  dataIsFlag: boolean,
  hasWorkspace: boolean,
  data: string | undefined,
): 'azure' | 'local' | undefined {
  if (dataIsFlag) return 'local'
  if (hasWorkspace) return 'azure'
  return data === undefined ? undefined : 'local'
}

function singleWorkspace(
  id: string | undefined,
  name: string | undefined,
  credential: CredentialKind,
): WorkspaceConfig | undefined {
  if (id === undefined) return undefined
  return { kind: 'log-analytics', id, name: name ?? 'default', tags: [], credential, tenantId: undefined }
}

/** «Queries explore and return data from the past 30 days» (Microsoft Graph, Quotas and resource allocation). */
const DEFENDER_RETENTION = days(30)

function withCredential(fallback: CredentialKind): (entry: WorkspaceEntry) => WorkspaceConfig {
  return ({ kind, id, cluster, ...entry }) => {
    const common = { ...entry, credential: entry.credential ?? fallback }
    if (kind === 'log-analytics') return { kind, id, ...common }
    if (cluster !== undefined) return { kind: 'data-explorer', ...cluster, ...common }
    return { kind: 'defender-xdr', ...common, retention: entry.retention ?? DEFENDER_RETENTION }
  }
}

async function readDotenv(cwd: string): Promise<Record<string, string>> {
  const text = await readIfPresent(join(cwd, '.env'))
  return text === undefined ? {} : parseDotenv(text)
}

async function findConfigFile(sources: ConfigSources, variable: string | undefined): Promise<string | undefined> {
  const named = sources.configFile ?? variable
  if (named === undefined || named === '') {
    const usual = join(sources.cwd, 'hunt.yaml')
    return (await isFile(usual)) ? usual : undefined
  }
  const file = resolve(sources.cwd, named)
  if (await isFile(file)) return file
  const origin = sources.configFile === undefined ? 'HUNT_CONFIG' : '--config'
  throw new ConfigError({
    code: 'config/file-missing',
    message: `${origin} names "${named}", but there is no such file`,
    hint: 'examples/hunt.yaml is a file to start from',
  })
}

async function readConfigFile(file: string, cwd: string): Promise<ConfigFile> {
  const name = shown(file, cwd)
  const written = parseConfigFile((await readIfPresent(file)) ?? '', name)
  if (written.diagnostics.length > 0) throw new ConfigFileError(name, written.diagnostics)
  return written
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ConfigError({
      code: 'config/file-unreadable',
      message: `${file} cannot be read: ${(cause as Error).message}`,
      hint: 'check that it is a file and that you may read it',
      cause,
    })
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

/** A path as the user would type it. */
function shown(file: string, cwd: string): string {
  const short = relative(cwd, file)
  return (short.startsWith('..') ? file : short).replaceAll('\\', '/')
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])))
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}
