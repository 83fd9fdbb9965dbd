import { AuthError, HuntError } from '../domain/errors.ts'
import { loadedAnswer } from '../domain/loaded-answer.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { formatDuration, minutes, seconds } from '../time/duration.ts'
import { parseInstant } from '../time/instant.ts'
import type { DoctorCheck } from './diagnosis.ts'
import type { DoctorPorts, DoctorWorkspace } from './doctor-ports.ts'

export interface WorkspaceProbe {
  readonly checks: readonly DoctorCheck[]
  /** Why nothing can be asked there. */
  readonly failure: HuntError | undefined
}

/** Windows end this much before the present, so a clock that is wrong by less shifts nothing that matters. */
const NOTICEABLE_SKEW = seconds(60)
/** Microsoft Entra ID refuses tokens of clocks that are further off. */
const HARMFUL_SKEW = minutes(5)

/** Asks the smallest question there is, which needs a login, the right to query and a workspace of that id. */
export async function probeWorkspace(
  workspace: DoctorWorkspace,
  { backend, clock }: Pick<DoctorPorts, 'backend' | 'clock'>,
  timeout: Duration,
  signal: AbortSignal,
): Promise<WorkspaceProbe> {
  const asked = clock.now()
  try {
    const question = {
      query: 'print Now = now()',
      window: undefined,
      now: undefined,
      workspace: workspace.name,
      timeout,
    }
    const { table } = loadedAnswer(await backend.query(question, signal))
    const answered = clock.now()
    const text = table.rows[0]?.[0]
    const theirs = typeof text === 'string' ? parseInstant(text) : undefined
    const took = (answered - asked) as Duration
    return {
      failure: undefined,
      checks: [
        ...credentialCheck(workspace, 'the login works'),
        {
          area: 'workspace',
          subject: workspace.name,
          workspace: workspace.name,
          status: 'ok',
          message: `answers queries, in ${Math.round(took)} ms`,
          facts: { milliseconds: took },
        },
        ...(backend.name === 'local' || theirs === undefined ? [] : [clockCheck(workspace, theirs, asked, answered)]),
      ],
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof HuntError)) throw error
    return { failure: error, checks: failureChecks(workspace, error) }
  }
}

function credentialCheck({ name, credential }: DoctorWorkspace, message: string): DoctorCheck[] {
  if (credential === undefined) return []
  return [{ area: 'credential', subject: credential, workspace: name, status: 'ok', message }]
}

function failureChecks(workspace: DoctorWorkspace, error: HuntError): DoctorCheck[] {
  const told = {
    workspace: workspace.name,
    status: 'failure' as const,
    message: error.message,
    remedy: error.hint ?? 'see docs/errors.md',
    code: error.code,
  }
  // The login itself failed, or it worked and the identity may not do what it should.
  const isLogin = error instanceof AuthError && error.code !== 'auth/forbidden'
  if (isLogin) return [{ area: 'credential', subject: workspace.credential ?? '', ...told }]
  const signedIn = error instanceof AuthError ? credentialCheck(workspace, 'the login works') : []
  return [...signedIn, { area: 'workspace', subject: workspace.name, ...told }]
}

/** The service's clock is read somewhere between question and answer; half of that time is the doubt. */
function clockCheck({ name }: DoctorWorkspace, theirs: Instant, asked: Instant, answered: Instant): DoctorCheck {
  const skew = Math.round((asked + answered) / 2 - theirs)
  const off = Math.max(0, Math.abs(skew) - (answered - asked) / 2)
  const common = { area: 'clock', subject: name, workspace: name, facts: { skewMilliseconds: skew } } as const
  if (off <= NOTICEABLE_SKEW) return { ...common, status: 'ok', message: 'this clock and that of the service agree' }
  const amount = formatDuration((Math.round(Math.abs(skew) / 1000) * 1000) as Duration)
  return {
    ...common,
    status: off > HARMFUL_SKEW ? 'failure' : 'warning',
    message: `this clock is ${amount} ${skew > 0 ? 'ahead of' : 'behind'} that of the service, so windows are searched ${skew > 0 ? 'before their records are there' : 'late'}`,
    remedy: 'synchronise the clock of this machine (chrony, systemd-timesyncd, w32time)',
  }
}
