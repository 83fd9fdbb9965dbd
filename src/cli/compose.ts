import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IngestOptions, IngestReport, LocalBackend, WriteParquetOptions } from '../backends/local/index.ts'
import type { Config, WorkspaceConfig } from '../config/config.ts'
import type { OpenPoints, RunningEmulator } from '../emulator/index.ts'
import { ConfigError, UsageError } from '../domain/errors.ts'
import type { Backend, RunObserver } from '../domain/ports.ts'
import type { RowConditions } from '../domain/row-conditions.ts'
import type { RunOutcome } from '../domain/run.ts'
import type { Clock, Instant } from '../domain/time.ts'
import type { LedgerWithHistory } from '../ledger/index.ts'
import type { ResultFormat } from '../output/index.ts'
import type { RuleTestPorts } from '../rule-tests/index.ts'
import type { KeptLogsBook } from '../kusto-service/kept-logs-book.ts'
import type { Courier, RunPorts } from '../run/index.ts'
import type { PlanSettings, RequestBudget, seatedBackend } from '../schedule/index.ts'
import type { CommandContext } from './command.ts'
import { shareVariables } from './compose-azure.ts'
import { openKeptLogs } from './compose-kept-logs.ts'
import { enginesOf, openServices, routed } from './compose-routes.ts'
import { openSinks } from './compose-sinks.ts'
import { loadSchema } from './load-schema.ts'
import { takenOverLine } from './print/taken-over.ts'
import type { SENTINEL_ROLES } from './choices.ts'
import { chooseWorkspaces } from './choose-workspaces.ts'

/** The only place that builds real adapters. Each is imported when it is needed: `hunt --help` loads none of them. */

type Surroundings = Pick<CommandContext, 'config' | 'program'>

/** A backend and the workspaces to ask it about. */
export interface SearchTarget {
  readonly backend: Backend
  /** Which engine answers for a workspace, where `backend` asks several. */
  readonly engineOf?: NonNullable<RunPorts['engineOf']>
  /** The same backend where it is the embedded engine, which can do more. */
  readonly local: LocalBackend | undefined
  readonly workspaces: readonly string[]
  /** What may be asked of the service; undefined where nothing limits it. */
  readonly budget: RequestBudget | undefined
  /** How long the workspaces keep their logs; absent where nobody is asked. */
  readonly keptLogs?: KeptLogsBook | undefined
}

/** Name under which a data folder stands in files, incidents and the ledger. */
const LOCAL_WORKSPACE = 'local'

/** The configured backend; `wanted` are names and tags of workspaces, none means all. Rejects with ConfigError. */
export async function openSearchTarget(context: Surroundings, wanted: readonly string[]): Promise<SearchTarget> {
  const { config } = context
  if (config.backend === 'local') {
    checkLocalWorkspace(wanted)
    const local = await openLocal(context)
    return { backend: local, local, workspaces: [LOCAL_WORKSPACE], budget: undefined }
  }
  if (config.backend === 'azure') return openAzure(context, chooseWorkspaces(config, wanted))
  throw new ConfigError({
    code: 'config/nothing-to-search',
    message: 'no workspace and no data folder is configured, so there is nothing to search',
    hint: 'set HUNT_WORKSPACE_ID, for example HUNT_WORKSPACE_ID=00000000-0000-0000-0000-000000000001, or name a folder: --data samples/data',
  })
}

/** `--workspace` beside a data folder is most likely a mistake about what is being searched. */
function checkLocalWorkspace(wanted: readonly string[]): void {
  const other = wanted.find((name) => name.toLowerCase() !== LOCAL_WORKSPACE)
  if (other === undefined) return
  throw new UsageError({
    code: 'usage/unknown-workspace',
    message: `a data folder is one workspace, "${LOCAL_WORKSPACE}", and --workspace asks for "${other}"`,
    hint: 'leave --workspace away, or search a workspace of Azure with --backend azure',
  })
}

