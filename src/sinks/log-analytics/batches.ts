/** A call takes 1 MB, before and after compression (`shared/reference/azure-contract.md` E); some is left for safety. */
const MOST_BYTES = 1_000_000

/** JSON arrays of rows, in order, each small enough for a call. A row is never larger: rows.ts cuts its values. */
export function batchesOf(rows: readonly object[], most = MOST_BYTES): readonly string[] {
  const batches: string[] = []
  let batch: string[] = []
  let bytes = 2
  for (const row of rows) {
    const text = JSON.stringify(row)
    const size = Buffer.byteLength(text) + 1
    if (batch.length > 0 && bytes + size > most) {
      batches.push(`[${batch.join(',')}]`)
      batch = []
      bytes = 2
    }
    batch.push(text)
    bytes += size
  }
  if (batch.length > 0) batches.push(`[${batch.join(',')}]`)
  return batches
}
