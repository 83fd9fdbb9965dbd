/**
 * What the language service knows and the engine refuses, with the reason: every name that is neither here nor in the
 * catalogue fails test/unit/kql/completeness.test.ts, and so does one that is in both. docs/kql-support.md and the
 * hints of refusals at query time come from here.
 */

export type RefusedKind = 'function' | 'aggregate' | 'plugin' | 'operator'

export interface Refusal {
  readonly kind: RefusedKind
  /** The language service's names; for operators over tables its SyntaxKind, for others its OperatorKind. */
  readonly names: readonly string[]
  readonly reason: string
  readonly workaround?: string
}

const refusal = (kind: RefusedKind, names: string, reason: string, workaround?: string): Refusal => ({
  kind,
  names: names.split(' '),
  reason,
  ...(workaround === undefined ? {} : { workaround }),
})

const INTERNAL = 'it is an inner function of the service, without a reference page'
const CLUSTER = 'it tells about the cluster, the caller or the storage of the service, which a local run has not'
const CODE = 'it runs code or calls a service outside of the query'
const ACTIVITY = 'its windows and their edges are not described closely enough to be exact'
const ACTIVITY_HINT = 'use summarize dcount(…) by bin(…), or a join of two windows'
const MINING = 'its choice of patterns follows a heuristic of the service'

export const REFUSALS: readonly Refusal[] = [
  // Functions: other places of data
  refusal('function', 'cluster database', 'a local run sees one workspace', 'name the table without cluster and database'), // prettier-ignore
  refusal('function', 'external_table materialized_view stored_query_result entity_group', 'a local run has tables only', 'register the data as a table of that name'), // prettier-ignore
  refusal('function', 'graph', 'a local run has tables only, and no graph models', 'make the graph in the query: make-graph'), // prettier-ignore
  refusal('function', 'current_cluster_endpoint current_database current_principal current_principal_details current_principal_is_member_of current_node_id', CLUSTER), // prettier-ignore
  refusal('function', 'extent_id extentid extent_tags row_id rowstore_ordinal_range estimate_data_size', CLUSTER),
  refusal('function', 'cursor_after cursor_before_or_at cursor_current current_cursor', CLUSTER, 'filter on ingestion_time() or TimeGenerated'), // prettier-ignore

  // Functions: not known exactly
  refusal('function', 'datetime_list_timezones', 'its answer depends on the list of time zones inside the service'),
  refusal('function', 'weekofyear', 'its page says that its weeks are not those of week_of_year(), and not on which day they begin', 'use week_of_year()'), // prettier-ignore
  refusal('function', 'hash_combine hash_many', 'how the service combines hashes is not published', 'use hash_sha256(strcat_delim("|", …))'), // prettier-ignore
  refusal('function', 'series_periods_detect series_periods_validate', 'the pages do not say how a score is computed', 'use series_decompose() or series_seasonal() with the period, or export the series'), // prettier-ignore
  refusal('function', '__hash_crc32 __hash_djb2 __hash_xxh64 __hash_many_crc32 __hll_normalize __lz4_compress_dynamic_array_to_base64_string __invoke __cast __ipv6_lookup_ranges', INTERNAL), // prettier-ignore
  refusal('function', '__geo_polygon_s2cell_covering_level __geo_polygon_validate __geo_line_s2cell_covering_level __geo_line_validate __geo_length_to_s2cell_level', INTERNAL), // prettier-ignore
  refusal('function', 'node_id', INTERNAL, 'project the property that has the id'),

  // Aggregates
  refusal('aggregate', 'passthrough', INTERNAL),

  // Plug-ins
  refusal('plugin', 'python r csharp', CODE),
  refusal('plugin', 'http_request http_request_post azure_digital_twins_query_request cosmosdb_sql_request sql_request mysql_request postgresql_request dax_request execute_show_command execute_query external_datatable infer_storage_schema infer_storage_schema_with_suggestions', CODE, 'put the data into the data folder, or use externaldata over an allowed folder'), // prettier-ignore
  refusal('plugin', 'ai_embed_text ai_embeddings ai_chat_completion ai_chat_completion_prompt', CODE),
  refusal('plugin', 'autocluster diffpatterns', MINING, 'use basket, or summarize count() by the columns of interest'),
  refusal('plugin', 'activity_engagement session_count', ACTIVITY, ACTIVITY_HINT), // prettier-ignore
  refusal('plugin', 'funnel_sequence funnel_sequence_completion', ACTIVITY, 'use sequence_detect, scan, or joins of the steps'), // prettier-ignore
  refusal('plugin', 'identity identity_v3 estimate_rows_count preview', CLUSTER),

  // Operators over tables
  refusal(
    'operator',
    'GraphWhereNodesOperator GraphWhereEdgesOperator',
    'it has no reference page',
    'filter the tables before make-graph',
  ),
  refusal('operator', 'PartitionByOperator', 'it is an inner form of partition', 'use partition'),
  refusal('operator', 'ConsumeOperator', 'it gives no rows', 'leave it out'),
  refusal('operator', 'ReduceByOperator', MINING, 'use replace_regex() and summarize count()'),
  refusal('operator', 'FacetOperator ForkOperator', 'it gives several tables', 'run one query for each'),
  refusal('operator', 'MacroExpandOperator', 'it runs over several clusters or databases', 'use union'),
  refusal('operator', 'AssertSchemaOperator ExecuteAndCacheOperator BadQueryOperator', INTERNAL),

  // Operators over values
  refusal('operator', 'Like LikeCs NotLike NotLikeCs', 'the service accepts it no more', 'use matches regex'),
]

const byName = new Map(REFUSALS.flatMap((each) => each.names.map((name) => [`${each.kind} ${name}`, each] as const)))

export const findRefusal = (kind: RefusedKind, name: string): Refusal | undefined => byName.get(`${kind} ${name}`)

/** The hint of a refusal at query time; undefined for what is not listed. */
export function refusalHint(kind: RefusedKind, name: string): string | undefined {
  const found = findRefusal(kind, name)
  if (found === undefined) return undefined
  const instead = found.workaround ?? 'run this query against the workspace (--backend azure)'
  return `${found.reason}; ${instead}; see docs/kql-support.md`
}
