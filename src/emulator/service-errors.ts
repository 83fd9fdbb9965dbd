/** The service's error envelope; `shared/reference/azure-contract.md` A6. */
export interface ErrorEnvelope {
  readonly error: {
    readonly message: string
    readonly code: string
    readonly correlationId?: string
    readonly innererror?: InnerError
    readonly details?: readonly InnerError[]
  }
}

export interface InnerError {
  readonly code: string
  readonly message: string
  readonly innererror?: InnerError
  readonly [more: string]: unknown
}

/** An answer other than 200, thrown where it is found out and written by the server. */
export class ServiceFault extends Error {
  readonly status: number
  readonly envelope: ErrorEnvelope
  readonly headers: Readonly<Record<string, string>>
  /** Only code and message, as Azure Resource Manager answers. */
  readonly isPlain: boolean
  /** The whole body, given an id for support, where it is not the envelope; undefined: the envelope. */
  readonly document: ((id: string) => unknown) | undefined

  constructor(
    status: number,
    error: ErrorEnvelope['error'],
    headers: Readonly<Record<string, string>> = {},
    isPlain = false,
    document?: (id: string) => unknown,
  ) {
    super(`${status} ${error.code}`)
    this.isPlain = isPlain
    this.document = document
    this.status = status
    this.envelope = { error }
    this.headers = headers
  }
}

const INVALID_PROPERTIES = 'The request had some invalid properties'

/** 400 about anything in the request; A6, rows `BadArgumentError`. */
export function badArgument(innererror: InnerError): ServiceFault {
  return new ServiceFault(400, { message: INVALID_PROPERTIES, code: 'BadArgumentError', innererror })
}

/** 400 for a body that is not a JSON object; A6: inner `QueryValidationError`, detail `InvalidJsonBody`. */
export function invalidJsonBody(message: string): ServiceFault {
  return badArgument({
    code: 'QueryValidationError',
    message: 'Failed parsing the query',
    details: [{ code: 'InvalidJsonBody', message, target: null }],
  })
}

/** 400 for a member, parameter or header value that the contract does not allow; inner code as A6 has it. */
export function invalidRequest(message: string): ServiceFault {
  return badArgument({ code: 'QueryValidationError', message })
}

/** 400; A6 `FailedToResolveResource`. */
export function unknownResource(resource: string): ServiceFault {
  return new ServiceFault(400, { message: `Failed to resolve resource ${resource}`, code: 'FailedToResolveResource' })
}

/** 401 without a token; A6. The challenge header is what Entra-protected services send. */
export function unauthenticated(): ServiceFault {
  return new ServiceFault(
    401,
    { message: 'The request has no Authorization header', code: 'AuthenticationFailed' },
    { 'WWW-Authenticate': 'Bearer' },
  )
}

/** 403 for a token that is malformed or expired; A6. */
export function invalidToken(message: string): ServiceFault {
  return new ServiceFault(403, { message, code: 'InvalidAuthenticationToken' })
}

/** 403; A6 `InvalidTokenError`, inner `SignatureVerificationFailed`. */
export function badSignature(): ServiceFault {
  return new ServiceFault(403, {
    message: 'The provided authentication is not valid for this resource',
    code: 'InvalidTokenError',
    innererror: { code: 'SignatureVerificationFailed', message: 'The signature of the token does not verify' },
  })
}

/** 403; A6. */
export function wrongAudience(audience: string, allowed: readonly string[]): ServiceFault {
  return new ServiceFault(403, {
    message: `The token is for '${audience}', not for one of ${allowed.map((each) => `'${each}'`).join(', ')}`,
    code: 'InvalidAuthenticationTokenAudience',
  })
}

/** 403 without a role; A6. */
export function insufficientAccess(): ServiceFault {
  return new ServiceFault(403, {
    message: 'The provided credentials have insufficient access to perform the requested operation',
    code: 'InsufficientAccessError',
    innererror: { code: 'AuthorizationFailedError', message: 'The identity has no role on the workspace' },
  })
}

/** 404 for a wrong path or an unknown workspace; A6. */
export function pathNotFound(): ServiceFault {
  return new ServiceFault(404, { message: 'The requested path does not exist', code: 'PathNotFoundError' })
}

/** 404 on the resource-centric path; A6. */
export function resourceNotFound(resource: string): ServiceFault {
  return new ServiceFault(404, { message: `The resource '${resource}' was not found`, code: 'ResourceNotFoundError' })
}

/** 413: A6 knows the status, the code is UNCONFIRMED. */
export function requestTooLarge(limit: number): ServiceFault {
  return new ServiceFault(413, { message: `The request is larger than ${limit} bytes`, code: 'RequestEntityTooLarge' })
}

/** 429; A6 and H1: with and without the header, the body being that of the same gateway's older product. */
export function throttled(headers: Readonly<Record<string, string>>): ServiceFault {
  return new ServiceFault(
    429,
    {
      message: 'Rate limit is exceeded',
      code: 'ThrottledError',
      innererror: { code: 'ThrottledError', message: 'Rate limit of 200 per 30 s is exceeded', limitValue: 200 },
    },
    headers,
  )
}

/** 503; A6. */
export function unavailable(headers: Readonly<Record<string, string>>): ServiceFault {
  return new ServiceFault(503, { message: 'The service is unavailable', code: 'ServiceUnavailable' }, headers)
}

/** 504 after `wait`; A6. */
export function gatewayTimeout(): ServiceFault {
  return new ServiceFault(504, {
    message: 'Gateway timeout',
    code: 'GatewayTimeout',
    innererror: {
      code: 'GatewayTimeout',
      message: 'The query did not finish in time',
      statusDetails: { code: 'ESOCKETTIMEDOUT', connect: false },
    },
  })
}

/** 500: a fault of the emulator or its engine. The contract knows no code for it. */
export function internalError(message: string): ServiceFault {
  return new ServiceFault(500, { message, code: 'InternalServerError' })
}
