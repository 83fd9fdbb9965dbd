import { ServiceFault } from '../service-errors.ts'

/** Errors of Azure Resource Manager: `{error: {code, message}}`; `shared/reference/azure-contract.md` D5 and D8. */
function fault(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ServiceFault {
  return new ServiceFault(status, { code, message }, headers, true)
}

/** 400; D8: title, severity or status missing, and everything else that a body may have wrong. The code is a guess. */
export const badRequest = (message: string): ServiceFault => fault(400, 'BadRequest', message)

/** 400 without `api-version`; D8. */
export const missingApiVersion = (): ServiceFault =>
  fault(
    400,
    'MissingApiVersionParameter',
    'The api-version query parameter (?api-version=) is required for all requests.',
  )

/** 400; D8: exact code UNCONFIRMED. */
export const unknownApiVersion = (version: string): ServiceFault =>
  fault(400, 'NoRegisteredProviderFound', `No registered resource provider found for API version '${version}'.`)

/** 401 without a token, or with one that cannot be used; D5 names only the envelope. */
export const unauthenticated = (code: string, message: string): ServiceFault =>
  fault(401, code, message, { 'WWW-Authenticate': 'Bearer authorization_uri="https://login.windows.net/common"' })

/** 403; D8. */
export const authorizationFailed = (clientId: string, action: string, scope: string): ServiceFault =>
  fault(
    403,
    'AuthorizationFailed',
    `The client '${clientId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid.`,
  )

/** 404; D1. */
export const notFound = (what: string): ServiceFault => fault(404, 'NotFound', `The ${what} was not found.`)

/** 405 for a PUT without an id; D3. */
export const noId = (): ServiceFault =>
  fault(405, 'UnsupportedApiVersion', 'The HTTP resource that matches the request URI does not support the API version')

/** 409 with an old etag, or with none; D3. */
export const conflict = (): ServiceFault =>
  fault(409, 'Conflict', 'Newer instance of the incident exists. Data was not saved.')

/** 412: never seen, D3; some clients expect it. */
export const preconditionFailed = (): ServiceFault => fault(412, 'PreconditionFailed', 'The etag does not match.')

/** 429; D5. */
export const armThrottled = (headers: Readonly<Record<string, string>>): ServiceFault =>
  fault(429, 'TooManyRequests', 'The request is being throttled as the limit has been reached.', headers)
