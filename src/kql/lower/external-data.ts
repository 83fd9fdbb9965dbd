import { KqlError } from '../../domain/errors.ts'
import type { Column } from '../../domain/kusto.ts'
import type { TextSpan } from '../bind/bound.ts'
import type { IngestionMapping } from './ingestion-mapping.ts'

/** What `externaldata` asks for. The engine reaches no network: whoever opened it may hold local copies. */
export interface ExternalDataRequest {
  /** Storage connection strings as the query has them. */
  readonly uris: readonly string[]
  readonly columns: readonly Column[]
  /** Lower case; undefined where only the file's name tells it. */
  readonly format: string | undefined
  readonly ignoresFirstRecord: boolean
  /** Undefined: cells by position, or members by name. */
  readonly mapping?: IngestionMapping | undefined
}

/** Two places that ask for the same share one reading. */
export const externalDataKey = (request: ExternalDataRequest): string =>
  // A map has no members for JSON.
  JSON.stringify([request, ...(request.mapping ?? [])])

/** Reading takes time that lowering has not: who can read does so and compiles again; for all others it is a refusal. */
export class UnreadExternalData extends KqlError {
  override readonly position: TextSpan
  readonly request: ExternalDataRequest

  constructor(position: TextSpan, request: ExternalDataRequest) {
    super({
      code: 'kql/unsupported',
      message: `the local engine does not support externaldata without a folder of local copies of files`,
      hint: 'name a folder with a copy of the file with HUNT_EXTERNAL_DATA (externalData in hunt.yaml); nothing is fetched from the network',
      context: { construct: 'externaldata' },
      position,
    })
    // Callers know it as what it is to users.
    this.name = KqlError.name
    this.position = position
    this.request = request
  }
}
