import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { generate } from 'selfsigned'
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

/**
 * A certificate authority made for this start, and a server certificate signed by it for the given host. Only the
 * authority's certificate is written; both keys stay in memory.
 */
export async function issueCertificate(
  host: string,
  caFile: string | undefined,
  clock: Clock,
): Promise<ServerCertificate> {
  const now = clock.now()
  const lifetime = {
    // Clients with a slow clock must not refuse what was issued a moment ago.
    notBeforeDate: new Date(minus(now, minutes(10))),
    notAfterDate: new Date(plus(now, days(30))),
    keyType: 'ec' as const,
    algorithm: 'sha256',
  }
  const authority = await generate([{ name: 'commonName', value: 'hunt emulator authority' }], {
    ...lifetime,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const server = await generate([{ name: 'commonName', value: 'hunt emulator' }], {
    ...lifetime,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...new Set([...LOCAL_NAMES, host])].map(alternativeName) },
    ],
    ca: { key: authority.private, cert: authority.cert },
  })
  return { key: server.private, cert: server.cert, ...(await store(authority.cert, caFile)) }
}

function alternativeName(name: string): { type: 7; ip: string } | { type: 2; value: string } {
  return isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name }
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
