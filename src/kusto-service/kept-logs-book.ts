import { BackendError, HuntError, toErrorRecord } from '../domain/errors.ts'
import type { ErrorRecord } from '../domain/errors.ts'
import type { KeptLogs, KeptLogsLedger, KeptLogsRecord } from '../domain/kept-logs.ts'
import type { Clock } from '../domain/time.ts'
import { days, hours, seconds } from '../time/duration.ts'
import { minus } from '../time/instant.ts'

/** How long an answer holds; and the want of one, unless what was in the way passes. */
const HOLDS = days(1)

/** How long after a failure that passes the next question comes. */
const HOLDS_PASSING = hours(1)

/** A run waits no longer for this than so, and goes on without. */
const PATIENCE = seconds(20)

/** Where the service can be asked how its workspaces keep their logs. */
export interface KeptLogsService {
  /** The id that a workspace has; undefined for one that is not asked about. */
  idOf(workspace: string): string | undefined
  /** `unseen`: it is not among those that the identity can see. Rejects with HuntError, or the signal's reason. */
  ask(workspace: string, signal: AbortSignal): Promise<KeptLogs | 'unseen'>
}

/**
 * What is known of how workspaces keep their logs: each is asked about once a day, when a run first needs to know it, and over all
 * processes that share a ledger. No run fails for it: where there is no answer, the last one stands, and the ledger says why.
 */
export class KeptLogsBook {
  readonly #service: KeptLogsService
  readonly #clock: Clock
  readonly #end = new AbortController()
  readonly #own = new Map<string, KeptLogsRecord>()
  readonly #asking = new Map<string, Promise<KeptLogsRecord>>()
  #ledger: KeptLogsLedger | undefined

  constructor(service: KeptLogsService, clock: Clock) {
    this.#service = service
    this.#clock = clock
  }

  /** From now on what other processes were told counts too. */
  share(ledger: KeptLogsLedger): void {
    this.#ledger = ledger
  }

  /** Never rejects but with the signal's reason, or with what is wrong with the ledger. */
  async of(workspace: string, signal: AbortSignal): Promise<KeptLogs | undefined> {
    const id = this.#service.idOf(workspace)
    if (id === undefined) return undefined
    const known = this.#known(workspace, id)
    if (known !== undefined && this.#holds(known)) return known.kept
    const asking =
      this.#asking.get(workspace) ?? this.#ask(workspace, id, known).finally(() => this.#asking.delete(workspace))
    this.#asking.set(workspace, asking)
    return (await abortable(asking, signal)).kept
  }

  /** Ends questions that are under way. */
  close(): void {
    this.#end.abort()
  }

  #known(workspace: string, id: string): KeptLogsRecord | undefined {
    const own = this.#own.get(workspace)
    if (own !== undefined && this.#holds(own)) return own
    const shared = this.#ledger?.keptLogs().find((each) => each.workspace === workspace && each.workspaceId === id)
    return shared ?? own
  }

  /** One that was asked in the future is of a clock that was ahead. */
  #holds({ askedAt, problem }: KeptLogsRecord): boolean {
    const now = this.#clock.now()
    return askedAt <= now && askedAt > minus(now, problem?.retryable === true ? HOLDS_PASSING : HOLDS)
  }

  async #ask(workspace: string, workspaceId: string, known: KeptLogsRecord | undefined): Promise<KeptLogsRecord> {
    const { kept, problem } = await this.#answer(workspace)
    const told = { workspace, workspaceId, askedAt: this.#clock.now(), kept: kept ?? known?.kept, problem }
    this.#own.set(workspace, told)
    // A question that was cut short by the end of the program says nothing.
    if (!this.#end.signal.aborted) this.#ledger?.recordKeptLogs({ ...told, kept })
    return told
  }

  async #answer(
    workspace: string,
  ): Promise<{ readonly kept: KeptLogs | undefined; readonly problem: ErrorRecord | undefined }> {
    // Real time: it bounds a connection.
    const patience = AbortSignal.timeout(PATIENCE)
    try {
      const kept = await this.#service.ask(workspace, AbortSignal.any([this.#end.signal, patience]))
      return kept === 'unseen' ? { kept: undefined, problem: UNSEEN } : { kept, problem: undefined }
    } catch (error) {
      if (patience.aborted || this.#end.signal.aborted) return { kept: undefined, problem: SILENT }
      if (!(error instanceof HuntError)) throw error
      return { kept: undefined, problem: toErrorRecord(error) }
    }
  }
}

const UNSEEN: ErrorRecord = {
  code: 'auth/workspace-unseen',
  message: 'the workspace is not among those that the identity can see in Azure Resource Manager',
  hint: 'give the identity the role Log Analytics Reader on the workspace',
  retryable: false,
  context: {},
}

const SILENT: ErrorRecord = toErrorRecord(
  new BackendError({
    code: 'backend/unreachable',
    message: `Azure Resource Manager does not answer within ${PATIENCE / seconds(1)} s`,
    hint: 'check that this machine can reach it, also through the proxy (HTTPS_PROXY)',
    retryable: true,
  }),
)

async function abortable<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted()
  let onAbort: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
  }
}
