import type { RunOutcome } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import { fileNameOf, slugOf } from '../text/file-name.ts'
import { formatInstant } from '../time/instant.ts'

export type ResultFormat = 'csv' | 'json'

/**
 * Where the files of a run stand, under the output folder:
 *
 *     rare-run-command-script--5239248b-abfb-4c6a-8177-b104ade5db56/20260302T000000Z--local.json
 *     └ rule and its id                                             └ slot            └ workspace
 *
 * The whole id: rules whose ids begin alike, as counted or copied ones do, and that share a name must not overwrite each other.
 *
 * A window that the caller chose follows as `--<start>-<end>`. A run that is not complete says so before the extension:
 * `….partial.json`, `….failed.json`. A reconciliation writes `….late.json`, so that the rows behind earlier alerts stay. What
 * exclusions hid is `….excluded.csv`. All of it follows from the outcome's key and status, so a retry overwrites its own.
 */
export interface ResultPaths {
  readonly folder: string
  nameOf(format: ResultFormat): string
  /** What exclusions hid. */
  readonly excludedName: string
  /** Names that this outcome makes obsolete: those of less complete attempts of the same key, and of rows no longer excluded. */
  readonly obsolete: readonly string[]
}

/** From best to worst; a better one replaces the worse ones, never the other way round. */
const STATUSES = ['complete', 'partial', 'failed', 'skipped'] as const

export function resultPaths(outcome: RunOutcome): ResultPaths {
  const { key, rule, window, status, late } = outcome
  const chosen = key.windowOverride === '' ? [] : [`${compact(window.start)}-${compact(window.end)}`]
  const own = [compact(key.slot), fileNameOf(key.workspace), ...chosen].join('--')
  const base = late === undefined ? own : `${own}.late`
  const nameAs = (as: RunOutcome['status'], format: ResultFormat | 'excluded.csv'): string =>
    as === 'complete' ? `${base}.${format}` : `${base}.${as}.${format}`
  const worse = STATUSES.slice(STATUSES.indexOf(status) + 1)
  return {
    folder: `${slugOf(rule.name)}--${fileNameOf(rule.id)}`,
    nameOf: (format) => nameAs(status, format),
    excludedName: nameAs(status, 'excluded.csv'),
    obsolete: [
      ...worse.flatMap((as) => [nameAs(as, 'json'), nameAs(as, 'csv'), nameAs(as, 'excluded.csv')]),
      ...(outcome.excluded.length === 0 ? [nameAs(status, 'excluded.csv')] : []),
    ],
  }
}

/** `20260302T000000Z`, with milliseconds where there are any. */
function compact(instant: Instant): string {
  return formatInstant(instant).replace(/[-:.]/g, '')
}
