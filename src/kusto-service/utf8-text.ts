import { isUtf8 } from 'node:buffer'
import { AnswerProblem } from './answer-problem.ts'

/**
 * The text of bytes that must be UTF-8, as JSON is. Decoded as they come, bytes that are not would become replacement
 * characters, and a value of the log another one.
 */
export function utf8Text(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new AnswerProblem('not-json', 'the body is not UTF-8')
  return bytes.toString('utf8')
}
