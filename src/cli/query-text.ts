import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Diagnostic, Span } from '../domain/diagnostic.ts'
import { KqlError, UsageError } from '../domain/errors.ts'
import type { Rule } from '../domain/rule.ts'
import type { Program } from './program.ts'

/** An ad-hoc query and the name under which its faults are shown. */
export interface QueryText {
  readonly text: string
  readonly name: string
  /** The rule whose query it is: faults are then shown in its file. */
  readonly rule?: Rule
}

/** Reads the query that an argument means: KQL itself, `@file`, or `-` for standard input. Rejects with UsageError. */
export async function readQueryText(argument: string | undefined, program: Program): Promise<QueryText> {
  if (argument === undefined && program.stdin.isTTY === true) {
    throw new UsageError({
      code: 'usage/no-query',
      message: 'there is no query',
      hint: "for example hunt query 'AzureActivity | take 10', hunt query @file.kql, or hunt query - < file.kql",
    })
  }
  if (argument === undefined || argument === '-') return { text: await readAll(program), name: '<stdin>' }
  if (!argument.startsWith('@')) return { text: argument, name: '<query>' }
  const file = argument.slice(1)
  try {
    const text = await readFile(resolve(program.cwd, file), 'utf8')
    return { text: text.replace(/^\uFEFF/, ''), name: file }
  } catch (cause) {
    throw new UsageError({
      code: 'usage/unreadable-query',
      message: `the query file ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'after @ comes the path of a file with KQL',
      cause,
    })
  }
}

async function readAll({ stdin }: Program): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer | string))
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
}

/** Where a part of the query stands: in the rule's file, else in the text by itself. */
export function placeIn({ text, name, rule }: QueryText, offset: number, length: number): Span {
  if (rule !== undefined) return rule.source.querySpan(offset, length)
  const before = text.slice(0, offset).split(/\r\n|\n|\r/)
  return { file: name, line: before.length, column: (before.at(-1) ?? '').length + 1, length }
}

/** A KQL fault with its place in the text; undefined when the service did not say where it is. */
function diagnosticOf(error: KqlError, query: QueryText): Diagnostic | undefined {
  if (error.position === undefined) return undefined
  const { text, rule } = query
  const span = placeIn(query, error.position.offset, error.position.length)
  const sourceLine = rule === undefined ? (text.split(/\r\n|\n|\r/)[span.line - 1] ?? '') : rule.source.line(span.line)
  return { code: error.code, severity: 'error', message: error.message, span, sourceLine }
}

/** The error with its span, so that it is printed with line and caret. */
export function withPlace(error: KqlError, query: QueryText): PlacedKqlError | KqlError {
  const diagnostic = diagnosticOf(error, query)
  return diagnostic === undefined ? error : new PlacedKqlError(error, diagnostic)
}

/** A fault of an ad-hoc query. */
export class PlacedKqlError extends KqlError {
  readonly sourceLine: string | undefined

  constructor(error: KqlError, { span, sourceLine }: Diagnostic) {
    super({ ...error.options, span })
    this.sourceLine = sourceLine
  }
}
