/**
 * What each error code means and what to do about it. docs/errors.md is made of it, and `npm run docs -- --check` fails when
 * a code of src/ is not here or the other way round. `isComposed` marks codes that src/ puts together from parts.
 */
export const ERROR_CODES = {
  'auth/forbidden': entry(
    'The identity may not read the workspace (403).',
    'Give it the role Log Analytics Reader on the workspace; in Defender XDR the permission ThreatHunting.Read.All.',
  ),
  'auth/login-failed': entry(
    'Microsoft Entra ID refused the login.',
    'The message has its reason; check tenant, application and secret or certificate.',
  ),
  'auth/no-credential': entry(
    'The chosen credential is not available here.',
    'Choose another with `HUNT_CREDENTIAL`, or provide what it needs (configuration.md).',
  ),
  'auth/rejected': entry('The service rejected the token (401).', "Check tenant, cloud and this machine's clock."),
  'auth/workspace-unseen': entry(
    'Azure Resource Manager does not show the workspace to this identity, so how long it keeps logs is not known.',
    'Give the identity the role Log Analytics Reader on the workspace, or set `retention` in hunt.yaml. Queries go on.',
  ),
  'auth/wrong-audience': entry(
    'The token is for another resource than the query service.',
    'Check `HUNT_CLOUD`, `HUNT_ENDPOINT` and `HUNT_AUDIENCE`.',
  ),
  'backend/bad-request': entry(
    'The service did not accept the request.',
    'The message has its code; the query may be too long or malformed.',
  ),
  'backend/beyond-retention': entry(
    'The window begins, or ends, before what the service still has; what is older was not searched.',
    'Search a younger window; `hunt doctor` shows what is kept, and `retention` in hunt.yaml overrules what the service says.',
  ),
  'backend/cached-answer': entry(
    'The answer came from a cache and may be older than the logs.',
    'Try again after two minutes, or look for a caching proxy.',
  ),
  'backend/cut-answer': entry(
    'The answer ended before it was complete.',
    'Run again; if it repeats, look at the proxy in between.',
  ),
  'backend/empty-workspace': entry(
    'The workspace has no tables yet.',
    'Connect a data source, or check that it is the right workspace.',
  ),
  'backend/partial-result': entry(
    'The service gave only a part of the rows.',
    'Narrow the query or the window; the run stays due and is searched again.',
  ),
  'backend/partial-answer': entry(
    'The service gives a part of an answer and does not say why.',
    'Try again later; a shorter window may do.',
  ),
  'backend/query-too-heavy': entry(
    'The service stopped the query for the processor time or memory that it took.',
    'Filter before join, summarize and make_set, or use a shorter window.',
  ),
  'backend/query-out-of-memory': entry(
    'The query needs more memory than it may have.',
    'Filter before join, summarize and make_set, or use a shorter window.',
  ),
  'backend/result-truncated': entry(
    'The result is larger than the service gives: 500,000 records or 64 MB.',
    'Summarize, project fewer columns, or use a shorter window.',
  ),
  'backend/several-results': entry(
    'The answer has several results, and which of them is meant nothing says.',
    'Let the query have one tabular statement: make one with `union`, or others with `let`.',
  ),
  'backend/throttled': entry(
    'The service asked to wait, several times.',
    'Run fewer rules at once (`--concurrency`) or later.',
  ),
  'backend/timeout': entry(
    'The query did not finish in time.',
    'Use a shorter window, make the query cheaper, or raise `hunt.timeout` of the rule, else `--timeout` (at most 10m).',
  ),
  'backend/too-many-rows': entry(
    'The query gives more rows than are held in memory.',
    'Narrow it with where or summarize.',
  ),
  'backend/unavailable': entry(
    'The service had a fault (5xx), several times.',
    'Run again later; the message has the request id.',
  ),
  'backend/unexpected-status': entry(
    'The service answered with a status that its contract does not know.',
    'Look for a proxy in between.',
  ),
  'backend/unreachable': entry(
    'There was no connection to the service.',
    'Check network, proxy (`HTTPS_PROXY`) and `HUNT_ENDPOINT`.',
  ),
  'backend/unreadable-answer': entry(
    'The answer is not what the Logs Query API gives.',
    'Check `HUNT_ENDPOINT`; a portal or proxy page may have come instead.',
  ),
  'config/ca-file': entry('The file of certificate authorities cannot be read.', 'Name a PEM file in `HUNT_CA_FILE`.'),
  'config/credential': entry(
    'The credential cannot be used as it is configured.',
    'See .env.example for what each credential needs.',
  ),
  'config/duplicate-sink': entry('Two sinks have the same name.', 'Give each a `name` of its own in hunt.yaml.'),
  'config/endpoint': entry(
    'The endpoint is not an https address.',
    'Plain http is for `hunt emulate` on this machine only.',
  ),
  'config/file-missing': entry(
    'The named settings file does not exist.',
    'Check `--config` or `HUNT_CONFIG`; examples/hunt.yaml is a file to start from.',
  ),
  'config/file-unreadable': entry(
    'A settings file cannot be read.',
    'Check that it is a file and that you may read it.',
  ),
  'config/invalid-file': entry(
    'hunt.yaml has mistakes; each is printed with its place.',
    'Correct them; configuration.md describes every key.',
  ),
  'config/invalid-value': entry(
    'A setting has a value that it cannot take.',
    'The message names the setting, its place and a right example.',
  ),
  'config/listen': entry(
    'The emulator cannot listen on that address and port.',
    'Choose another `--port` or `--host`; 0 takes any free port.',
  ),
  'config/metrics-port': entry(
    'Metrics cannot be served on that port.',
    'Choose another `--metrics-port`; 0 takes any free one.',
  ),
  'config/missing-credential-variable': entry(
    'The credential needs a variable that is not set.',
    'Set it in the environment or in .env.',
  ),
  'config/no-such-service': entry(
    'The configured cloud does not have the service of a workspace.',
    'See the hint; China has no advanced hunting.',
  ),
  'config/no-data-folder': entry(
    'The local backend has no folder to search.',
    'Name one with `--data` or `HUNT_DATA`.',
  ),
  'config/no-workspace': entry(
    'The Azure backend has no workspace to search.',
    'Set `HUNT_WORKSPACE_ID`, or list workspaces in hunt.yaml.',
  ),
  'config/nothing-to-search': entry(
    'Neither a workspace nor a data folder is configured.',
    'Set `HUNT_WORKSPACE_ID`, or name a folder with `--data`.',
  ),
  'config/queries-missing': entry(
    'The folder of rules does not exist.',
    'Name one with `--queries` or `HUNT_QUERIES`.',
  ),
  'config/across-service': entry(
    '`hunt.across` names workspaces that one query of the service cannot read.',
    'Leave it away, or run the rule in Log Analytics workspaces only.',
  ),
  'config/across-credential': entry(
    'One query is to read workspaces that are configured with different logins.',
    'Give them the same credential, or let the rule run in each by itself.',
  ),
  'config/too-many-workspaces': entry(
    'One query is to read more workspaces than the service allows.',
    'Choose fewer in `hunt.across` of the rule.',
  ),
  'config/unsafe-cache': entry(
    'Others may write to the folder of `cache`, where lies what rules are taken to say.',
    'Give it to the user of hunt, `chmod go-w` it, name another folder, or set `HUNT_CACHE=none`.',
  ),
  'config/unseen-workspace': entry(
    'Azure Resource Manager shows the identity no such workspace, although it may be able to query it.',
    'Give it Log Analytics Reader on the workspace; `hunt workspaces discover` lists what it sees.',
  ),
  'config/unknown-sink': entry('There is no sink of that type.', 'The message lists the types and the nearest one.'),
  'config/unknown-sink-option': entry('The sink has no such option.', 'The message lists its options.'),
  'config/unknown-workspace': entry(
    'There is no such workspace.',
    'Check the workspace id, and that the identity may see it.',
  ),
  'config/workspace-id': entry(
    'A workspace id is not a GUID.',
    'Take the workspace ID of its overview page, not its name or ARM id.',
  ),
  'files/outside': entry('A file name would have left the output folder.', 'This is a bug; please report it.'),
  'files/unwritable': entry(
    'A result file could not be written.',
    'Free space, or check the rights on `--output`; the run stays due.',
  ),
  'internal/bound-tree': entry(
    'The Kusto library gave a tree that hunt does not know.',
    'This is a bug; please report the query.',
  ),
  'internal/unexpected': entry(
    'Something happened that hunt did not foresee.',
    'This is a bug; please report it with what was printed.',
  ),
  'kql/invalid': entry(
    'A value in the query cannot be what it is used for.',
    'The message has the place and the accepted form.',
  ),
  'kql/out-of-range': entry(
    'A row holds or computes a number that the embedded engine cannot represent.',
    'Filter such rows out first, or run the query against a workspace (`--backend azure`).',
  ),
  'kql/semantic': entry(
    'The query is well-formed but has no meaning.',
    'See the message; `hunt validate` shows all such places.',
  ),
  'kql/syntax': entry('The query is not well-formed KQL.', 'See the place in the message.'),
  'kql/too-complex': entry(
    'The query is too long, nested too deeply, or takes too long to read.',
    'Put long lists into a table file or watchlist, shorten chains of operators; security.md has the limits.',
  ),
  'kql/type-mismatch': entry('An argument has the wrong type.', 'Convert it, for example with tostring() or toint().', {
    isComposed: true,
  }),
  'kql/unknown-column': entry(
    'The query names a column that does not exist at that point.',
    'The message has the nearest name.',
    { isComposed: true },
  ),
  'kql/unknown-function': entry(
    'The query calls a function that does not exist.',
    'The message has the nearest name; a saved function must be at hand.',
    { isComposed: true },
  ),
  'kql/unknown-table': entry(
    'The query names a table that does not exist.',
    'Check the spelling; own tables are described in the `schemas` folder.',
  ),
  'kql/unsupported': entry(
    'The embedded engine does not know that construct and will not guess.',
    'Run it against a workspace (`--backend azure`), or rewrite that part; see kql-support.md.',
  ),
  'ledger/backup-failed': entry(
    'The copy of the ledger could not be written.',
    'Check the room and the rights in its folder; the ledger itself is untouched.',
  ),
  'ledger/bug': entry('The ledger refused a statement of hunt.', 'This is a bug; please report it.'),
  'ledger/claim-lost': entry(
    'The run took longer than its lease, and another process took it over.',
    'The other process records its own result. If it repeats, the query is too slow or the computer sleeps.',
  ),
  'ledger/corrupt': entry(
    'The ledger file is damaged.',
    'Restore it, or move it away: hunt starts a new one and may open known incidents again.',
  ),
  'ledger/foreign': entry('The file is a database of another program.', 'Choose another file with `HUNT_LEDGER`.'),
  'ledger/full': entry('The disk is full.', 'Free space; nothing was lost.'),
  'ledger/locked': entry('Another process holds the ledger for too long.', 'Wait for it, or look for one that hangs.'),
  'ledger/missing': entry(
    'There is no ledger to check, back up or prune.',
    'The first run makes it; check `HUNT_LEDGER` and `--output`.',
  ),
  'ledger/newer': entry(
    'The ledger was written by a newer hunt.',
    'Update hunt, or choose another ledger with `HUNT_LEDGER`.',
  ),
  'ledger/unwritable': entry(
    'The ledger cannot be created or written.',
    'Check the rights on its folder, or choose another file with `HUNT_LEDGER`.',
  ),
  'local/ambiguous-file': entry(
    'Two files of watchlists/ or functions/, or two folders of workspaces/, have one name, but for the case of letters.',
    'Keep one of them.',
  ),
  'local/bad-value': entry(
    "A cell of a table file does not fit its column's type.",
    'The message has file and row; correct the file or the schema.',
  ),
  'local/function-name': entry(
    'A saved function has a name that KQL does not allow.',
    'Use letters, digits and underscores.',
  ),
  'local/ingest-target': entry(
    'The folder for columnar copies is inside of the data folder, or has other files.',
    'Name another with `--to`.',
  ),
  'local/lost-query': entry(
    'The query took too long, and DuckDB did not stop within 15 s of being told to.',
    'Split it, or shorten lists, texts and arrays in single values, and report it. Other queries run; the process ends by force.',
  ),
  'local/lost-threads': entry(
    'Three such queries: hunt ends while it still can.',
    'See their errors. The next start runs what was not run.',
  ),
  'local/malformed-file': entry('A table file is not what its extension says.', 'The message has the place.'),
  'local/external-format': entry(
    '`externaldata` names a format that the local backend cannot read.',
    'Convert the copy, and name its format in the query.',
  ),
  'local/no-external-file': entry(
    'The folder for `externaldata` has no copy of the file that the query names.',
    'Put one there, under the last parts of its address; nothing is fetched.',
  ),
  'local/ip-locations': entry(
    'The file that the setting `ipLocations` names is missing or no MaxMind database.',
    'Name a GeoLite2-City.mmdb, or take the setting out: queries with `geo_info_from_ip_address` are then refused.',
  ),
  'local/no-columns': entry(
    'A table of the data folder has no columns: no catalogue knows it, and its files hold no rows.',
    'Move it out of the folder, or give it rows.',
  ),
  'local/no-data-folder': entry('The data folder does not exist or is no folder.', 'Name another with `--data`.'),
  'local/outside-folder': entry(
    'A symbolic link leads out of the data folder; it is not followed.',
    'Copy the file into the folder.',
  ),
  'local/timeout': entry(
    'The query of the embedded engine took too long.',
    'Narrow the window or the query, or raise `hunt.timeout` of the rule, else `--timeout`.',
  ),
  'local/unreadable': entry('A table file cannot be read.', 'Check its rights.'),
  'extract/odd-name': entry(
    'A function or watchlist of the workspace has a name that cannot be the name of a file.',
    'Give it another name there; everything else was taken.',
  ),
  'extract/too-many-rows': entry(
    'A table has more rows in one millisecond than one answer of the service may hold.',
    'Leave that moment out, or filter the table with `hunt query`.',
  ),
  'output/other-ledger': entry(
    'The output folder holds the results of another ledger, which is there or may be.',
    'Choose another output folder or that ledger. Where it is not used any more, move it away or delete `hunt-ledger.json` in the folder.',
  ),
  'parity/partial-answer': entry(
    'One of the two answers that are compared is not whole.',
    'Choose a shorter window with `--from` and `--to`.',
  ),
  'run/monitor': entry(
    'A sign of life could not be given: dead-man file, dead-man address or systemd.',
    'Check the place that the message names; the hunt goes on.',
  ),
  'run/abandoned': entry(
    'An earlier attempt ended without a result: its process was killed.',
    'Nothing; this attempt takes its place.',
  ),
  'run/bug': entry(
    'A run failed in a way that hunt did not foresee.',
    'This is a bug; please report it with the rule.',
  ),
  'run/already-complete': entry(
    'Another process has done the slot of the schedule meanwhile.',
    'Nothing is missing; `hunt backfill` searches a slot again.',
  ),
  'run/busy': entry(
    'Another process runs this rule on this workspace.',
    'Wait for it; the message says until when its claim holds.',
  ),
  'run/clock-ahead': entry(
    'The clock was ahead when the slot was searched, so that a part of its window had not come yet.',
    'The slot is searched again. Keep the clock right, for example with NTP.',
  ),
  'schemas/malformed': entry(
    'A schema file of yours does not follow the format.',
    'The message has file and line; schemas/README.md shows the formats.',
  ),
  'schemas/missing-catalogue': entry(
    'The built-in table catalogue is missing.',
    'The installation is broken: install again.',
  ),
  'schemas/unreadable': entry('The folder of your schemas cannot be read.', 'Check `HUNT_SCHEMAS`.'),
  'config/missing-sink-variable': entry(
    'An option of a sink names a variable that is not set.',
    'Set it in the environment or in `.env`.',
  ),
  'config/sink-option': entry(
    'An option of a sink is missing or wrong; the message has its place.',
    '[sinks.md](sinks.md) and [configuration.md](configuration.md#sinks) have every option.',
  ),
  'config/sink-template': entry(
    'The template of a webhook does not parse, fails, or gives no JSON.',
    'The message has its place; [sinks.md](sinks.md) says what a template may use.',
  ),
  'sink/busy': entry(
    'The receiver takes nothing just now: it is throttled, restarting or out of order.',
    'Nothing: the outbox tries again, no sooner than the receiver asks for.',
  ),
  'sink/certificate': entry(
    'The certificate of the receiver is not trusted.',
    'Name its authority in `HUNT_CA_FILE`, or mend the certificate.',
  ),
  'sink/denied': entry(
    'The receiver does not accept address, login or role.',
    'Check the sink in `hunt.yaml`; the outbox tries again.',
  ),
  'sink/refused': entry(
    'The receiver refuses this content, and would always.',
    'Mend what it says, then `hunt outbox retry`; or `hunt outbox drop`.',
  ),
  'sink/template': entry(
    'A template fails on an incident, or gives no JSON.',
    'Mend the template, then `hunt outbox retry`.',
  ),
  'sink/unreachable': entry(
    'The receiver cannot be reached.',
    'Check address, network and proxy; the outbox tries again.',
  ),
  'sink/bug': entry('A sink was built before what it needs was loaded.', 'This is a bug; please report it.'),
  'sink/conflict': entry(
    'Somebody else changes the incident in Sentinel again and again.',
    'Nothing: the outbox tries again.',
  ),
  'sink/role': entry(
    'The identity lacks the role that the sink needs.',
    'Grant the role that the message names, where it says; it can take an hour until it holds.',
  ),
  'sink/failed': entry(
    'A sink did not take an incident.',
    'Nothing: it stays in the outbox, and a later run delivers it.',
  ),
  'sink/timeout': entry(
    'A sink did not answer in time; whether the incident arrived is unknown.',
    'Nothing: it is delivered again under the same key, which the receiver can recognise.',
  ),
  'sink/unreadable': entry(
    'Where the incident belongs there is another file, which is left alone.',
    'Move the file away; the next run delivers the incident.',
  ),
  'usage/backup-exists': entry(
    'The backup would overwrite a file.',
    'Name another file or a folder, or add `--force`.',
  ),
  'usage/ambiguous-rule': entry('The selector names several rules.', 'Give more of the id, or the path of the file.'),
  'usage/broken-rule': entry(
    'A rule file that was named has errors.',
    'They are printed; `hunt validate` shows all of them.',
  ),
  'usage/count-as-slot': entry(
    '`--count-as-slot` was combined with a window that is no slot of the schedule, or with `--no-incidents`.',
    'Name the slot with `--at`.',
  ),
  'usage/due': entry(
    '`--due` was combined with an option that has no meaning for it.',
    'The message says which; `--due` runs what the schedule owes, other windows are chosen without it.',
  ),
  'usage/invalid': entry('The command line cannot be understood.', 'See `--help`.'),
  'usage/invalid-duration': entry('An option is not a duration.', 'For example `7d`, `12h`, `1h30m` or `PT90M`.'),
  'usage/invalid-option': entry(
    'An option has a value that it cannot take.',
    'The message has the accepted values and the nearest one.',
  ),
  'usage/invalid-port': entry('`--port` is not a port.', 'A number from 0 to 65535; 0 takes any free one.'),
  'usage/invalid-time': entry('An option is not a time.', 'For example `2026-03-02T10:00Z`.'),
  'usage/silence': entry(
    'The silence names nothing, or too much.',
    'A rule, or an entity such as `host:vm-1`; `--rule` narrows an entity. `hunt silences` shows the numbers.',
  ),
  'usage/missing-argument': entry('An argument or the value of an option is missing.', 'See `--help`.'),
  'usage/no-file': entry('A path that was named does not exist.', 'Name rule files, or folders of them.'),
  'usage/no-query': entry('There is no query, or two.', "For example `hunt query 'AzureActivity | take 10'`."),
  'usage/no-rule': entry('No rule is named, or the folder holds none.', 'Name rules, or use `--all`.'),
  'usage/no-trace': entry(
    '`--trace` needs the embedded engine.',
    'Export the logs and search them with `--data`; over Azure each operator would be a query of its own.',
  ),
  'usage/no-tests': entry(
    'There is no test for what was named.',
    'Tests are files `<rule>.test.yaml`; see rule-tests.md.',
  ),
  'usage/not-scheduled': entry(
    'The rule has no schedule: it is a hunting query, disabled, or not on that workspace.',
    '`hunt status` shows what is scheduled.',
  ),
  'usage/table-name': entry(
    'What should be exported is not the name of a table.',
    'Name one table; `hunt query` exports the result of a query.',
  ),
  'usage/several-workspaces': entry(
    'An ad-hoc query searches one workspace, and several are configured.',
    'Choose one with `--workspace`.',
  ),
  'usage/outbox': entry(
    'The command does not say which deliveries are meant, or names one that cannot be.',
    'Name the numbers of `hunt outbox list`, `--sink`, `--dead` or `--all`.',
  ),
  'usage/too-many-arguments': entry(
    'There are more arguments than the command takes.',
    'Put a query or a name with spaces in quotes.',
  ),
  'usage/unknown-command': entry('There is no such command.', 'The message has the nearest one.'),
  'usage/unknown-incident': entry(
    'No incident, or more than one, has an id that begins so.',
    '`hunt incidents list --all` shows the ids.',
  ),
  'usage/unknown-option': entry('The command has no such option.', 'The message has the nearest one.'),
  'usage/unknown-rule': entry(
    'No rule has that id, name or path.',
    '`hunt list` shows all; the message has near names.',
  ),
  'usage/unknown-workspace': entry('No workspace has that name or tag.', 'The message lists what is configured.'),
  'usage/unreadable-query': entry('The query file cannot be read.', 'After `@` comes the path of a file with KQL.'),
  'usage/unreadable-test': entry('The test file cannot be read.', 'Name a rule, or a file that ends in `.test.yaml`.'),
  'usage/window': entry(
    'The options of the window contradict each other.',
    'Two of `--from`, `--to` and `--period`, or `--at` alone.',
  ),
}

function entry(meaning, remedy, { isComposed = false } = {}) {
  return { meaning, remedy, isComposed }
}
