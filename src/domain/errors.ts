import type { Span } from './diagnostic.ts'

/** Process exit codes. Scripts rely on them; docs/errors.md is generated from this table. */
export const EXIT = {
  /** Done. Findings are no failure (`--fail-on-findings` makes them 1). */
  ok: 0,
  /** The check that was asked for says no: `validate` found errors, `test` differs. */
  checkFailed: 1,
  usage: 2,
  config: 3,
  auth: 4,
  backend: 5,
  kql: 6,
  incomplete: 7,
  ledger: 8,
  internal: 70,
  sigint: 130,
  sigterm: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export interface HuntErrorOptions {
  /** Stable code, `area/what`; each has a line in docs/errors.md. */
  readonly code: string
  /** What failed, with the value, and why. */
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
  /** Would the same request later have a chance? */
  readonly retryable?: boolean
  /** Machine-readable details. Never secrets, never cell values. */
  readonly context?: Readonly<Record<string, string | number | boolean>>
  readonly span?: Span
  readonly cause?: unknown
}

/** Root of every failure that a user can cause or meet. */
export abstract class HuntError extends Error {
  abstract readonly exitCode: ExitCode
  readonly code: string
  readonly hint: string | undefined
  readonly retryable: boolean
  readonly context: Readonly<Record<string, string | number | boolean>>
  readonly span: Span | undefined

  constructor(options: HuntErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = options.code
    this.hint = options.hint
    this.retryable = options.retryable ?? false
    this.context = options.context ?? {}
    this.span = options.span
  }

  /** For an error that says more of the same failure; its cause is this one. */
  get options(): HuntErrorOptions {
    const { code, message, hint, retryable, context, span } = this
    return {
      code,
      message,
      retryable,
      context,
      cause: this,
      ...(hint === undefined ? {} : { hint }),
      ...(span === undefined ? {} : { span }),
    }
  }
}

/** Unknown option, command or rule id. */
export class UsageError extends HuntError {
  override readonly exitCode = EXIT.usage
}

/** A setting is missing or invalid; the message names variable, file and an example. */
export class ConfigError extends HuntError {
  override readonly exitCode = EXIT.config
}

/** No credential, 401 or 403; the message names the role that is needed. */
export class AuthError extends HuntError {
  override readonly exitCode = EXIT.auth
}

/** Timeout, throttling used up, service fault, unreadable answer. */
export class BackendError extends HuntError {
  override readonly exitCode = EXIT.backend
}

export interface KqlErrorOptions extends HuntErrorOptions {
  /** Where in the query text, as given to the backend, in UTF-16 units; undefined when the service does not say. */
  readonly position?: { readonly offset: number; readonly length: number } | undefined
}

/** Syntax error, unknown name, or a construct that the local engine refuses. */
export class KqlError extends HuntError {
  override readonly exitCode = EXIT.kql
  readonly position: { readonly offset: number; readonly length: number } | undefined

  constructor(options: KqlErrorOptions) {
    super(options)
    this.position = options.position
  }

  override get options(): KqlErrorOptions {
    return { ...super.options, position: this.position }
  }
}

/** A run is recorded, but something of it is missing: partial result, unwritten file, undelivered incident. */
export class IncompleteError extends HuntError {
  override readonly exitCode = EXIT.incomplete
}

/**
 * Whose fault a failed delivery is, which decides what becomes of it. `passing`: nobody's for long, it is tried again.
 * `sink`: address, login or role of the sink are wrong, so that nothing would arrive; it is tried again, in longer waits.
 * `delivery`: the receiver refuses this very content, and would always.
 */
export type DeliveryFault = 'passing' | 'sink' | 'delivery'

export interface DeliveryErrorOptions extends Omit<HuntErrorOptions, 'retryable'> {
  readonly fault: DeliveryFault
  /** How long the receiver wants to be left alone, in milliseconds. */
  readonly retryAfter?: number | undefined
}

/** A sink did not take an incident in, as far as anybody can tell. */
export class DeliveryError extends IncompleteError {
  readonly fault: DeliveryFault
  readonly retryAfter: number | undefined

  constructor(options: DeliveryErrorOptions) {
    super({ ...options, retryable: options.fault !== 'delivery' })
    this.fault = options.fault
    this.retryAfter = options.retryAfter
  }
}

/** The ledger is locked, damaged, or written by a newer program. */
export class LedgerError extends HuntError {
  override readonly exitCode = EXIT.ledger
}

/** A bug of ours. */
export class InternalError extends HuntError {
  override readonly exitCode = EXIT.internal
}

/** How an error is kept in run files and in the ledger. */
export interface ErrorRecord {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly retryable: boolean
  readonly context: Readonly<Record<string, string | number | boolean>>
  /** Exit code of the error's class; absent on what a service said beside an answer. */
  readonly exitCode?: ExitCode
  /** Where in a rule file the fault stands, when it stands in one. */
  readonly span?: Span
}

export function toErrorRecord(error: HuntError): ErrorRecord {
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    retryable: error.retryable,
    context: error.context,
    exitCode: error.exitCode,
    ...(error.span === undefined ? {} : { span: error.span }),
  }
}
