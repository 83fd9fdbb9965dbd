import { CREDENTIALS } from '../../../src/config/credential.ts'
import { SINK_KINDS } from '../../../src/sinks/create-sinks.ts'
import { SETTINGS, WORKSPACE_LIMITS } from '../../../src/config/settings.ts'

const settings = Object.values(SETTINGS)

/** docs/configuration.md out of the table of settings. */
export function configurationPage() {
  return `# Configuration

Generated from \`src/config\` by \`npm run docs\`; do not edit.

Nothing has to be configured to search a folder of logs: \`hunt run --all --data <folder>\`. To search a workspace, its id and a
way to sign in are enough:

\`\`\`sh
HUNT_WORKSPACE_ID=00000000-0000-0000-0000-000000000001 HUNT_CREDENTIAL=azure-cli hunt run --all
\`\`\`

Every setting can come from several places; later ones win:

1. the default,
2. \`hunt.yaml\` in the working directory, or the file that \`--config\` or \`HUNT_CONFIG\` names,
3. \`.env\` in the working directory: variables that the environment does not have,
4. the environment,
5. the command line.

\`.env\` stands beside the environment and above \`hunt.yaml\` because it is the place to overrule a shared \`hunt.yaml\` on one
machine. Paths in \`hunt.yaml\` are relative to its folder, all others to the working directory. A wrong value, and every
unknown key of \`hunt.yaml\`, is an error that names place, value and a right example; a misspelt \`HUNT_\` variable is a warning.

## Settings

${table(['\`hunt.yaml\`', 'variable', 'option', 'meaning', 'default', 'example'], settings.map(settingRow))}

## Several workspaces

\`hunt.yaml\` lists them; \`--workspace\` picks by name or tag, and without it every rule searches all of them.
\`HUNT_WORKSPACE_ID\` replaces the list.

\`\`\`yaml
workspaces:
  - name: contoso-prod                          # unique; stands in files, incidents and the ledger
    id: 00000000-0000-0000-0000-000000000001    # workspace ID, a GUID
    tags: [prod, eu]                            # optional
    credential: managed-identity                # optional; default: the common credential
    tenantId: 00000000-0000-0000-0000-000000000002   # optional; for a workspace of another tenant
    retention: 180d                             # optional; how far back it keeps logs, where that is not the common setting
    limits: { concurrency: 2, rate: 60, timeout: 1m }   # optional; what it may be asked, see below
\`\`\`

The service limits identities, not workspaces: 5 queries at once and 200 in 30 seconds ([operations.md](operations.md)). \`limits\` gives one
workspace a part of that and no more, for one that others work on too or that costs by query. What waits for it does not hold up
the other workspaces. The daemon, \`hunt run\`, \`hunt backfill\` and all other commands keep to it.

${table(['key', 'meaning', 'takes', 'without it'], Object.values(WORKSPACE_LIMITS).map(limitRow))}

Rows need no limit: the service gives no more than 500,000, and what is left out of an answer is never taken for nothing.

[examples/hunt.yaml](../examples/hunt.yaml) is a complete file.

### Microsoft Defender XDR

\`\`\`yaml
workspaces:
  - name: contoso-xdr
    kind: defender-xdr                          # no id: which tenant it is says the login
    credential: client-secret                   # optional, as tenantId, tags and limits
\`\`\`

Rules are searched with advanced hunting, through Microsoft Graph (\`runHuntingQuery\`). The identity needs the application permission
*ThreatHunting.Read.All*, with the consent of an administrator.

- The service has events of the last 30 days. A run whose window begins before is partial, its error says since when it was
  searched, and the slot does not count; the schedule gives such slots up as gaps. \`retention: 180d\` says that the tables are streamed to
  Microsoft Sentinel and kept longer.
- It gives 100,000 rows or 50 MB, and takes three minutes, whatever \`timeout\` says. What is left out makes a run partial.
- A tenant allows 45 calls a minute at least; hunt keeps to that.
- Rules written for Sentinel may read \`TimeGenerated\`; it is the \`Timestamp\` of the event. \`hunt.across\` is refused.

### Azure Data Explorer

\`\`\`yaml
workspaces:
  - name: archive
    kind: data-explorer
    cluster: https://contoso.westeurope.kusto.windows.net   # of the Sentinel data lake with its path, /lake/kql
    database: SecurityLogs                      # case-sensitive
    timeColumn: Timestamp                       # optional; default TimeGenerated
    audience: https://kusto.kusto.windows.net   # optional; resource of the tokens, default the cluster
\`\`\`

The identity needs the role *Database Viewer* of the database. The window of a rule bounds the tables of its query by \`timeColumn\`; a table
without that column is read whole. \`limits\` holds as for workspaces, \`hunt.across\` is refused.

## Signing in

\`credential\` is one of ${CREDENTIALS.map((kind) => `\`${kind}\``).join(', ')}. What each needs comes from the variables that
\`@azure/identity\` defines, in the environment or in \`.env\`, never from \`hunt.yaml\`. Secrets are never printed.

${table(['credential', 'variables', 'use it'], CREDENTIAL_ROWS)}

The identity needs the role *Log Analytics Reader* (or *Microsoft Sentinel Reader*) on the workspace.

## Sinks

${sinksText()}
`
}

function limitRow({ key, summary, accepts, fallback }) {
  return [`\`${key}\``, summary, accepts, fallback]
}

