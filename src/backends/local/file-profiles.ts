import type { Column } from '../../domain/kusto.ts'
import type { FunctionSchema, TableSchema, WorkspaceSchema } from '../../domain/schema.ts'
import { mergeSchemas } from '../../schemas/index.ts'

/**
 * What Defender knows of a file, as https://learn.microsoft.com/defender-xdr/advanced-hunting-fileprofile-function lists
 * it; sizes and numbers are longs in the service (../shared/schemas).
 */
const PROFILE: readonly Column[] = [
  { name: 'SHA1', type: 'string' },
  { name: 'SHA256', type: 'string' },
  { name: 'MD5', type: 'string' },
  { name: 'FileSize', type: 'long' },
  { name: 'GlobalPrevalence', type: 'long' },
  { name: 'GlobalFirstSeen', type: 'datetime' },
  { name: 'GlobalLastSeen', type: 'datetime' },
  { name: 'Signer', type: 'string' },
  { name: 'Issuer', type: 'string' },
  { name: 'SignerHash', type: 'string' },
  { name: 'IsCertificateValid', type: 'bool' },
  { name: 'IsRootSignerMicrosoft', type: 'bool' },
  { name: 'SignatureState', type: 'string' },
  { name: 'IsExecutable', type: 'bool' },
  { name: 'ThreatName', type: 'string' },
  { name: 'Publisher', type: 'string' },
  { name: 'SoftwareName', type: 'string' },
  { name: 'ProfileAvailability', type: 'string' },
]

/** The table of a data folder, or of a test, that holds the profiles. */
export const FILE_PROFILES: TableSchema = { name: 'FileProfiles', columns: PROFILE }

/** A column that no table has. */
const ID = `['$FileProfile']`

/**
 * `T | invoke FileProfile(x, y)`: each row with the profile of the file whose hash the column x holds, for the first y
 * hashes; a column that the table has already gets the suffix 1 here, as in a join. ProfileAvailability is empty where
 * nothing was asked: no hash, or more files than y; `Missing` where there is no such profile; and `Error`, the page's
 * word for a question that got no answer, where there are no profiles at all.
 */
const FILE_PROFILE: FunctionSchema = {
  name: 'FileProfile',
  parameters: "T:(*), x:string='SHA1', y:long=100",
  columns: undefined,
  body: `
let profiles = union
    (${FILE_PROFILES.name} | extend ${ID} = tolower(SHA1)),
    (${FILE_PROFILES.name} | extend ${ID} = tolower(SHA256))
  | where isnotempty(${ID})
  | summarize take_any(*) by ${ID}
  | extend ProfileAvailability = iff(isempty(ProfileAvailability), 'Available', ProfileAvailability);
let none = iff(toscalar(${FILE_PROFILES.name} | count) == 0, 'Error', 'Missing');
let asked = T
  | project ${ID} = tolower(tostring(column_ifexists(x, '')))
  | where ${ID} matches regex '^([0-9a-f]{40}|[0-9a-f]{64})$'
  | distinct ${ID}
  | sort by ${ID} asc
  | take min_of(y, 1000)
  | lookup kind=leftouter profiles on ${ID}
  | extend ProfileAvailability = iff(isempty(ProfileAvailability), none, ProfileAvailability)
  | project ${ID}, ${PROFILE.map(({ name }) => name).join(', ')};
T
| extend ${ID} = tolower(tostring(column_ifexists(x, '')))
| lookup kind=leftouter asked on ${ID}
| project-away ${ID}`,
  takesColumns: true,
}

/** `schema` with FileProfile as this backend answers it, unless it has the function's KQL. */
export function withFileProfiles(schema: WorkspaceSchema): WorkspaceSchema {
  if (schema.functions.get(FILE_PROFILE.name)?.body !== undefined) return schema
  return mergeSchemas(schema, {
    tables: new Map([[FILE_PROFILES.name, FILE_PROFILES]]),
    functions: new Map([[FILE_PROFILE.name, FILE_PROFILE]]),
  })
}
