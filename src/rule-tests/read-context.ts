import type { WorkspaceSchema } from '../domain/schema.ts'
import type { YamlFile } from '../text/yaml-file.ts'

/** What all readers of one test file share. */
export interface ReadContext {
  readonly yaml: YamlFile
  /** Absolute folder of the test file: fixtures are relative to it. */
  readonly folder: string
  readonly schema: WorkspaceSchema
}