async function openAzure(context: Surroundings, workspaces: readonly WorkspaceConfig[]): Promise<SearchTarget> {
  const { config, program } = context
  const { HUNTING_LIMITS, RequestBudget, SERVICE_LIMITS } = await import('../schedule/index.ts')
  shareVariables({ config, program })
  const concurrent = config.concurrency
  const hunting = { ...HUNTING_LIMITS, concurrent }
  const limits = new Map(config.workspaces.map((each) => [each.name, each.limits]))
  const budget = new RequestBudget(
    { ...SERVICE_LIMITS, concurrent },
    {
      identityOf: identityOf(config),
      serviceLimitsOf: (identity) => (identity.startsWith('defender-xdr ') ? hunting : undefined),
      limitsOf: (workspace) => limits.get(workspace),
    },
  )
  const beforeRetry = (workspace: string, signal: AbortSignal): Promise<void> =>
    budget.another(workspace, program.clock, signal)
  const keptLogs = await openKeptLogs(context)
  const routes = await openServices(context, workspaces, { beforeRetry, keptLogs })
  const names = workspaces.map(({ name }) => name)
  return { backend: routed(routes), engineOf: enginesOf(routes), local: undefined, workspaces: names, budget, keptLogs }
}

/** For commands that ask without running rules: each question keeps to what its workspace may be asked, as a run does. */
export function pacedBackend({ backend, budget }: SearchTarget, clock: Clock): Backend {
  if (budget === undefined) return backend
  return {
    name: backend.name,
    async query(request, signal) {
      await budget.enter(request.workspace, clock, signal)
      try {
        return await backend.query(request, signal)
      } finally {
        budget.end(request.workspace)
      }
    },
    close: async () => backend.close(),
  }
}

/** The embedded engine over the configured data folder, which must be there. Rejects with ConfigError. */
export async function openLocal(context: Surroundings): Promise<LocalBackend> {
  return openLocalOver(dataFolderOf(context.config), context)
}

/** The embedded engine over a data folder, which must be there. Rejects with ConfigError. */
export async function openLocalOver(dataFolder: string, context: Surroundings): Promise<LocalBackend> {
  const { checkDataFolder, createLocalBackend } = await import('../backends/local/index.ts')
  await checkDataFolder(dataFolder)
  return createLocalBackend({
    dataFolder,
    schema: await loadSchema(context),
    clock: context.program.clock,
    guard: context.program.guard,
    pulledWatchlists: pulledWatchlists(context.config),
    holdsExternalData: true,
    externalData: context.config.externalData,
    ipLocations: context.config.ipLocations,
    owner: context.program.process,
    ...memoryOf(context.config),
  })
}

/** Where `hunt schema pull` puts watchlists. */
function pulledWatchlists({ schemas }: Config): string | undefined {
  return schemas === undefined ? undefined : join(schemas, 'watchlists')
}

function memoryOf({ memory }: Config): { memoryLimit?: string } {
  return memory === undefined ? {} : { memoryLimit: memory }
}

/** Bounds of the embedded engine where it only converts. */
export function engineBounds({ config, program }: Surroundings): WriteParquetOptions {
  return { ...memoryOf(config), owner: program.process }
}

/** As openLocal, but without a data folder the engine has every table of the catalogue, all empty. */
export async function openLocalOrEmpty(context: Surroundings): Promise<LocalBackend> {
  if (context.config.data !== undefined) return openLocal(context)
  const { createMemoryBackend } = await import('../backends/local/index.ts')
  const { clock, guard, process: owner } = context.program
  return createMemoryBackend({
    tables: new Map(),
    schema: await loadSchema(context),
    clock,
    guard,
    owner,
    externalData: context.config.externalData,
    ipLocations: context.config.ipLocations,
    ...memoryOf(context.config),
  })
}

/** What asks rows about the exclusions of their rule; nothing is loaded before the first question. */
export function openConditions({ config, program }: Surroundings): RowConditions {
  const { clock, guard, process: owner } = program
  const open = async () => {
    const { createRowConditions } = await import('../backends/local/index.ts')
    return createRowConditions({ clock, guard, owner, ...memoryOf(config) })
  }
  let opened: ReturnType<typeof open> | undefined
  return {
    examine: async (condition, columns) => (await (opened ??= open())).examine(condition, columns),
    ask: async (question, signal) => (await (opened ??= open())).ask(question, signal),
  }
}

