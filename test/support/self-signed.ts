import { systemClock } from '../../src/time/system-clock.ts'
import { issueCertificate } from '../../src/emulator/certificate.ts'
import type { TestContext } from 'node:test'

/** A server certificate for this machine with an authority of its own, as the emulator makes them. */
export async function selfSigned(t: TestContext): Promise<{ key: string; cert: string; caFile: string }> {
  const { remove, ...certificate } = await issueCertificate('localhost', undefined, systemClock)
  t.after(remove)
  return certificate
}
