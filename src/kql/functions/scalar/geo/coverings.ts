import { REFUSAL, unsupported } from '../../../errors.ts'
import { long } from '../../../sql/build.ts'
import type { Json } from '../../../values/json.ts'
import type { CallInfo, ScalarEntry, SqlArg } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { coverageOf } from './coverage.ts'
import { tokenOf } from './s2-cell.ts'
import { boundary, edgesOf, linesOf, polygonsOf, remembering, type Edge, type Polygon } from './shapes.ts'

const DEFAULT_LEVEL = 11
const MAX_LEVEL = 30n

/** With a radius the service covers a widened shape, whose outline is its own. */
export function refuseRadius([, , radius]: readonly SqlArg[], info: CallInfo): void {
  if (radius !== undefined && Number(radius.literal ?? NaN) !== 0) throw unsupported(`${info.name} with a radius`, radius.span) // prettier-ignore
}

interface Shape {
  readonly edges: readonly Edge[]
  readonly polygons: readonly Polygon[]
}

function covering(name: string, shapeOf: (shape: Json) => Shape | undefined): ScalarEntry {
  return nativeScalar({
    name,
    page: `${name.replaceAll('_', '-')}-function`,
    takes: ['dynamic', 'long', 'real?'],
    defaults: { 1: long(DEFAULT_LEVEL) },
    returns: 'dynamic',
    tolerance: 'the order of the cells may be another',
    refuses: refuseRadius,
    run: (shape, level) => {
      const parsed = shapeOf(shape)
      if (parsed === undefined || level === null || level < 0n || level > MAX_LEVEL) return null
      const coverage = coverageOf(parsed.edges, parsed.polygons, Number(level))
      if (coverage === 'too many') return null
      if (coverage === 'unclear') throw new Error(`${REFUSAL}${name} of a shape that meets a cell only by rounding`)
      return coverage.cells.map(tokenOf)
    },
  })
}

const lines = remembering((shape): Shape | undefined => {
  const paths = linesOf(shape)
  return paths === undefined ? undefined : { edges: paths.flatMap(edgesOf), polygons: [] }
})

const areas = remembering((shape): Shape | undefined => {
  const polygons = polygonsOf(shape)
  return polygons === undefined ? undefined : { edges: boundary(polygons), polygons }
})

export const coveringEntries: readonly ScalarEntry[] = [
  covering('geo_line_to_s2cells', lines),
  covering('geo_polygon_to_s2cells', areas),
]