/** Keeps columnar copies of the table files of a data folder. */
export async function ingestConfigured(
  context: CommandContext,
  {
    folder,
    target,
    onProgress,
  }: Pick<IngestOptions, 'onProgress' | 'target'> & { readonly folder: string | undefined },
): Promise<IngestReport> {
  const { ingestFolder } = await import('../backends/local/index.ts')
  const { config, program, signal } = context
  const dataFolder = folder ?? dataFolderOf(config)
  const progress = onProgress === undefined ? {} : { onProgress }
  const owner = program.process
  const options = { dataFolder, target, owner, schema: await loadSchema(context), ...memoryOf(config), ...progress }
  return ingestFolder(options, signal)
}

function dataFolderOf({ data }: Config): string {
  if (data !== undefined) return data
  throw new ConfigError({
    code: 'config/no-data-folder',
    message: 'the local backend needs a folder of table files, and none is configured',
    hint: 'name it with --data, HUNT_DATA or `data:` in hunt.yaml, for example --data samples/data',
  })
}

/**
 * Names of the workspaces that are configured, or of those that `wanted` asks for; none when nothing is configured to be
 * searched. Contacts nobody.
 */
export function workspaceNames(
  { config }: Pick<CommandContext, 'config'>,
  wanted: readonly string[],
): readonly string[] {
  if (config.backend === 'local') {
    checkLocalWorkspace(wanted)
    return [LOCAL_WORKSPACE]
  }
  if (config.backend === undefined) return []
  return chooseWorkspaces(config, wanted).map(({ name }) => name)
}

/**
 * Opens the ledger for as long as `work` takes. Rejects with LedgerError `ledger/missing` when there is none yet: to look must not create it.
 */
export async function withLedger<Result>(
  { config, program }: Surroundings,
  work: (ledger: LedgerWithHistory) => Promise<Result>,
): Promise<Result> {
  const { openLedger, processOwner } = await import('../ledger/index.ts')
  const ledger = openLedger(config.ledger, { owner: processOwner(program.process), mustExist: true })
  try {
    return await work(ledger)
  } finally {
    ledger.close()
  }
}

/** What of the settings decides slots and windows of the schedule on these workspaces. */
export function planSettings(config: Config, workspaces: readonly string[], schema?: string): PlanSettings {
  const kept = new Map(config.workspaces.map(({ name, retention }) => [name, retention]))
  return {
    ...config,
    workspaces,
    retentionOf: (workspace) => kept.get(workspace),
    ...(schema === undefined ? {} : { schemaVersion: schema }),
  }
}

/**
 * Whose limits a workspace shares: the Logs Query API counts by identity, so workspaces of one credential and tenant are one;
 * advanced hunting counts by tenant, and by itself.
 */
export function identityOf({ workspaces, credential }: Config): (workspace: string) => string {
  const identities = new Map(
    workspaces.map(({ name, kind, credential: own, tenantId = '' }) => {
      return [name, `${kind === 'log-analytics' ? '' : `${kind} `}${own} ${tenantId}`]
    }),
  )
  return (workspace) => identities.get(workspace) ?? credential
}

export interface RunPortsOptions {
  readonly formats: readonly ResultFormat[] | undefined
  readonly observer: RunObserver
}

