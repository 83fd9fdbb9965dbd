import { createReadStream } from 'node:fs'
import { BackendError } from '../../domain/errors.ts'
import { malformedFile, unreadable } from './faults.ts'

/**
 * The text of a file that must be UTF-8, without its byte order mark, piece by piece. Decoded as they come, bytes that are not
 * would become replacement characters, and a name of a list one that nobody has.
 *
 * @throws BackendError `local/malformed-file`, `local/unreadable`
 */
export async function* utf8Text(path: string, label: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decoded = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch (cause) {
      throw malformedFile({ label }, 'the text is not UTF-8', 'save the file as UTF-8', cause)
    }
  }
  try {
    for await (const chunk of createReadStream(path)) if (chunk instanceof Uint8Array) yield decoded(chunk)
  } catch (cause) {
    throw cause instanceof BackendError ? cause : unreadable(label, cause)
  }
  yield decoded()
}
