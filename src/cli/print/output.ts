import type { OutputStream } from '../program.ts'

/**
 * Writes text to a stream, waiting while the reader is slower than we are. When the reader has gone (`hunt list | head`),
 * further text is dropped in silence: that is the reader's choice, no error, and must not stop a run half-way.
 */
export class Output {
  readonly stream: OutputStream
  #closed = false
  #failure: Error | undefined

  constructor(stream: OutputStream) {
    this.stream = stream
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#closed = true
      // A closed pipe on Windows is EOF, or EPERM in old shells (libuv's mapping of ERROR_NO_DATA and ERROR_BROKEN_PIPE).
      if (!['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '')) this.#failure = error
    })
  }

  /** True when nobody reads any more. */
  get isClosed(): boolean {
    return this.#closed
  }

  async write(text: string): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#closed || text === '') return
    await new Promise<void>((resolve) => this.stream.write(text, () => resolve()))
    // Written by the error listener while we waited.
    const failure = this.#failure as Error | undefined
    if (failure !== undefined) throw failure
  }

  async line(text = ''): Promise<void> {
    await this.write(`${text}\n`)
  }
}
