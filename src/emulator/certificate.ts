import { KeyObject, webcrypto } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Clock } from '../domain/time.ts'
import { days, minutes } from '../time/duration.ts'
import { minus, plus } from '../time/instant.ts'

export interface ServerCertificate {
  readonly key: string
  readonly cert: string
  /** Path of the authority's certificate, for `NODE_EXTRA_CA_CERTS` and its like. */
  readonly caFile: string
  /** Removes the file if it lies in a folder of ours. */
  remove(): Promise<void>
}

/** Names under which clients on the same machine reach the server. */
const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1']

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * A certificate authority made for this start, and a server certificate signed by it for the given host. Only the
 * authority's certificate is written; both keys stay in memory. Key identifiers are there because strict verifiers
 * (Python since 3.13) refuse a chain without them.
 */
export async function issueCertificate(
  host: string,
  caFile: string | undefined,
  clock: Clock,
): Promise<ServerCertificate> {
  const now = clock.now()
  const lifetime = {
    // Clients with a slow clock must not refuse what was issued a moment ago.
    notBefore: new Date(minus(now, minutes(10))),
    notAfter: new Date(plus(now, days(30))),
    signingAlgorithm: ALGORITHM,
  }
  const authorityKeys = await newKeys()
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...lifetime,
    name: 'CN=hunt emulator authority',
    keys: authorityKeys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  const serverKeys = await newKeys()
  const server = await X509CertificateGenerator.create({
    ...lifetime,
    subject: 'CN=hunt emulator',
    issuer: authority.subject,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([...new Set([...LOCAL_NAMES, host])].map(alternativeName)),
      await SubjectKeyIdentifierExtension.create(serverKeys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  const key = KeyObject.from(serverKeys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
  return { key, cert: server.toString('pem'), ...(await store(authority.toString('pem'), caFile)) }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

function alternativeName(name: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isIP(name) === 0 ? 'dns' : 'ip', value: name }
}

async function store(
  certificate: string,
  caFile: string | undefined,
): Promise<Pick<ServerCertificate, 'caFile' | 'remove'>> {
  if (caFile !== undefined) {
    await writeFile(caFile, certificate)
    return { caFile: resolve(caFile), remove: async () => undefined }
  }
  const folder = await mkdtemp(join(tmpdir(), 'hunt-emulator-'))
  const file = join(folder, 'ca.pem')
  await writeFile(file, certificate)
  return { caFile: file, remove: () => rm(folder, { recursive: true, force: true }) }
}
