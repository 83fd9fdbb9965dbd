import { labelOf } from '../../detect/entity-label.ts'
import type { Entity } from '../../domain/entity.ts'
import { short } from './short.ts'

const LONGEST_LABEL = 300

/** An entity for people: one long cell must not push out what comes behind it, nor make a mail that no server takes. */
export function shortLabel(entity: Entity): string {
  return short(labelOf(entity), LONGEST_LABEL)
}
