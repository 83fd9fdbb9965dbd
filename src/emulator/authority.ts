import { decodeJwt, errors, exportJWK, generateKeyPair, jwtVerify, SignJWT, type JWK, type JWTPayload } from 'jose'
import type { Clock, Duration, Instant } from '../domain/time.ts'
import { minutes, seconds } from '../time/duration.ts'
import { minus } from '../time/instant.ts'
import type { EmulatorIdentity } from './options.ts'
import { badSignature, invalidToken, wrongAudience } from './service-errors.ts'

/** Audiences that the Logs Query API accepts, one a cloud and the newer public host; contract A1. */
const AUDIENCES = [
  'https://api.loganalytics.io',
  'https://api.loganalytics.azure.com',
  'https://api.loganalytics.us',
  'https://api.loganalytics.azure.cn',
]

const ALGORITHM = 'RS256'
const KEY_ID = 'hunt-emulator-1'

/** What Microsoft Entra ID gives: an hour, less a second. */
export const TOKEN_LIFETIME: Duration = seconds(3599)

/** Issues and checks access tokens; the emulator's own Microsoft Entra ID. */
export interface Authority {
  readonly identity: EmulatorIdentity
  /** `audience` without `/.default`; `issuedAt` in the past makes an expired token, unless its lifetime is longer. */
  issue(audience: string, times?: TokenTimes): Promise<string>
  /**
   * Throws the 403 that the contract has for what is wrong with the token; `audiences` default to those of the query API. The emulator's
   * own address is one, too: some clients take the endpoint that they are given for the audience (azure-monitor-query for Python).
   */
  check(token: string, audiences?: readonly string[]): Promise<void>
  keys(): Promise<{ keys: JWK[] }>
}

export interface TokenTimes {
  readonly issuedAt?: Instant
  readonly lifetime?: Duration
}

export function createAuthority(identity: EmulatorIdentity, clock: Clock, ownAddress: () => string): Authority {
  // Made on first use: without tokens nobody waits for a key.
  let pair: ReturnType<typeof generateKeyPair> | undefined
  const keyPair = (): ReturnType<typeof generateKeyPair> => (pair ??= generateKeyPair(ALGORITHM, { extractable: true }))
  const issuer = `https://sts.windows.net/${identity.tenantId}/`
  return {
    identity,
    async issue(audience, { issuedAt = clock.now(), lifetime = TOKEN_LIFETIME } = {}) {
      const { privateKey } = await keyPair()
      const start = Math.floor(issuedAt / seconds(1))
      return new SignJWT({ appid: identity.clientId, tid: identity.tenantId, ver: '1.0', idtyp: 'app' })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: KEY_ID })
        .setIssuer(issuer)
        .setSubject(identity.clientId)
        .setAudience(audience)
        .setIssuedAt(start)
        .setNotBefore(start)
        .setExpirationTime(start + lifetime / seconds(1))
        .sign(privateKey)
    },
    async check(token, audiences = AUDIENCES) {
      const { publicKey } = await keyPair()
      const payload = await verified(token, publicKey, issuer, clock)
      const audience = String(payload.aud ?? '').replace(/\/$/, '')
      if (audience !== ownAddress() && !audiences.includes(audience)) throw wrongAudience(audience, audiences)
    },
    async keys() {
      const { publicKey } = await keyPair()
      return { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, use: 'sig', alg: ALGORITHM }] }
    },
  }
}

type PublicKey = Awaited<ReturnType<typeof generateKeyPair>>['publicKey']

async function verified(token: string, key: PublicKey, issuer: string, clock: Clock): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, key, {
      issuer,
      algorithms: [ALGORITHM],
      currentDate: new Date(clock.now()),
      requiredClaims: ['exp', 'aud'],
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw invalidToken('The access token has expired')
    if (error instanceof errors.JWSSignatureVerificationFailed) throw badSignature()
    if (error instanceof errors.JOSEError) throw invalidToken('The access token is invalid')
    throw error
  }
}

/**
 * A client assertion (certificate or workload identity) is taken at its word: the emulator knows no certificate and no
 * identity provider. It must be a token of this moment all the same. Returns what is wrong, or undefined.
 */
export function assertionProblem(assertion: string, clock: Clock): string | undefined {
  try {
    const { exp } = decodeJwt(assertion)
    const deadline = minus(clock.now(), minutes(5)) / seconds(1)
    return exp === undefined || exp < deadline ? 'The client assertion has expired' : undefined
  } catch (error) {
    if (error instanceof errors.JOSEError) return 'The client assertion is not a token'
    throw error
  }
}
