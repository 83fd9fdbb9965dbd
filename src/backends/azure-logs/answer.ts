import { TokenParser } from '@streamparser/json'
import { KUSTO_TYPES } from '../../domain/kusto.ts'
import type { Column, KustoType, ResultTable, Row } from '../../domain/kusto.ts'
import { cellOf, CellError } from './cells.ts'
import { LosslessTokenizer } from './lossless-tokenizer.ts'

/** Everything that a 200 of the Logs Query API says; contract A3 and A5. */
export interface Answer {
  readonly tables: readonly AnswerTable[]
  /** Set when the answer is partial: the service's own error object, not yet judged. */
  readonly error: unknown
  readonly statistics: unknown
}

export interface AnswerTable extends ResultTable {
  readonly name: string
}

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

const PATHS = ['$.tables.*.name', '$.tables.*.columns', '$.tables.*.rows.*', '$.tables.*', '$.error', '$.statistics']

/** A table under construction. `raw` holds rows that came before their columns; JSON members have no order. */
interface Draft {
  name: string
  columns: readonly Column[] | undefined
  raw: unknown[][]
  rows: Row[]
}

/**
 * Reads an answer from its bytes as they arrive; only the converted rows stay in memory. Throws AnswerProblem. An
 * error of the stream itself (a reset connection) is a `cut`.
 */
export async function readAnswer(chunks: AsyncIterable<Uint8Array>): Promise<Answer> {
  const reader = createReader()
  let length = 0
  try {
    for await (const chunk of chunks) {
      if (length === 0 && looksLikeMarkup(chunk)) throw new AnswerProblem('not-json', 'the body is a web page')
      length += chunk.length
      reader.write(chunk)
    }
  } catch (error) {
    throw error instanceof AnswerProblem
      ? error
      : new AnswerProblem('cut', 'the connection broke inside the body', error)
  }
  if (length === 0) throw new AnswerProblem('empty', 'the body is empty')
  return reader.finish()
}

interface Reader {
  write(chunk: Uint8Array): void
  finish(): Answer
}

function createReader(): Reader {
  const drafts: Draft[] = []
  const rest: { error?: unknown; statistics?: unknown } = {}
  let fault: Error | undefined
  const tokenizer = new LosslessTokenizer({ stringBufferSize: 64 * 1024 })
  const parser = new TokenParser({ paths: PATHS, keepStack: false })
  tokenizer.onToken = (token) => parser.write(token)
  tokenizer.onError = (error) => (fault ??= error)
  parser.onError = (error) => (fault ??= error)
  parser.onValue = ({ value, key, stack }) => {
    if (key === 'error' && stack.length === 1) rest.error = value
    else if (key === 'statistics' && stack.length === 1) rest.statistics = value
    else place(drafts, value, key, stack)
  }
  return {
    write(chunk) {
      tokenizer.write(chunk)
      if (fault !== undefined) throw asProblem(fault, 'not-json', 'the body is not JSON')
    },
    finish() {
      const complete = parser.isEnded
      if (!complete) throw new AnswerProblem('cut', 'the body ends inside the JSON document')
      if (drafts.length === 0) throw new AnswerProblem('unexpected-shape', 'the answer has no tables')
      return { tables: drafts.map(finishDraft), error: rest.error, statistics: rest.statistics }
    },
  }
}

/** `stack` of a value below `$.tables.<n>` is [root, tables, table n, …]; its keys say where we are. */
function place(
  drafts: Draft[],
  value: unknown,
  key: number | string | undefined,
  stack: readonly { key?: number | string | undefined }[],
): void {
  const index = stack.length === 2 ? key : (stack[2]?.key ?? key)
  if (typeof index !== 'number') return
  const draft = (drafts[index] ??= { name: '', columns: undefined, raw: [], rows: [] })
  if (stack.length === 2) return
  if (key === 'name') draft.name = String(value)
  else if (key === 'columns') draft.columns = readColumns(value)
  else if (typeof key === 'number') addRow(draft, value)
}

function addRow(draft: Draft, value: unknown): void {
  if (!Array.isArray(value)) throw new AnswerProblem('unexpected-shape', 'a row of the answer is not a list')
  if (draft.columns === undefined) draft.raw.push(value)
  else draft.rows.push(readRow(draft.columns, value))
}

function finishDraft(draft: Draft): AnswerTable {
  const { columns } = draft
  if (columns === undefined) throw new AnswerProblem('unexpected-shape', 'a table of the answer has no columns')
  return { name: draft.name, columns, rows: [...draft.raw.map((row) => readRow(columns, row)), ...draft.rows] }
}

function readColumns(value: unknown): readonly Column[] {
  if (!Array.isArray(value)) throw new AnswerProblem('unexpected-shape', 'the columns of the answer are not a list')
  return value.map((column: unknown) => {
    const { name, type } = Object(column) as { name?: unknown; type?: unknown }
    if (typeof name !== 'string' || !isKustoType(type)) {
      throw new AnswerProblem('unexpected-shape', `column ${JSON.stringify(name)} has the type ${JSON.stringify(type)}`)
    }
    return { name, type }
  })
}

function isKustoType(type: unknown): type is KustoType {
  return (KUSTO_TYPES as readonly unknown[]).includes(type)
}

function readRow(columns: readonly Column[], value: readonly unknown[]): Row {
  if (value.length !== columns.length) {
    throw new AnswerProblem('unexpected-shape', `a row has ${value.length} cells for ${columns.length} columns`)
  }
  return columns.map((column, index) => {
    try {
      return cellOf(column.type, value[index])
    } catch (error) {
      if (!(error instanceof CellError)) throw error
      throw new AnswerProblem('unexpected-shape', `column '${column.name}': ${error.message}`, error)
    }
  })
}

function asProblem(error: Error, kind: AnswerProblemKind, message: string): AnswerProblem {
  return error instanceof AnswerProblem ? error : new AnswerProblem(kind, message, error)
}

/** The first byte that is not white space decides: no JSON document starts with `<`. */
function looksLikeMarkup(chunk: Uint8Array): boolean {
  const first = chunk.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf)
  return first === 0x3c
}