const CREDENTIAL_ROWS = [
  [
    '`default`',
    '`AZURE_TOKEN_CREDENTIALS`',
    'tries the chain of `@azure/identity`; set `AZURE_TOKEN_CREDENTIALS=prod` on a server',
  ],
  [
    '`environment`',
    '`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, and a secret or certificate',
    'whatever the variables describe',
  ],
  [
    '`managed-identity`',
    'the setting `managedIdentity`, or `AZURE_CLIENT_ID`, for a user-assigned one',
    'on an Azure VM, container or function, or a server of Azure Arc: nothing to keep secret',
  ],
  [
    '`workload-identity`',
    '`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_FEDERATED_TOKEN_FILE`',
    'in Kubernetes and in CI with federation',
  ],
  [
    '`client-secret`',
    '`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_CLIENT_SECRET`',
    'an app registration with a secret',
  ],
  [
    '`certificate`',
    '`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_CLIENT_CERTIFICATE_PATH`, `AZURE_CLIENT_CERTIFICATE_PASSWORD`, `AZURE_CLIENT_SEND_CERTIFICATE_CHAIN`',
    'an app registration with a certificate (PEM with private key)',
  ],
  [
    '`azure-cli`, `azure-powershell`, `azure-developer-cli`',
    '`AZURE_TENANT_ID`, optional',
    'the login of a person at a terminal',
  ],
]

function sinksText() {
  const rows = SINK_KINDS.map(({ type, summary }) => [`[\`${type}\`](#${type})`, summary])
  const sections = SINK_KINDS.map(({ type, summary, options, limit }) => {
    const bound =
      limit === undefined
        ? []
        : [['`limit`', `Incidents an hour that are told one by one, or \`none\`. Default: ${limit}`]]
    const named = Object.entries(options).map(([name, meaning]) => [`\`${name}\``, meaning])
    return `### ${type}\n\n${summary}\n\n${table(['option', 'meaning'], [...named, ...bound])}`
  })
  return `\`HUNT_SINKS\` names sinks, separated by commas; \`hunt.yaml\` has a list, each entry a name or a mapping with \`type\`,
\`name\` (by default the type; the outbox knows the sink by it, so keep it), \`when\` and the sink's options. What they deliver,
and what they promise, is in [sinks.md](sinks.md).

${table(['sink', 'what it does'], rows)}

\`\`\`yaml
sinks:
  - file
  - type: webhook
    name: night-shift
    url: env:SLACK_URL        # a variable of the environment or of .env: secrets never stand in this file
    format: slack
    when: { severity: High, tags: [run-command], workspaces: [prod] }
\`\`\`

\`when\` leaves out what it does not name; all that it names must hold:

${table(['key', 'takes an incident when'], WHEN_ROWS)}

${sections.join('\n\n')}`
}

const WHEN_ROWS = [
  ['`severity`', 'it is of this severity or a graver one'],
  ['`rules`', 'a glob (`*`, `?`, `{a,b}`) matches id or name of its rule'],
  ['`tags`', 'a glob matches a tag of its rule'],
  ['`workspaces`', 'a glob matches its workspace, or a tag of that'],
]

function settingRow({ key, variable, flag, summary, fallback, example }) {
  const code = (text) => (text === undefined ? '' : `\`${text}\``)
  return [code(key), code(variable), code(flag), summary, fallback, code(example)]
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** .env.example: every variable, commented out, with its meaning, default and a right value. */
export function environmentExample() {
  const head = [
    '# Settings of hunt. Copy this file to .env and take away the # of the lines you need.',
    '# The environment wins over .env, .env over hunt.yaml. All of it is explained in docs/configuration.md.',
  ]
  const ours = settings.flatMap(({ variable, summary, fallback, accepts, example }) => [
    '',
    ...wrapped(plainText(summary)),
    ...wrapped(`${plainText(accepts[0].toUpperCase() + accepts.slice(1))}. Default: ${plainText(fallback)}.`),
    `#${variable}=${example}`,
  ])
  return `${[...head, ...ours, ...AZURE_VARIABLES].join('\n')}\n`
}

const AZURE_VARIABLES = `
# --- Signing in to Azure: variables of @azure/identity; which of them you need depends on HUNT_CREDENTIAL. ---

# default: which credentials of the chain are tried. prod: those of a service; dev: those of a person; or one name.
#AZURE_TOKEN_CREDENTIALS=prod

# client-secret, certificate, environment, workload-identity: tenant and application. A user-assigned managed identity is
# named by HUNT_MANAGED_IDENTITY, or by AZURE_CLIENT_ID.
#AZURE_TENANT_ID=00000000-0000-0000-0000-000000000002
#AZURE_CLIENT_ID=00000000-0000-0000-0000-000000000003

# client-secret: the value of the secret, not its id.
#AZURE_CLIENT_SECRET=

# certificate: PEM file with certificate and private key, its password, and 1 for subject name and issuer authentication.
#AZURE_CLIENT_CERTIFICATE_PATH=/etc/hunt/hunt.pem
#AZURE_CLIENT_CERTIFICATE_PASSWORD=
#AZURE_CLIENT_SEND_CERTIFICATE_CHAIN=1

# workload-identity: file with the federated token.
#AZURE_FEDERATED_TOKEN_FILE=/var/run/secrets/azure/tokens/azure-identity-token

# Another login service than that of HUNT_CLOUD.
#AZURE_AUTHORITY_HOST=https://login.microsoftonline.com`.split('\n')

function plainText(markdown) {
  return markdown.replaceAll('`', '')
}

/** Comment lines of at most 120 characters. */
function wrapped(text) {
  const lines = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < 119) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`# ${word}`)
  }
  return lines
}
