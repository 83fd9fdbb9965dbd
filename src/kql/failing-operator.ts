/** Which operator a query fails at while it runs: DuckDB only knows its own. */
import { BackendError, HuntError, InternalError, KqlError } from '../domain/errors.ts'
import type { CompiledPrefix } from './compile.ts'

/** Errors that come from the rows, not from the text, and do not say where. */
function isPlaceless(error: unknown): error is HuntError {
  if (error instanceof KqlError) return error.position === undefined
  return error instanceof InternalError || (error instanceof BackendError && error.code === 'engine/memory')
}

/**
 * The error with the place of the first operator whose prefix of the pipeline fails in the same way, best with the same words. That runs the query
 * again, operator by operator, which only a failed one has to pay; `run` gives up with the query's own time.
 */
export async function atOperator(
  error: unknown,
  prefixes: () => Promise<readonly CompiledPrefix[]>,
  run: (prefix: CompiledPrefix) => Promise<void>,
): Promise<unknown> {
  if (!isPlaceless(error)) return error
  let alike: CompiledPrefix | undefined
  for (const prefix of await prefixes()) {
    const failure = await failureOf(() => run(prefix))
    if (failure === undefined) continue
    if (!(failure instanceof HuntError) || failure.code !== error.code) break
    if (failure.message === error.message) return placed(error, prefix)
    // A prefix shows columns that the whole query does not read, and may fail for those; or for another row than it did.
    alike ??= prefix
  }
  return alike === undefined ? error : placed(error, alike)
}

async function failureOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work()
    return undefined
  } catch (failure) {
    return failure ?? new Error('failed without a reason')
  }
}

/** As much of an operator as a message has room for. */
const MOST_CHARACTERS = 80

function placed(error: HuntError, { operator, position }: CompiledPrefix): HuntError {
  const line = operator.trim().replace(/\s+/g, ' ')
  const short = line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line
  const options = {
    ...error.options,
    message: `${error.message} (in the operator: ${short})`,
    context: { ...error.context, operator: short },
    cause: error.cause ?? error,
  }
  if (error instanceof KqlError) return new KqlError({ ...options, position })
  return error instanceof BackendError ? new BackendError(options) : new InternalError(options)
}
