import type { Column } from '../../../domain/kusto.ts'
import { child, children, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { LiteralValue } from '../../ir/scalar.ts'
import { externalDataKey, UnreadExternalData, type ExternalDataRequest } from '../external-data.ts'
import type { Flow } from '../flow.ts'
import { MappingFault, parseIngestionMapping, type IngestionMapping } from '../ingestion-mapping.ts'
import { literalOf } from '../lowering.ts'
import { boundColumns, constantScalar, type OperatorContext } from '../operator.ts'
import { nameOf } from '../scalar.ts'
import { scanStored } from '../scan.ts'

/** Rows of files outside of the workspace; https://learn.microsoft.com/kusto/query/externaldata-operator. */
export function lowerExternalData(node: BoundNode, context: OperatorContext): Flow {
  const request = requestOf(node, context)
  const table = context.lowering.external.get(externalDataKey(request))
  if (table === undefined) throw new UnreadExternalData(node.span, request)
  return scanStored(table, node.span, context.lowering)
}

function requestOf(node: BoundNode, context: OperatorContext): ExternalDataRequest {
  const columns = boundColumns(node).map(({ name, type }): Column => {
    if (type === undefined) throw unsupported(`the type of the column "${name}"`, node.span)
    return { name, type }
  })
  const uris = children(node, 'URIs').map((uri) => {
    const value = literalOf(constantScalar(uri, context))
    if (typeof value !== 'string') throw unsupported('externaldata with a computed address', uri.span)
    return value
  })
  if (uris.length === 0) throw invalid('externaldata needs an address', node.span)
  const properties = propertiesOf(node, context)
  return {
    uris,
    columns,
    format: properties.get('format')?.toLowerCase(),
    ignoresFirstRecord: properties.get('ignorefirstrecord')?.toLowerCase() === 'true',
    mapping: mappingOf(properties.get('ingestionmapping'), node),
  }
}

/** `zipPattern` chooses among the files of an archive; a local copy is unpacked already. */
const KNOWN = new Set(['format', 'ignorefirstrecord', 'ingestionmapping', 'zippattern'])

function mappingOf(text: string | undefined, node: BoundNode): IngestionMapping | undefined {
  if (text === undefined) return undefined
  try {
    return parseIngestionMapping(text)
  } catch (fault) {
    if (!(fault instanceof MappingFault)) throw fault
    throw unsupported(
      `an ingestionMapping that ${fault.message}`,
      node.span,
      'an entry is {"Column": "…", "Properties": {"Path": "$.member"}}, or has "Ordinal" or "ConstValue" in its place',
    )
  }
}

/** `format=csv` means what `format="csv"` does. */
function propertyValue(node: BoundNode, context: OperatorContext): LiteralValue | undefined {
  if (node.kind === 'NameDeclaration' || node.kind === 'NameReference') return nameOf(node)
  return literalOf(constantScalar(node, context))
}

function propertiesOf(node: BoundNode, context: OperatorContext): ReadonlyMap<string, string> {
  const properties = new Map<string, string>()
  const clause = node.nodes['WithClause']
  for (const property of clause === undefined ? [] : children(clause, 'Properties')) {
    const name = nameOf(child(property, 'Name'))
    if (!KNOWN.has(name.toLowerCase())) throw unsupported(`the property "${name}" of externaldata`, property.span)
    const value = propertyValue(child(property, 'Expression'), context)
    if (value === undefined || value === null) throw unsupported(`a computed "${name}" of externaldata`, property.span)
    properties.set(name.toLowerCase(), String(value))
  }
  return properties
}
