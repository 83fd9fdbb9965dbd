-- queries/azure-run-command/unique-powershell-script.yaml, written by hand.
WITH
operations AS (
  SELECT
    CorrelationId,
    lower(Scope) AS VmResourceId,
    min(TimeGenerated) AS StartTime,
    max(TimeGenerated) AS LastTime,
    count(*) FILTER (Status IN ('success', 'succeeded', 'failure', 'failed')) AS Ends,
    max(Caller) AS Caller,
    max(CallerIpAddress) AS CallerIpAddress,
    max(Claims) AS Claims,
    max(Scope) AS Scope
  FROM (
    SELECT
      *,
      lower(ActivityStatusValue) AS Status,
      coalesce(
        json_text("Authorization", '$.scope'),
        nullif(_ResourceId, ''),
        ResourceId
      ) AS Scope
    FROM AzureActivity
    WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
      AND lower(OperationNameValue) = 'microsoft.compute/virtualmachines/runcommand/action'
  )
  GROUP BY CorrelationId, lower(Scope)
  HAVING count(*) FILTER (Status IN ('start', 'started')) > 0
    AND count(*) FILTER (Status IN ('accept', 'accepted', 'success', 'succeeded')) > 0
    AND min(TimeGenerated) < window_end() - ticks(INTERVAL 1 HOUR)
),
machines AS (
  SELECT
    *,
    CASE WHEN Ends > 0 THEN LastTime ELSE StartTime + ticks(INTERVAL 90 MINUTE) END AS EndTime,
    regexp_extract(Scope, '(?i)/virtualMachines/([^/]+)', 1) AS VirtualMachineName,
    lower(split_part(VirtualMachineName, '.', 1)) AS VmHost,
    left(VmHost, 15) AS HostKey
  FROM operations
),
scripts AS (
  SELECT
    DeviceId,
    DeviceName,
    lower(split_part(DeviceName, '.', 1)) AS DeviceHost,
    left(DeviceHost, 15) AS HostKey,
    lower(FileName) AS ScriptName,
    TimeGenerated AS ScriptTime,
    FileSize AS ScriptSize,
    SHA256 AS ScriptSha256,
    FolderPath AS ScriptPath
  FROM DeviceFileEvents
  WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
    AND lower(InitiatingProcessFileName) = 'runcommandextension.exe'
    AND regexp_full_match(FileName, '(?i)script\d+\.ps1')
),
commands AS (
  SELECT
    DeviceId,
    lower(regexp_extract(InitiatingProcessCommandLine, '(?i)-File\s+\S*?(script\d+\.ps1)', 1)) AS ScriptName,
    TimeGenerated AS CommandTime,
    upper(json_extract_string(AdditionalFields, '$.Command')) AS Command,
    InitiatingProcessCommandLine AS ProcessCommandLine
  FROM DeviceEvents
  WHERE TimeGenerated >= window_start() AND TimeGenerated < window_end()
    AND lower(ActionType) = 'powershellcommand'
    AND ScriptName <> ''
    AND Command <> ''
    AND NOT ends_with(lower(Command), ScriptName)
),
runs AS MATERIALIZED (
  SELECT *
  FROM (
    SELECT machines.*, scripts.* EXCLUDE (HostKey)
    FROM machines JOIN scripts USING (HostKey)
    WHERE DeviceHost IN (VmHost, HostKey) AND ScriptTime BETWEEN StartTime AND EndTime
    QUALIFY row_number() OVER (PARTITION BY DeviceId, ScriptName, ScriptTime ORDER BY StartTime DESC) = 1
  )
  QUALIFY row_number() OVER (
    PARTITION BY CorrelationId, VmResourceId, DeviceId, ScriptName ORDER BY ScriptSize DESC NULLS LAST
  ) = 1
),
called AS (
  SELECT
    CorrelationId,
    VmResourceId,
    DeviceId,
    ScriptName,
    array_to_string(list_sort(list(DISTINCT Command)), ', ') AS Commands,
    max(ProcessCommandLine) AS ProcessCommandLine
  FROM runs JOIN commands USING (DeviceId, ScriptName)
  WHERE CommandTime BETWEEN ScriptTime AND EndTime + ticks(INTERVAL 5 MINUTE)
  GROUP BY ALL
),
counted AS (
  SELECT
    * REPLACE (coalesce(Commands, '') AS Commands, coalesce(ProcessCommandLine, '') AS ProcessCommandLine),
    sha256(coalesce(Commands, '') || '|' || coalesce(CAST(ScriptSize AS VARCHAR), '')) AS Fingerprint,
    count(*) OVER (PARTITION BY Fingerprint) AS Occurrences,
    count(*) OVER () AS RunsInWindow
  FROM runs LEFT JOIN called USING (CorrelationId, VmResourceId, DeviceId, ScriptName)
)
SELECT
  StartTime,
  EndTime,
  ScriptTime,
  Caller,
  CASE WHEN contains(Caller, '@') THEN split_part(Caller, '@', 1) ELSE '' END AS CallerName,
  CASE WHEN contains(Caller, '@') THEN split_part(Caller, '@', 2) ELSE '' END AS CallerUpnSuffix,
  coalesce(
    json_text(Claims, '$."http://schemas.microsoft.com/identity/claims/objectidentifier"'),
    CASE WHEN contains(Caller, '@') THEN '' ELSE Caller END
  ) AS CallerObjectId,
  CallerIpAddress,
  client_name(coalesce(json_text(Claims, '$.appid'), '')) AS Client,
  split_part(VmResourceId, '/', 3) AS SubscriptionId,
  split_part(VmResourceId, '/', 5) AS ResourceGroup,
  VirtualMachineName,
  VmResourceId,
  DeviceName,
  ScriptName,
  regexp_extract(ScriptPath, '^(.*)[\\/]', 1) AS ScriptFolder,
  ScriptSize,
  'SHA256' AS HashAlgorithm,
  ScriptSha256,
  Commands,
  ProcessCommandLine,
  Fingerprint,
  Occurrences,
  RunsInWindow,
  round(CAST(100 * Occurrences AS DOUBLE) / RunsInWindow, 2) AS PrevalencePercent,
  CorrelationId
FROM counted
WHERE Occurrences = 1
ORDER BY StartTime
