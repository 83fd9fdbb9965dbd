export type AnswerProblemKind =
  /** The stream ended, or broke, inside the document. */
  | 'cut'
  /** No body at all: what the service answers to a POST without a JSON content type, contract A6. */
  | 'empty'
  /** Not JSON, for example a proxy's HTML page under status 200. */
  | 'not-json'
  /** JSON, but not an answer of this API. */
  | 'unexpected-shape'

/** The body is no answer that can be vouched for. */
export class AnswerProblem extends Error {
  readonly kind: AnswerProblemKind

  constructor(kind: AnswerProblemKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.kind = kind
  }
}
