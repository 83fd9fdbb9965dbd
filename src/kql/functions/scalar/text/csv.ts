import { nativeScalar } from '../native.ts'

/** Fields of the first record; quotes enclose commas, line breaks and doubled quotes. */
export function firstRecord(text: string): string[] {
  const fields: string[] = []
  // Unrolled: an alternative for each character takes more stack than there is for a field of 20 MB.
  const field = /("[^"]*(?:""[^"]*)*"?|[^,\r\n]*)(,|\r\n|\r|\n|$)/y
  for (;;) {
    const match = field.exec(text)
    if (match === null) return fields
    const [, raw = '', end] = match
    fields.push(raw.startsWith('"') ? raw.replace(/^"|"$/g, '').replaceAll('""', '"') : raw)
    if (end !== ',') return fields
  }
}

export const parseCsv = nativeScalar({
  name: 'parse_csv',
  page: 'parse-csv-function',
  takes: ['string'],
  returns: 'dynamic',
  run: firstRecord,
})
