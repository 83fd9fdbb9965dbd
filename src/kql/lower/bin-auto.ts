import type { KustoType } from '../../domain/kusto.ts'
import type { BoundNode } from '../bind/bound.ts'
import { unsupported } from '../errors.ts'
import type { LiteralScalar, Scalar } from '../ir/scalar.ts'
import { callScalar, literal } from './flow.ts'

/** `set query_bin_auto_size=…; set query_bin_auto_at=…;` */
export interface BinAuto {
  readonly size: LiteralScalar | undefined
  readonly origin: LiteralScalar | undefined
}

const WHOLE: readonly KustoType[] = ['int', 'long']
const NUMBERS: readonly KustoType[] = [...WHOLE, 'real']

/** Types of the size and of the fixed point, by that of the value. */
const FITTING: Readonly<Partial<Record<KustoType, readonly [readonly KustoType[], readonly KustoType[]]>>> = {
  int: [WHOLE, WHOLE],
  long: [WHOLE, WHOLE],
  real: [NUMBERS, NUMBERS],
  timespan: [['timespan'], ['timespan']],
  datetime: [['timespan'], ['datetime']],
}

/** `bin_at()` with what the query sets. https://learn.microsoft.com/kusto/query/bin-auto-function */
export function binAutoOf(value: Scalar, { size, origin }: BinAuto, node: BoundNode): Scalar {
  if (size === undefined) {
    throw unsupported('bin_auto() without a constant size', node.span, 'put `set query_bin_auto_size=1h;` before the query, or use bin()') // prettier-ignore
  }
  const point = origin ?? literal(value.type, value.type === 'real' ? 0 : 0n, node.span)
  const [sizes, points] = FITTING[value.type] ?? [[], []]
  if (!sizes.includes(size.type) || !points.includes(point.type)) {
    throw unsupported(`bin_auto() of a ${value.type} with a size that is a ${size.type}`, node.span)
  }
  return callScalar('bin_at', value.type, [value, size, point], node.span)
}
