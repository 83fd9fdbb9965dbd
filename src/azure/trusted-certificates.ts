import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { ConfigError } from '../domain/errors.ts'

/** Node's roots and the given ones, or undefined when nothing is given. */
export function trustedCertificates(files: readonly string[]): readonly string[] | undefined {
  if (files.length === 0) return undefined
  return [...rootCertificates, ...files.map(readCertificates)]
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError({
      code: 'config/ca-file',
      message: `the certificate authority file '${file}' cannot be read`,
      hint: 'name a PEM file that this user may read',
      cause: error,
    })
  }
}
