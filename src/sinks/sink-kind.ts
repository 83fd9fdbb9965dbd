import type { Sink } from '../domain/ports.ts'
import type { Clock } from '../domain/time.ts'

/** What any sink may need of its surroundings. */
export interface SinkContext {
  /** The output folder. */
  readonly output: string
  readonly clock: Clock
}

/** A kind of sink as the configuration names it. Adding one means a folder with such a value and a line in index.ts. */
export interface SinkKind {
  readonly type: string
  /** One line for the documentation. */
  readonly summary: string
  /** Its options beside `name`, each with what it means. */
  readonly options: Readonly<Record<string, string>>
  /**
   * @param name under which outbox and messages know the sink
   * @throws ConfigError for a value that it cannot take
   */
  create(name: string, options: Readonly<Record<string, string>>, context: SinkContext): Sink
}