/** Opens the ports of a real run for as long as `work` takes. The backend stays the caller's to close. */
export async function withRunPorts<Result>(
  { backend, engineOf, budget, keptLogs }: SearchTarget,
  { config, program, version, signal, err }: Surroundings & Pick<CommandContext, 'version' | 'signal' | 'err'>,
  { formats, observer }: RunPortsOptions,
  work: (ports: RunPorts & { readonly ledger: LedgerWithHistory; readonly courier: Courier }) => Promise<Result>,
): Promise<Result> {
  const [{ openLedger, processOwner }, { claimFolder, createResultWriter }, { Courier }, sinks] = await Promise.all([
    import('../ledger/index.ts'),
    import('../output/index.ts'),
    import('../run/index.ts'),
    openSinks({ config, program, version }),
  ])
  const { clock } = program
  const writer = createResultWriter({ folder: config.output, clock, ...(formats === undefined ? {} : { formats }) })
  const limits = { queryTimeout: config.timeout }
  const rowLocality = rowLocalityOver({ config, program })
  const ledger = openLedger(config.ledger, { owner: processOwner(program.process) })
  try {
    const { host } = program.process
    const before = await claimFolder(config.output, { ledgerId: ledger.id(), ledger: config.ledger, host })
    if (before !== undefined) await err.line(takenOverLine(before, config))
    budget?.share(ledger)
    keptLogs?.share(ledger)
    const beforeQuery = async (workspace: string, signal: AbortSignal): Promise<void> =>
      budget?.another(workspace, clock, signal)
    const conditions = openConditions({ config, program })
    const asked = budget === undefined ? backend : await seated(backend, budget, clock)
    const common = { ledger, writer, sinks, clock, observer, limits, rowLocality, beforeQuery, conditions }
    const ports = { ...common, backend: asked, ...(engineOf && { engineOf }), gate: budget }
    const courier = new Courier(ports, signal)
    try {
      return await work({ ...ports, courier })
    } finally {
      await courier.settled()
    }
  } finally {
    ledger.close()
  }
}

async function seated(...parts: Parameters<typeof seatedBackend>): Promise<Backend> {
  const schedule = await import('../schedule/index.ts')
  return schedule.seatedBackend(...parts)
}

/** Loads the language service and the catalogue with the first answer that is too large. */
function rowLocalityOver(context: Surroundings): NonNullable<RunPorts['rowLocality']> {
  let schema: ReturnType<typeof loadSchema> | undefined
  return async (query) => {
    const { rowLocality } = await import('../kql/index.ts')
    return rowLocality(query, await (schema ??= loadSchema(context)), context.program.guard)
  }
}

/** The document of one run, as its JSON file has it. */
export async function runDocument(outcome: RunOutcome): Promise<string> {
  const { jsonPieces } = await import('../output/result-json.ts')
  return [...jsonPieces(outcome)].join('')
}

/** Ports of rule tests: the embedded engine over each test's own folder, and a ledger in memory. */
export async function openRuleTestPorts(context: Surroundings): Promise<RuleTestPorts> {
  const [{ createLocalBackend }, { openLedger }, schema] = await Promise.all([
    import('../backends/local/index.ts'),
    import('../ledger/index.ts'),
    loadSchema(context),
  ])
  const { clock, guard, process: owner } = context.program
  return {
    openBackend: async (dataFolder) =>
      createLocalBackend({
        dataFolder,
        schema,
        clock,
        guard,
        owner,
        externalData: context.config.externalData,
        ipLocations: context.config.ipLocations,
        ...memoryOf(context.config),
      }),
    openLedger: () => openLedger(':memory:'),
    conditions: openConditions(context),
    clock,
    temporaryFolder: tmpdir(),
    delay: context.config.delay,
    tableDelays: context.config.tableDelays,
  }
}

export interface EmulatorRequest {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly now: Instant | undefined
  readonly strict: boolean
  readonly cache: boolean
  readonly rateLimits: boolean
  readonly sentinelRole: (typeof SENTINEL_ROLES)[number]
  readonly openPoints: OpenPoints
}

/** The Logs Query API over the data folder. Rejects with ConfigError. */
export async function startEmulatorOver(
  backend: Backend,
  { config, program }: Surroundings,
  request: EmulatorRequest,
): Promise<RunningEmulator> {
  const [{ arcKeyFileOnWindows, startEmulator }, { loadSavedFunctions }] = await Promise.all([
    import('../emulator/index.ts'),
    import('../backends/local/index.ts'),
  ])
  const { functions } = await loadSavedFunctions(join(dataFolderOf(config), 'functions'))
  const { ProgramData: programData = 'C:\\ProgramData' } = program.env
  // Its clients are on this machine.
  const arcKeyFile = process.platform === 'win32' ? arcKeyFileOnWindows(programData) : undefined
  return startEmulator({ backend, clock: program.clock, functions, arcKeyFile, ...request })
}
