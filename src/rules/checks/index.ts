import type { Check } from './check.ts'
import { unreadableFile } from './unreadable-file.ts'
import { binaryFile } from './binary-file.ts'
import { fileEncoding } from './file-encoding.ts'
import { byteOrderMark } from './byte-order-mark.ts'
import { yamlSyntax } from './yaml-syntax.ts'
import { yamlSection } from './yaml-section.ts'
import { indentationCharacter } from './indentation-character.ts'
import { lostIndentation } from './lost-indentation.ts'
import { unquotedValue } from './unquoted-value.ts'
import { duplicateKey } from './duplicate-key.ts'
import { notARule } from './not-a-rule.ts'
import { markdownFence } from './markdown-fence.ts'
import { foldedComment } from './folded-comment.ts'
import { invisibleCharacter } from './invisible-character.ts'
import { missingQuery } from './missing-query.ts'
import { missingField } from './missing-field.ts'
import { missingMetadata } from './missing-metadata.ts'
import { misspeltKey } from './misspelt-key.ts'
import { unknownKey } from './unknown-key.ts'
import { wrongType } from './wrong-type.ts'
import { emptyList } from './empty-list.ts'
import { idFormat } from './id-format.ts'
import { duplicateId } from './duplicate-id.ts'
import { textLength } from './text-length.ts'
import { versionForm } from './version-form.ts'
import { kind } from './kind.ts'
import { severity } from './severity.ts'
import { duration } from './duration.ts'
import { scheduleMissing } from './schedule-missing.ts'
import { scheduleBounds } from './schedule-bounds.ts'
import { periodBelowFrequency } from './period-below-frequency.ts'
import { longPeriodFrequency } from './long-period-frequency.ts'
import { nrtSchedule } from './nrt-schedule.ts'
import { triggerOperator } from './trigger-operator.ts'
import { triggerThreshold } from './trigger-threshold.ts'
import { tactic } from './tactic.ts'
import { technique } from './technique.ts'
import { unknownTechnique } from './unknown-technique.ts'
import { techniqueTactic } from './technique-tactic.ts'
import { entityType } from './entity-type.ts'
import { entityIdentifier } from './entity-identifier.ts'
import { entityRequired } from './entity-required.ts'
import { entityLimits } from './entity-limits.ts'
import { columnName } from './column-name.ts'
import { legacyEntityColumn } from './legacy-entity-column.ts'
import { customDetails } from './custom-details.ts'
import { alertDetailsOverride } from './alert-details-override.ts'
import { eventGrouping } from './event-grouping.ts'
import { suppression } from './suppression.ts'
import { incidentConfiguration } from './incident-configuration.ts'
import { olderIncidentName } from './older-incident-name.ts'
import { huntKey } from './hunt-key.ts'
import { huntSchedule } from './hunt-schedule.ts'
import { queryLength } from './query-length.ts'
import { queryScope } from './query-scope.ts'
import { kqlSyntax } from './kql-syntax.ts'
import { unknownTable } from './unknown-table.ts'
import { unknownColumn } from './unknown-column.ts'
import { unknownFunction } from './unknown-function.ts'
import { typeMismatch } from './type-mismatch.ts'
import { kqlSemantic } from './kql-semantic.ts'
import { entityColumn } from './entity-column.ts'
import { customDetailColumn } from './custom-detail-column.ts'
import { overrideColumn } from './override-column.ts'
import { identityColumn } from './identity-column.ts'
import { timeColumn } from './time-column.ts'

/** Every check, in the order of docs/checks.md: files, fields, the query. A new check is one file and one line here. */
export const CHECKS: readonly Check[] = [
  unreadableFile,
  binaryFile,
  fileEncoding,
  byteOrderMark,
  yamlSyntax,
  yamlSection,
  indentationCharacter,
  lostIndentation,
  unquotedValue,
  duplicateKey,
  notARule,
  markdownFence,
  foldedComment,
  invisibleCharacter,
  missingQuery,
  missingField,
  missingMetadata,
  misspeltKey,
  unknownKey,
  wrongType,
  emptyList,
  idFormat,
  duplicateId,
  textLength,
  versionForm,
  kind,
  severity,
  duration,
  scheduleMissing,
  scheduleBounds,
  periodBelowFrequency,
  longPeriodFrequency,
  nrtSchedule,
  triggerOperator,
  triggerThreshold,
  tactic,
  technique,
  unknownTechnique,
  techniqueTactic,
  entityType,
  entityIdentifier,
  entityRequired,
  entityLimits,
  columnName,
  legacyEntityColumn,
  customDetails,
  alertDetailsOverride,
  eventGrouping,
  suppression,
  incidentConfiguration,
  olderIncidentName,
  huntKey,
  huntSchedule,
  queryLength,
  queryScope,
  kqlSyntax,
  unknownTable,
  unknownColumn,
  unknownFunction,
  typeMismatch,
  kqlSemantic,
  entityColumn,
  customDetailColumn,
  overrideColumn,
  identityColumn,
  timeColumn,
]
